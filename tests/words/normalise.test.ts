import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normalise, wordsOf } from '../../src/words/normalise.ts'

test('case, ё, accents, ligatures and invisible characters make no difference', () => {
  assert.equal(normalise('Ёлка'), normalise('елка'))
  assert.equal(normalise('ко\u0301фе'), 'кофе')
  assert.equal(normalise('Café ﬁne'), 'cafe fine')
  assert.equal(normalise('пере\u00adнос \ufeffначало'), 'перенос начало')
})

test('й stays й whether it arrives as one character or two', () => {
  assert.equal(normalise('мои\u0306'), 'мой')
  assert.notEqual(normalise('мой'), normalise('мои'))
})

test('words are runs of letters and digits, in order, repeats kept', () => {
  assert.deepEqual(wordsOf('Wi-Fi: 3,5 ГБ — "быстро", быстро!'), ['wi', 'fi', '3', '5', 'гб', 'быстро', 'быстро'])
})

test('a word is at most 40 characters', () => {
  assert.equal(wordsOf('щ'.repeat(100))[0]!.length, 40)
})

test('no text whatever makes it throw, and every word is well-formed letters and digits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const word of wordsOf(`${text}\0\ud800${text}`)) assert.match(word, /^[\p{L}\p{N}]{1,40}$/u)
    }),
  )
})
