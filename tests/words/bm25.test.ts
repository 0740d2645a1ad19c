import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bm25 } from '../../src/words/bm25.ts'

const weights = new Map([
  ['цен', 2],
  ['срок', 1],
])

test('a heavier stem adds more, and a stem nobody asked for adds nothing', () => {
  assert.ok(bm25(weights, ['цен', 'x'], 2) > bm25(weights, ['срок', 'x'], 2))
  assert.equal(bm25(weights, ['x', 'y'], 2), 0)
  assert.equal(bm25(weights, [], 2), 0)
})

test('in a text of average length one occurrence adds exactly its weight', () => {
  assert.equal(bm25(weights, ['цен', 'x'], 2), 2)
})

test('every repeat adds less, and a longer text counts for less', () => {
  const times = (n: number) => bm25(weights, [...Array<string>(n).fill('цен'), ...Array<string>(10 - n).fill('x')], 10)
  assert.ok(times(2) > times(1) && times(2) - times(1) > times(3) - times(2))
  assert.ok(bm25(weights, ['цен', 'x'], 2) > bm25(weights, ['цен', 'x', 'x', 'x'], 2))
})
