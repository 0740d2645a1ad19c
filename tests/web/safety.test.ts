import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { ask, openChat, startBrowser, visit } from './browser.ts'
import { startFakeSite } from './fake-site.ts'

let browser: Browser

before(async () => {
  browser = await startBrowser()
})
after(() => browser.close())

const hostile = [
  '<script>window.pwned = 1</script>',
  '<img src="https://evil.example/x.png" onerror="window.pwned = 1">',
  '"><svg onload="window.pwned = 1">',
  '<iframe src="https://evil.example/"></iframe>',
  '[щёлкни](javascript:window.pwned=1)',
  '[щёлкни](JaVaScRiPt:window.pwned=1)',
  '[щёлкни](data:text/html,<script>window.pwned=1</script>)',
  '[щёлкни](vbscript:x)',
  '[щёлкни](\u0001javascript:window.pwned=1)',
  '![картинка](https://evil.example/pixel.png)',
  '[https://bank.example](https://evil.example/" onmouseover="window.pwned=1)',
  'https://evil.example/"onmouseover="window.pwned=1',
  '**<b onclick=window.pwned=1>**',
  '`<script>window.pwned = 1</script>`',
  '```\n</code></pre><script>window.pwned = 1</script>\n```',
  '1. <style>*{display:none}</style>\n2. @import url(https://evil.example/x.css)',
  '{{constructor.constructor("window.pwned=1")()}}',
  '\u202etxt.exe \u0000 \uFFFF',
]

function inspect(page: Page) {
  return page.evaluate(() => {
    const nodes = [...document.querySelectorAll('[data-replyx]')].flatMap((host) => [
      ...host.shadowRoot!.querySelectorAll('*'),
    ])
    return {
      pwned: (window as { pwned?: number }).pwned,
      tags: nodes
        .map((node) => node.localName)
        .filter((name) => ['script', 'img', 'iframe', 'style', 'link', 'object'].includes(name)),
      handlers: nodes.flatMap((node) => node.getAttributeNames()).filter((name) => name.startsWith('on')),
      links: nodes.filter((node) => node.localName === 'a').map((node) => (node as HTMLAnchorElement).protocol),
      rels: nodes.filter((node) => node.localName === 'a').map((node) => node.getAttribute('rel')),
    }
  })
}

test('hostile text in any field stays text: no script, no markup, no request to strangers, no policy violation', async (t) => {
  const all = hostile.join('\n\n')
  const site = await startFakeSite({
    config: {
      assistant: { name: hostile[0] },
      title: hostile[1],
      texts: { ru: { greeting: all, placeholder: hostile[2] } },
      consent_text: all,
      suggestions: hostile,
      theme: { color: 'red;background:url(https://evil.example/c.png)', position: 'right"><script>' },
    },
  })
  t.after(site.close)
  const { page, strangers, complaints } = await visit(browser, site)
  await openChat(page)
  await ask(page, all.slice(0, 1000))
  await page.locator('.typing').waitFor()
  const bad = hostile.map((text, n) => ({ n, title: text, text, score: 1 }))
  for (const [index, text] of hostile.entries()) {
    site.add({ text, sender: ['assistant', 'operator', 'system'][index % 3]!, operator_name: text, sources: bad })
  }
  const draft = { type: 'dialog.message.delta', dialog_id: 1, reply_to: 999, offset: 0, text: all }
  site.transient(draft)
  site.transient({ type: 'dialog.message.created', message: null })
  site.transient({ type: 'dialog.message.delta', text: { toString: null } })
  await page.locator('.draft', { hasText: 'pwned' }).waitFor()
  for (const chip of await page.locator('.chip').all()) await chip.dispatchEvent('click')
  const found = await inspect(page)
  assert.equal(found.pwned, undefined)
  assert.deepEqual(found.tags, [])
  assert.deepEqual(found.handlers, [])
  assert.ok(found.links.length > 0, 'the corpus has links that are allowed')
  assert.ok(found.links.every((protocol) => ['http:', 'https:', 'mailto:'].includes(protocol)))
  assert.ok(found.rels.every((rel) => rel === 'noopener nofollow'))
  assert.deepEqual(strangers, [])
  assert.deepEqual(site.reports, [])
  assert.deepEqual(complaints, [])
})

test('an ordinary visit under the strict policy makes no violation, no complaint and no request beyond the host', async (t) => {
  const site = await startFakeSite()
  t.after(site.close)
  const { page, strangers, complaints } = await visit(browser, site)
  await page.getByRole('button', { name: 'Открыть чат' }).waitFor()
  assert.deepEqual(
    site.calls.map(({ path }) => path),
    ['config'],
  )
  assert.equal(site.calls[0]!.headers['x-site-token'], 'site-token-of-the-test')
  await openChat(page)
  assert.deepEqual(
    site.calls.map(({ path }) => path),
    ['config'],
    'opening alone leaves no trace of the visitor',
  )
  await ask(page, 'Вопрос')
  await page.locator('.typing').waitFor()
  assert.deepEqual([strangers, complaints, site.reports], [[], [], []])
})

test('a refused site shows nothing and tells the owner why in one warning', async (t) => {
  const site = await startFakeSite()
  t.after(site.close)
  site.failNext(/^GET config/, 403)
  const { page, complaints } = await visit(browser, site)
  await page.waitForTimeout(500)
  assert.equal(await page.locator('[data-replyx]').count(), 0)
  const warnings = complaints.filter((text) => text.startsWith('ReplyX: the chat is not shown'))
  assert.equal(warnings.length, 1)
  assert.match(warnings[0]!, /403 REFUSED refused.*allowed domain/)
})

test('the loader is at most 4 KB and all code a visitor loads at most 25 KB, gzipped, and none of it writes markup', async (t) => {
  const site = await startFakeSite()
  t.after(site.close)
  const read = (name: string) => readFile(join(site.outDir, name))
  const [loader, chat] = [await read('widget.js'), await read('widget-chat.js')]
  const sizes = { loader: gzipSync(loader, { level: 9 }).length, chat: gzipSync(chat, { level: 9 }).length }
  console.log(`gzipped: widget.js ${sizes.loader} B, widget-chat.js ${sizes.chat} B`)
  assert.ok(sizes.loader <= 4096)
  assert.ok(sizes.loader + sizes.chat <= 25 * 1024)
  assert.doesNotMatch(
    `${loader}${chat}`,
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/,
  )
})

test('an answer of hostile length and shape is parsed in linear time', async () => {
  const { parseBlocks, parseSpans } = await import('../../src/web/widget/shared/markdown.ts')
  const shapes = [
    'a',
    'a.',
    '[',
    '**',
    '*',
    '`',
    '[a](',
    'http://',
    'a@',
    'a.b@c.',
    '1. ',
    '# ',
    '```\n',
    '\n',
    '[1]',
    'aaaa ',
  ]
  for (const shape of shapes) {
    const text = shape.repeat(Math.ceil(20_000 / shape.length))
    const begun = performance.now()
    for (const block of parseBlocks(text)) if ('text' in block) parseSpans(block.text)
    assert.ok(
      performance.now() - begun < 400,
      `${JSON.stringify(shape)} took ${Math.round(performance.now() - begun)} ms`,
    )
  }
})
