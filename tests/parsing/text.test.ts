import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeText, isUnreadable, normaliseText } from '../../src/parsing/text.ts'
import { fixture } from './documents.ts'

describe('normalising text', () => {
  it('whatever comes in, what comes out is well-formed, composed, visible, and stays the same when done again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: fc.constantFrom('\ud800', '\0', '\u200b', ' ', '\r\n', 'й') }),
        (a, b) => {
          const once = normaliseText(a + b)
          assert.ok(once.isWellFormed())
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
          assert.doesNotMatch(once, /[\u0000-\u0009\r\u00ad\u200b\ufeff\u202e]| {2}|\n\n|^\s|\s$/)
          assert.equal(normaliseText(once), once)
        },
      ),
    )
  })

  it('drawn rules and leaders shrink to three marks', () => {
    assert.equal(normaliseText('Доставка ................ 5\n=========='), 'Доставка ... 5\n===')
  })
})

describe('decoding text', () => {
  it('a declared charset decides where the bytes are not UTF-8', () => {
    assert.equal(decodeText(Buffer.from([0xe9]), 'iso-8859-2'), 'é')
  })

  it('valid UTF-8 is UTF-8, whatever the file declares', () => {
    assert.equal(decodeText(Buffer.from('чай'), 'windows-1251'), 'чай')
  })

  it('an unknown charset is as none', async () => {
    const bytes = await readFile(fixture('hours-cp1251.txt'))
    assert.match(decodeText(bytes, 'x-nonsense'), /Магазин открыт/)
  })

  it('accents among Latin letters are Western, not Cyrillic', () => {
    assert.equal(
      decodeText(Buffer.from('Le café de la gare, crème brûlée à volonté', 'latin1')),
      'Le café de la gare, crème brûlée à volonté',
    )
  })
})

describe('unreadable text', () => {
  it('is Russian read with the wrong table', () => {
    assert.equal(isUnreadable('Äîñòàâêà çàêàçîâ ïî âñåé ñòðàíå çà äâà äíÿ'), true)
  })

  it('is text in characters without a meaning', () => {
    assert.equal(isUnreadable('\uf0d4\uf0ee\uf0f1\uf0f2 заказ \uf0e0\uf0e2\uf0ea\uf0e0'), true)
    assert.equal(isUnreadable('До\ufffd\ufffdвка за\ufffdаза'), true)
  })

  it('is neither Russian, English, French, nor a price list', () => {
    for (const text of [
      'Доставка заказов',
      'Delivery',
      'À côté du café crème brûlée',
      '100 ₽ | 200 ₽ — 5 × 7 ½',
      '你好，世界',
      '',
    ])
      assert.equal(isUnreadable(text), false, text)
  })
})
