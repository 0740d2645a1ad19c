import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heaviestSpan } from '../../src/words/spans.ts'

test('a span gathers each thing once, however often it stands there', () => {
  const marks = [0, 1, 2].map((at) => ({ at, what: 0 }))
  assert.equal(heaviestSpan(marks, [5, 3], 14), 5)
})

test('things further apart than the width do not add up', () => {
  const marks = [
    { at: 0, what: 0 },
    { at: 20, what: 1 },
    { at: 25, what: 2 },
  ]
  assert.equal(heaviestSpan(marks, [5, 3, 1], 14), 5)
  assert.equal(heaviestSpan(marks, [5, 3, 1], 20), 8)
  assert.equal(heaviestSpan([], [1], 14), 0)
})
