import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestWindows } from '../../src/retrieval/extract.ts'
import { stemsOf } from '../../src/words/stems.ts'

const ask = (question: string) => ({ question, terms: stemsOf(question).map((stem) => ({ stem, weight: 1 })) })
const one = (question: string, text: string, limit = 300) =>
  bestWindows(ask(question), [{ text }], { limit, windows: 1 })[0]?.text

const SHOP =
  'Мы открылись в 2010 году. Доставка по Москве занимает два дня. Возврат возможен в течение 14 дней. Магазин работает ежедневно.'

test('the sentences that hold what was asked are chosen, whole', () => {
  assert.equal(one('доставка Москве', SHOP, 45), 'Доставка по Москве занимает два дня.')
  assert.equal(one('возврат возможен', SHOP, 45), 'Возврат возможен в течение 14 дней.')
})

test('a window never exceeds its limit, and takes neighbours while there is room', () => {
  assert.equal(one('возврат', SHOP, 40), 'Возврат возможен в течение 14 дней.')
  assert.equal(one('доставка', 'Доставка платная. Привозим быстро. Звоните.', 35), 'Доставка платная. Привозим быстро.')
})

test('a question for a number prefers the sentence with one, a question for a person the one with a name', () => {
  assert.equal(one('Когда открылись?', 'Мы открылись недавно. Мы открылись 5 мая.', 25), 'Мы открылись 5 мая.')
  assert.equal(one('Кто директор?', 'Наш директор строгий. Наш директор Иван.', 25), 'Наш директор Иван.')
})

test('a number that was in the question is not the one asked for', () => {
  assert.equal(
    one('Сколько стоят 5 билетов?', '5 билетов стоят как 5. 5 билетов стоят 900.', 25),
    '5 билетов стоят 900.',
  )
})

test('a sentence longer than the limit is cut at a comma and says so', () => {
  const long = `Первая часть о погоде и природе, вторая часть о доставке заказа в город, ${'третья часть '.repeat(20)}конец.`
  const window = one('доставка заказа', long, 60)!
  assert.ok(window.length <= 60, window)
  assert.match(window, /^….*доставке заказа.*…$/)
})

test('a text without spaces, an empty one and one with nothing of the question are taken as they are', () => {
  assert.ok(one('цена', 'ы'.repeat(5000), 300)!.length <= 300)
  assert.equal(one('цена', ''), undefined)
  assert.equal(one('цена', 'Добро пожаловать.'), 'Добро пожаловать.')
})

test('each text gives one window, in the order of the texts, at most as many as asked for', () => {
  const texts = ['Доставка платная.', '', 'Доставка быстрая.', 'Доставка почтой.', 'Доставка даром.'].map((text) => ({
    text,
  }))
  const windows = bestWindows(ask('доставка'), texts, { limit: 100, windows: 4 })
  assert.deepEqual(
    windows.map(({ index }) => index),
    [0, 2, 3],
  )
})

test('a window names the place in the text it was taken from', () => {
  const [window] = bestWindows(ask('возврат возможен'), [{ text: SHOP }], { limit: 45, windows: 1 })
  assert.equal(SHOP.slice(window!.start, window!.end), window!.text)
})
