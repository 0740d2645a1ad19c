import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stem, stemsOf } from '../../src/words/stems.ts'
import { isStopWord } from '../../src/words/stop-words.ts'

test('Russian and English forms of a word share a stem', () => {
  assert.equal(stem('доставка'), stem('доставку'))
  assert.equal(stem('аккаунтами'), stem('аккаунт'))
  assert.equal(stem('payments'), stem('payment'))
})

test('a number, another script and a very short word are their own stems', () => {
  for (const word of ['2024', '東京', 'я', 'a']) assert.equal(stem(word), word)
})

test('stems come in the order of the text with repeats and function words', () => {
  assert.deepEqual(stemsOf('Ёлки и ёлка'), ['елк', 'и', 'елк'])
})

test('a flood of words beyond the cache changes no stem', () => {
  const before = stem('доставка')
  for (let i = 0; i < 120_000; i++) stem(`x${i}`)
  assert.equal(stem('доставка'), before)
})

test('function words and courtesies are stop words in both languages, content words are not', () => {
  for (const word of ['как', 'здравствуйте', 'где', 'the', 'please']) assert.ok(isStopWord(word), word)
  for (const word of ['доставка', 'возврат', 'price', 'account']) assert.ok(!isStopWord(word), word)
})
