import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  chooseReading,
  contentOf,
  idfIn,
  type LaneNumbers,
  maybeMisspelt,
  nearestStems,
  readQuestion,
  similarTo,
  stemsToMatch,
} from '../../src/retrieval/query.ts'

const lane = (frequency: Record<string, number>, more: Partial<LaneNumbers> = {}): LaneNumbers => ({
  lane: 'doc',
  passages: 100,
  title_words: 300,
  text_words: 6000,
  frequency: new Map(Object.entries(frequency)),
  ...more,
})
const read = (question: string) => readQuestion(question)[0]!

test('a question becomes its stems in order, each once, function words marked', () => {
  const { terms } = read('Как вернуть товар, и как вернуть деньги?')
  assert.deepEqual(
    terms.map(({ stem, is_stop }) => [stem, is_stop]),
    [
      ['как', true],
      ['вернут', false],
      ['товар', false],
      ['и', true],
      ['деньг', false],
    ],
  )
})

test('only content words count as content, unless there are none', () => {
  assert.deepEqual(
    contentOf(read('Где мой заказ?')).map(({ stem }) => stem),
    ['заказ'],
  )
  assert.deepEqual(
    contentOf(read('а где вы?')).map(({ stem }) => stem),
    ['а', 'где', 'вы'],
  )
})

test('the reading with most known words wins, and the text as typed wins a tie', () => {
  const base = new Set(['удал', 'аккаунт'])
  const known = (stem: string) => Number(base.has(stem))
  assert.equal(chooseReading(readQuestion('elfkbnm frrfeyn'), known).question, 'удалить аккаунт')
  assert.equal(chooseReading(readQuestion('udalit akkaunt'), known).question, 'удалит аккаунт')
  assert.equal(chooseReading(readQuestion('Delete my account'), known).question, 'Delete my account')
})

test('a question of 5,000 characters keeps its rarest known words', () => {
  const letter = Array.from({ length: 700 }, (_, i) => `слово${i}`).join(' ')
  const { terms } = chooseReading(readQuestion(letter), (stem) => Number(stem.replace(/\D/g, '')))
  assert.ok(terms.length <= 40)
  assert.equal(terms[0]!.stem, 'слово1')
})

test('only an unknown content word of four letters or more without digits may be misspelt', () => {
  const terms = read('дставка где дом x500').terms
  assert.deepEqual(terms.map(maybeMisspelt), [true, false, false, false])
})

test('the nearest spellings come first, the more frequent one before the rarer', () => {
  const near = nearestStems(
    'достаквк',
    new Map([
      ['доставк', 3],
      ['достаток', 90],
      ['доставка', 9],
    ]),
  )
  assert.deepEqual(near.map(({ stem }) => stem).slice(0, 1), ['доставк'])
  const equal = nearestStems(
    'цина',
    new Map([
      ['цена', 2],
      ['цинк', 9],
      ['цима', 5],
    ]),
  )
  assert.deepEqual(equal, [
    { stem: 'цинк', weight: 0.7 },
    { stem: 'цима', weight: 0.7 },
    { stem: 'цена', weight: 0.7 },
  ])
})

test('two edits count less than one, and a short word is allowed only one', () => {
  assert.deepEqual(nearestStems('абонемнет', new Map([['абонемент', 1]])), [{ stem: 'абонемент', weight: 0.7 }])
  assert.deepEqual(nearestStems('абанемнет', new Map([['абонемент', 1]])), [{ stem: 'абонемент', weight: 0.45 }])
  assert.deepEqual(nearestStems('цинк', new Map([['цена', 1]])), [])
})

test('a word with one slip shares its first or its last half with what was meant', () => {
  const meant = 'доставк'
  for (const slip of ['дставк', 'ддоставк', 'доставкк', 'доствк', 'одставк', 'доставл']) {
    const { start, end, shortest, longest } = similarTo(slip)
    assert.ok(meant.startsWith(start) || meant.endsWith(end), slip)
    assert.ok(meant.length >= shortest && meant.length <= longest, slip)
  }
})

test('a rare stem tells more than a frequent one, an unknown one most, and none less than nothing', () => {
  const numbers = lane({ редк: 1, част: 90, везд: 100, лишн: 120 })
  assert.ok(idfIn(numbers, 'неизвестн') > idfIn(numbers, 'редк'))
  assert.ok(idfIn(numbers, 'редк') > idfIn(numbers, 'част'))
  assert.ok(idfIn(numbers, 'везд') > 0 && idfIn(numbers, 'лишн') > 0)
})

test('function words are matched in a small lane, where documents stop being small sooner', () => {
  const query = read('Как заказ?')
  const matched = (name: 'qa' | 'doc', passages: number) =>
    stemsToMatch(query, lane({ как: 50, заказ: 5 }, { lane: name, passages })).sort()
  assert.deepEqual(matched('doc', 1_000), ['заказ', 'как'])
  assert.deepEqual(matched('doc', 1_001), ['заказ'])
  assert.deepEqual(matched('qa', 5_000), ['заказ', 'как'])
  assert.deepEqual(matched('qa', 5_001), ['заказ'])
})

test('in a large lane frequent words are left out, but never the two rarest', () => {
  const numbers = lane({ рома: 899, войн: 5000, мир: 6000 }, { passages: 30_000 })
  assert.deepEqual(stemsToMatch(read('роман война мир'), numbers), ['рома', 'войн'])
  assert.deepEqual(stemsToMatch(read('война мир'), numbers), ['войн', 'мир'])
})
