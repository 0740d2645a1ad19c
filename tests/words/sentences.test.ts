import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sentencesOf } from '../../src/words/sentences.ts'

const cases: [text: string, sentences: string[]][] = [
  ['Да. Нет! Правда?', ['Да.', 'Нет!', 'Правда?']],
  ['Офис на ул. Ленина, д. 5. Вход со двора.', ['Офис на ул. Ленина, д. 5.', 'Вход со двора.']],
  ['Доставка стоит 500 руб. Срок 2 дня.', ['Доставка стоит 500 руб.', 'Срок 2 дня.']],
  [
    'Роман А. С. Пушкина вышел в 1833 г. и т. д. Затем был перерыв.',
    ['Роман А. С. Пушкина вышел в 1833 г. и т. д.', 'Затем был перерыв.'],
  ],
  ['Версия 3.5 вышла. См. раздел 2.1 ниже!', ['Версия 3.5 вышла.', 'См. раздел 2.1 ниже!']],
  ['Это т. е. так. И эдак.', ['Это т. е. так.', 'И эдак.']],
  ['Mr. Smith came. He left.', ['Mr. Smith came.', 'He left.']],
  ['1. Первый пункт\n2. Второй пункт', ['1. Первый пункт', '2. Второй пункт']],
  ['Он сказал: «Приду.» И ушёл… Правда?', ['Он сказал: «Приду.»', 'И ушёл…', 'Правда?']],
  ['Без точки в конце', ['Без точки в конце']],
  ['', []],
  [' \n \n', []],
]

for (const [text, sentences] of cases) {
  test(`${JSON.stringify(text)} has ${sentences.length} sentences`, () => {
    assert.deepEqual(
      sentencesOf(text).map(({ start, end }) => text.slice(start, end)),
      sentences,
    )
  })
}

test('sentences never overlap and together hold every visible character', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('а', 'Б', '.', ' ', '\n', '!', 'г', '5', '»'), maxLength: 60 }),
      (text) => {
        const spans = sentencesOf(text)
        for (const [i, span] of spans.entries())
          assert.ok(span.start >= (spans[i - 1]?.end ?? 0) && span.end > span.start)
        const kept = spans.map(({ start, end }) => text.slice(start, end)).join('')
        assert.equal(kept.replace(/\s/g, ''), text.replace(/\s/g, ''))
      },
    ),
  )
})
