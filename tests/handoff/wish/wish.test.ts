import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { recogniseWish, wantsHuman } from '../../../src/handoff/wish/wish.ts'

type Phrase = { text: string; want: 'hard' | 'soft' | 'none'; lang: 'ru' | 'en'; set: 'dev' | 'held' }
const phrases = readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'wishes.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Phrase)

function measure(of: Phrase[]) {
  const asked = of.filter((one) => one.want !== 'none')
  const found = of.filter((one) => recogniseWish(one.text) !== undefined)
  const right = found.filter((one) => one.want !== 'none').length
  return { n: of.length, precision: right / found.length, recall: right / asked.length }
}

test('of hundreds of labelled phrases, half of them traps, the wish for a human is told with precision ≥ 0.97 and recall ≥ 0.95', (t) => {
  const groups = {
    all: phrases,
    dev: phrases.filter((one) => one.set === 'dev'),
    held: phrases.filter((one) => one.set === 'held'),
    ru: phrases.filter((one) => one.lang === 'ru'),
    en: phrases.filter((one) => one.lang === 'en'),
  }
  for (const [name, group] of Object.entries(groups)) {
    const { n, precision, recall } = measure(group)
    t.diagnostic(`${name}: n=${n} precision ${precision.toFixed(3)} recall ${recall.toFixed(3)}`)
  }
  for (const { text, want, set } of phrases) {
    const found = recogniseWish(text)?.strength ?? 'none'
    if ((found === 'none') !== (want === 'none')) t.diagnostic(`missed (${set}): ${want} taken for ${found}: ${text}`)
  }
  assert.ok(phrases.length >= 400)
  const traps = phrases.filter((one) => one.want === 'none').length / phrases.length
  assert.ok(traps > 0.4 && traps < 0.6, `traps ${traps}`)
  for (const name of ['all', 'held'] as const) {
    const { precision, recall } = measure(groups[name])
    assert.ok(precision >= 0.97, `${name}: precision ${precision}`)
    assert.ok(recall >= 0.95, `${name}: recall ${recall}`)
  }
})

test('a complaint and impatience have reasons of their own, and a plain request is a keyword', () => {
  assert.equal(recogniseWish('хочу подать жалобу')?.reason, 'complaint')
  assert.equal(recogniseWish('соедините с оператором')?.reason, 'keyword')
  assert.deepEqual(
    [recogniseWish('третий раз спрашиваю')?.strength, recogniseWish('третий раз спрашиваю')?.reason],
    ['soft', 'retries'],
  )
})

test('impatience alone calls nobody; the second time within five messages it does', () => {
  assert.equal(wantsHuman('вы меня не понимаете', []), undefined)
  assert.equal(wantsHuman('вы меня не понимаете', ['третий раз спрашиваю'])?.strength, 'soft')
  const long_ago = ['третий раз спрашиваю', 'где заказ', 'а цена', 'а доставка', 'а оплата']
  assert.equal(wantsHuman('вы меня не понимаете', long_ago), undefined)
})

test('a tenant’s own phrase calls a human in any form of its words, but not when it is refused or part of another word', () => {
  const own = ['дежурный мастер']
  assert.equal(recogniseWish('можно дежурного мастера?', own)?.strength, 'hard')
  assert.equal(recogniseWish('без дежурного мастера', own), undefined)
  assert.equal(recogniseWish('дежурный мастерской', own), undefined)
  assert.equal(recogniseWish('можно дежурного мастера?'), undefined)
})

test('no text is too strange or too long to be read in a moment', () => {
  const hostile = [
    'a'.repeat(4096),
    'оператор '.repeat(450),
    '\ud800'.repeat(100),
    '🙂'.repeat(2000),
    ' \n'.repeat(2000),
    'аоператор'.repeat(450),
  ]
  for (const text of hostile) {
    recogniseWish(text)
    const begun = performance.now()
    recogniseWish(text)
    const took = performance.now() - begun
    // Generous beside the few milliseconds it takes, for a machine that is busy with other tests.
    assert.ok(took < 100, `${took} ms for ${text.slice(0, 12)}…`)
  }
})
