import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Glyphs, linesOf } from '../../src/parsing/formats/pdf/lines.ts'
import { placesOf } from '../../src/parsing/formats/pdf/tags.ts'

const leaf = (id: string) => ({ type: 'content', id })
const TABLE = {
  role: 'Root',
  children: [
    {
      role: 'Table',
      children: [
        { role: 'TR', children: ['a', 'b', 'c'].map((id) => ({ role: 'TH', children: [leaf(id)] })) },
        {
          role: 'TR',
          children: [{ role: 'TD' }, { role: 'TD', children: [leaf('d')] }, { role: 'TD', children: [leaf('e')] }],
        },
      ],
    },
    { role: 'P', children: [leaf('f')] },
    { role: 'L', children: [{ role: 'LI', children: [{ role: 'LBody', children: [leaf('g')] }] }] },
  ],
}

function glyphs(id: string, [text, x, y]: [text: string, x: number, y: number]): Glyphs {
  return { text, x, y, width: text.length * 6, size: 12, endsLine: false, place: placesOf(TABLE).get(id) ?? {} }
}

describe('the tags of a PDF', () => {
  it('tell table, row, column and list item, and nothing of a paragraph', () => {
    const places = placesOf(TABLE)
    assert.deepEqual(places.get('a'), { table: 1, row: 2, column: 0 })
    assert.deepEqual(places.get('e'), { table: 1, row: 3, column: 2 })
    assert.deepEqual(places.get('g'), { item: 4 })
    assert.equal(places.has('f'), false)
    assert.equal(placesOf(null).size, 0)
  })

  it('keep a column in place behind an empty cell, and list items apart that stand side by side', () => {
    const row = linesOf([glyphs('a', ['Name', 50, 700]), glyphs('c', ['Order', 200, 700])], 1)
    assert.deepEqual(row[0]?.cells, ['Name', '', 'Order'])
    const other = { ...glyphs('g', ['second', 90, 700]), place: { item: 9 } }
    const items = linesOf([glyphs('g', ['first', 50, 700]), other], 1)
    assert.deepEqual(
      items.map(({ text }) => text),
      ['first', 'second'],
    )
  })

  it('keep cells apart that stand close, cells together that take several lines, and columns in place beside empty cells', () => {
    const lines = linesOf(
      [
        glyphs('a', ['Name', 50, 700]),
        glyphs('b', ['Price', 75, 700]),
        glyphs('c', ['How to', 200, 700]),
        glyphs('c', ['order', 200, 684]),
        glyphs('d', ['300', 120, 660]),
        glyphs('e', ['by phone', 200, 660]),
        glyphs('f', ['Text after.', 50, 660]),
      ],
      1,
    )
    assert.deepEqual(
      lines.map(({ cells }) => cells),
      [['Name', 'Price', 'How to order'], ['', '300', 'by phone'], []],
    )
    assert.equal(lines[2]?.text, 'Text after.')
  })
})
