import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load } from 'cheerio'
import { composeLetter } from '../../src/email/composing/compose.ts'
import { type Kind, kinds } from '../../src/email/kinds.ts'
import { headersOf, openMailbox, partOf } from '../helpers/mailbox.ts'
import { samples } from './samples.ts'
import { aMailApp, write } from './scene.ts'

const CONFIG = { public_url: 'https://shop.example.com', host: '127.0.0.1', port: 8000 }
const ALL = (Object.keys(kinds) as Kind[]).flatMap((kind) => [
  [kind, 'ru' as const] as const,
  [kind, 'en' as const] as const,
])
const HOSTILE = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '"><a href="https://evil.example">нажмите</a>',
  '[Войти](https://evil.example)',
  'x\r\nBcc: victim@example.com\r\n\r\n[Войти](https://evil.example)\n\n= 000000\n\n| a | b',
  "<%= process.exit() %> {{7*7}} <%~ it.url %> ' + '",
  '\u202eтекст\u0000\u0007 🙂'.repeat(20),
]
const composed = (kind: Kind, locale: 'ru' | 'en', data: Record<string, unknown>) => {
  const letter = composeLetter(CONFIG, { kind, locale }, data)
  return { ...letter, $: load(letter.html) }
}

test('every kind of letter has both languages and both forms, and needs nothing from outside', () => {
  for (const [kind, locale] of ALL) {
    const { subject, text, html, $ } = composed(kind, locale, samples[kind])
    const about = `${kind}.${locale}`
    assert.ok(subject.length > 5 && subject.length <= 200, about)
    assert.equal(/undefined|null|NaN|\[object|<%/.test(subject + text + html), false, about)
    assert.equal(/<img|<link|src=|url\(|@import|<script/i.test(html), false, about)
    assert.equal($('html').attr('lang'), locale, about)
    assert.equal(/[а-яё]/i.test(text), locale === 'ru' || /[а-яё]/i.test(JSON.stringify(samples[kind])), about)
    for (const value of Object.values(samples[kind]))
      assert.ok(
        `${subject}\n${text.replaceAll('\n> ', '\n')}`.includes(String(value)),
        `${about}: ${value} is not told`,
      )
  }
})

test('no value makes a button, a table, a tag or a line of the header, whatever it holds', () => {
  for (const [kind, locale] of ALL) {
    const plain = composed(kind, locale, samples[kind])
    for (const evil of HOSTILE) {
      const data = Object.fromEntries(
        Object.entries(samples[kind]).map(([name, value]) => [name, /url/.test(name) ? value : evil]),
      )
      const { subject, $ } = composed(kind, locale, data)
      assert.equal(/\p{Cc}/u.test(subject), false, `${kind}: ${subject}`)
      const hrefs = $('a')
        .map((_, one) => $(one).attr('href'))
        .get()
      assert.deepEqual(
        hrefs,
        plain
          .$('a')
          .map((_, one) => plain.$(one).attr('href'))
          .get(),
        kind,
      )
      for (const tag of ['script', 'img', 'table', 'h1', 'blockquote', 'style', 'iframe', '[onerror]'])
        assert.equal($(tag).length, plain.$(tag).length, `${kind}: ${tag}`)
    }
  }
})

test('on the wire a hostile letter has one recipient, one subject and no header of its own', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  for (const evil of HOSTILE) {
    const data = { ...samples.contact, name: evil, subject: evil, message: evil }
    await write(app.ctx, { kind: 'contact', to: 'boss@example.com', reply_to: 'ivan@example.com', data })
  }
  await app.pass(0)
  assert.equal(mailbox.letters.length, HOSTILE.length)
  for (const letter of mailbox.letters) {
    const heads = headersOf(letter).split('\r\n')
    const named = (name: string) => heads.filter((line) => line.toLowerCase().startsWith(`${name}:`))
    assert.deepEqual(named('to'), ['To: boss@example.com'])
    assert.deepEqual(named('reply-to'), ['Reply-To: ivan@example.com'])
    assert.deepEqual([named('bcc'), named('cc'), named('subject').length], [[], [], 1])
    assert.equal(named('auto-submitted').length, 1)
    assert.equal(/<script|<img/.test(partOf(letter, 'text/html')), false)
  }
})

test('an address is one address: lists, names, line ends and commands are refused before anything is written', async () => {
  await using app = await aMailApp(undefined)
  const wrong = [
    'a@example.com, b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com\nRCPT TO:<b@example.com>',
    'Anna <a@example.com>',
    'a@example.com;b@example.com',
    '<a@example.com>',
    'a@b@example.com',
    '"a b"@example.com',
    `${'a'.repeat(250)}@example.com`,
    'a@example.com\u0000',
    '',
  ]
  for (const to of wrong) {
    await assert.rejects(write(app.ctx, { kind: 'test', to, data: { host: 'x' } }), { name: 'ZodError' }, to)
    const body = { ...samples.contact, email: to }
    assert.equal((await app.call('POST', '/api/email/contact-form', { body })).status, 422, to)
  }
  assert.deepEqual(await app.letters(), [])
})
