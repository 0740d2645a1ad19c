import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readMarkdown } from '../../src/telegram/sending/markdown.ts'
import { htmlOf, type Mark, plainOf, type Span, splitSpans } from '../../src/telegram/sending/spans.ts'
import { parseHtml } from '../helpers/fake-telegram.ts'

const html = (markdown: string) => htmlOf(readMarkdown(markdown))
const MARKS: Mark[] = ['b', 'i', 's', 'code', 'pre', { href: 'https://example.com/?a=1&b="2"' }]
const aSpan = fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 300 }), marks: fc.subarray(MARKS) })
const bits = [
  '*',
  '**',
  '_',
  '~~',
  '`',
  '```',
  '\n',
  '\n\n',
  '[',
  '](https://a.b)',
  '](javascript:x)',
  '<',
  '>',
  '&',
  '<b>',
  '# ',
  '- ',
  '1. ',
  '> ',
  '\\',
  'слово',
  ' ',
  '😀',
  '!',
  '    ',
]
const someMarkdown = fc.array(fc.constantFrom(...bits), { maxLength: 60 }).map((all) => all.join(''))

for (const [markdown, expected] of [
  ['**жирно** и *косо*, ~~нет~~ `a<b`', '<b>жирно</b> и <i>косо</i>, <s>нет</s> <code>a&lt;b</code>'],
  ['# Доставка\n\nЗавтра', '<b>Доставка</b>\n\nЗавтра'],
  ['- раз\n- два\n\n3. три', '• раз\n• два\n\n3. три'],
  ['```js\nlet a = 1 < 2\n```', '<pre>let a = 1 &lt; 2</pre>'],
  ['[сайт](https://example.com) [нет](tg://user?id=1)', '<a href="https://example.com">сайт</a> нет'],
  ['Ответ [1][2], snake_case_name, 2 * 3 * 4', 'Ответ [1][2], snake_case_name, 2 * 3 * 4'],
  ['**жирный `код` тут**', '<b>жирный </b><code>код</code><b> тут</b>'],
  ['**не закрыто', '**не закрыто'],
] as const)
  test(`${JSON.stringify(markdown)} becomes what Telegram shows`, () => {
    assert.equal(html(markdown), expected)
  })

test('the HTML of any Markdown is balanced, of our few tags, and well formed', () => {
  fc.assert(
    fc.property(someMarkdown, (markdown) => {
      const spans = readMarkdown(markdown)
      assert.equal(parseHtml(htmlOf(spans)), plainOf(spans))
    }),
    { numRuns: 2000 },
  )
})

test('a split loses no word, keeps every part within the limit, and cuts no letter and no tag', () => {
  fc.assert(
    fc.property(fc.array(aSpan, { maxLength: 30 }), fc.integer({ min: 20, max: 500 }), (spans: Span[], max) => {
      const parts = splitSpans(spans, max)
      for (const part of parts) {
        const plain = plainOf(part)
        assert.ok(plain.length <= max && plain.trim() !== '' && plain.isWellFormed())
        assert.equal(parseHtml(htmlOf(part)), plain)
      }
      const letters = (text: string) => text.replace(/\s/g, '')
      assert.equal(letters(parts.map(plainOf).join('')), letters(plainOf(spans)))
    }),
    { numRuns: 1000 },
  )
})

test('a split prefers the end of a paragraph, then of a sentence', () => {
  const text = `${'а'.repeat(60)}.\n\n${'б'.repeat(30)}. ${'в'.repeat(30)}`
  assert.deepEqual(splitSpans([{ text, marks: [] }], 100).map(plainOf), [
    `${'а'.repeat(60)}.`,
    `${'б'.repeat(30)}. ${'в'.repeat(30)}`,
  ])
})
