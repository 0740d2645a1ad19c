import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dice, editDistance, trigrams } from '../../src/words/typos.ts'

test('a missing, an extra, a wrong letter and a swap of neighbours are one edit each', () => {
  for (const slip of ['доствка', 'доставвка', 'доставра', 'досатвка'])
    assert.equal(editDistance('доставка', slip, 2), 1, slip)
})

test('equal words are no edits apart, and beyond the limit the answer is the limit and one', () => {
  assert.equal(editDistance('цена', 'цена', 2), 0)
  assert.equal(editDistance('цена', 'возврат', 2), 3)
  assert.equal(editDistance('кот', 'пес', 1), 2)
})

test('distance is the same in both directions', () => {
  const word = fc.string({ unit: fc.constantFrom('а', 'б', 'в'), maxLength: 8 })
  fc.assert(fc.property(word, word, (a, b) => assert.equal(editDistance(a, b, 3), editDistance(b, a, 3))))
})

test('trigrams mark the ends of a word, so a shared beginning counts', () => {
  assert.deepEqual([...trigrams('дом')], [' до', 'дом', 'ом '])
  assert.ok(dice(trigrams('удал'), trigrams('удален')) > dice(trigrams('удал'), trigrams('беда')))
})

test('likeness is 1 for equal sets, 0 for strangers and for nothing', () => {
  assert.equal(dice(trigrams('кот'), trigrams('кот')), 1)
  assert.equal(dice(trigrams('кот'), trigrams('лес')), 0)
  assert.equal(dice(new Set(), new Set()), 0)
})
