import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosine, toBytes, toValues } from '../../src/words/vectors.ts'

test('cosine is 1 along, 0 across, -1 against, and 0 for a vector of zeros', () => {
  const of = (...values: number[]) => Float32Array.from(values)
  assert.equal(cosine(of(2, 0), of(5, 0)), 1)
  assert.equal(cosine(of(1, 0), of(0, 3)), 0)
  assert.equal(cosine(of(1, 0), of(-1, 0)), -1)
  assert.equal(cosine(of(0, 0), of(1, 1)), 0)
})

test('a vector survives its bytes, even when they start inside a larger buffer', () => {
  const values = Float32Array.from([0.25, -1.5, 3])
  const inside = Buffer.concat([Buffer.from([7]), toBytes(values)]).subarray(1)
  assert.deepEqual(toValues(inside), values)
})
