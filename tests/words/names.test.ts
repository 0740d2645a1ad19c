import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesIn } from '../../src/words/names.ts'

test('capitals within a sentence and everything with digits are names, the first word of a sentence is not', () => {
  const cases: [string, string[]][] = [
    ['Сколько стоит доставка в Казань?', ['казан']],
    ['Где магазин? Как доехать до Тулы?', ['тул']],
    ['Есть ли iPhone 15 и тариф Старт-10?', ['iphon', '15', 'старт', '10']],
    ['Доставка', []],
    ['СКОЛЬКО СТОИТ ДОСТАВКА', []],
    ['заказ №4521 не пришёл', ['4521']],
    ['', []],
  ]
  for (const [text, names] of cases) assert.deepEqual(namesIn(text), names, text)
})
