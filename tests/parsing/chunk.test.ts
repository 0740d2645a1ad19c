import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Block } from '../../src/parsing/blocks.ts'
import { chunkBlocks, MAXIMUM, TARGET } from '../../src/parsing/chunk.ts'

const SENTENCE = 'Курьер звонит за полчаса до приезда и привозит заказ в удобное время.'

function chunk(blocks: Block[]) {
  return [...chunkBlocks(blocks, 'Справка')]
}

function text(headings: string[], words: string): Block {
  return { headings, kind: 'text', text: words }
}

function item(words: string): Block {
  return { headings: ['A'], kind: 'item', text: words }
}

describe('cutting a document into chunks', () => {
  it('a long text is cut between sentences near the target and never beyond the maximum', () => {
    const chunks = chunk([text(['A'], Array(60).fill(SENTENCE).join(' '))])
    assert.ok(chunks.length >= 6)
    for (const { text } of chunks) {
      assert.ok(text.length <= MAXIMUM)
      assert.match(text, /^Курьер[\s\S]*время\.$/)
    }
    assert.ok(chunks.slice(0, -1).every(({ text }) => text.length > TARGET - SENTENCE.length - 2))
  })

  it('the sizes are those that were measured', () => {
    assert.deepEqual([TARGET, MAXIMUM], [700, 1000])
  })

  it('a word without end is cut, but never inside a character', () => {
    const chunks = chunk([text([], `а${'😀'.repeat(1200)}`)])
    assert.ok(chunks.length >= 3)
    assert.ok(chunks.every(({ text }) => text.isWellFormed()))
  })

  it('the text of all chunks together is the text of the document, nothing twice', () => {
    const sentences = Array.from({ length: 80 }, (_, at) => `Заказ номер ${at} готов к выдаче.`)
    const together = chunk([text(['A'], sentences.join(' '))])
      .map(({ text }) => text)
      .join(' ')
    assert.equal(together, sentences.join(' '))
  })

  it('a sentence longer than the maximum is cut at a word', () => {
    const words = Array.from({ length: 400 }, (_, at) => `слово${at}`)
    const chunks = chunk([text([], words.join(' '))])
    assert.deepEqual(
      chunks.flatMap(({ text }) => text.split(' ')),
      words,
    )
    assert.ok(chunks.every(({ text }) => text.length <= MAXIMUM))
  })

  it('a chunk never crosses a heading when its section is long enough', () => {
    const chunks = chunk([text(['A', 'B'], SENTENCE.repeat(2)), text(['A', 'C'], SENTENCE.repeat(2))])
    assert.deepEqual(
      chunks.map(({ title }) => title),
      ['Справка › A › B', 'Справка › A › C'],
    )
  })

  it('a short section joins the next one of its parent and both headings show', () => {
    const chunks = chunk([
      text(['A', 'B'], 'Картой.'),
      text(['A', 'C'], SENTENCE.repeat(2)),
      text(['D'], SENTENCE.repeat(2)),
    ])
    assert.deepEqual(
      chunks.map(({ title }) => title),
      ['Справка › A › B / C', 'Справка › D'],
    )
    assert.equal(chunks[0]!.text, `B\nКартой.\nC\n${SENTENCE.repeat(2)}`)
  })

  it('a short section never joins one of another parent', () => {
    const chunks = chunk([text(['A', 'B'], 'Картой.'), text(['D', 'E'], SENTENCE.repeat(2))])
    assert.deepEqual(
      chunks.map(({ title }) => title),
      ['Справка › A › B', 'Справка › D › E'],
    )
  })

  it('only the chunk that holds a joined section names it', () => {
    const chunks = chunk([text(['A', 'B'], 'Картой.'), text(['A', 'C'], Array(30).fill(SENTENCE).join(' '))])
    assert.equal(chunks[0]!.title, 'Справка › A › B / C')
    assert.equal(chunks[1]!.title, 'Справка › A › C')
  })

  it('a list that fits stays in one chunk with the sentence that leads into it', () => {
    const before = Array(8).fill(SENTENCE).join(' ')
    const list = Array.from({ length: 6 }, (_, at) => item(`• пункт ${at}, ${'подробно '.repeat(5)}`))
    const chunks = chunk([text(['A'], `${before} С собой нужно иметь:`), ...list])
    assert.equal(chunks.length, 2)
    assert.match(chunks[1]!.text, /^С собой нужно иметь:\n• пункт 0/)
    assert.match(chunks[1]!.text, /• пункт 5/)
  })

  it('a list too long for a chunk keeps its first item with the lead-in and cuts between items', () => {
    const list = Array.from({ length: 30 }, (_, at) => item(`• пункт ${at}, ${'подробно '.repeat(8)}конец`))
    const chunks = chunk([text(['A'], `${SENTENCE} `.repeat(9)), text(['A'], 'Нужно иметь:'), ...list])
    assert.ok(chunks.some(({ text }) => /Нужно иметь:\n• пункт 0,/.test(text)))
    for (const { text } of chunks.slice(1)) assert.match(text, /(?:конец|время\.)$/)
  })

  it('rows of a table are never cut', () => {
    const rows = Array.from(
      { length: 40 },
      (_, at): Block => ({
        headings: ['A'],
        kind: 'row',
        text: `Товар: чайник ${at}; Цена: ${at * 100} ₽; Описание: ${'стекло '.repeat(9)}конец`,
      }),
    )
    for (const { text } of chunk(rows)) for (const line of text.split('\n')) assert.match(line, /^Товар: .*конец$/)
  })

  it('a tiny rest joins the chunk before it', () => {
    const chunks = chunk([text(['A'], `${Array(10).fill(SENTENCE).join(' ')} Вот и всё.`)])
    assert.equal(chunks.length, 1)
  })

  it('positions count from zero without a gap', () => {
    const chunks = chunk([text(['A'], Array(60).fill(SENTENCE).join(' ')), text(['B'], SENTENCE.repeat(2))])
    assert.deepEqual(
      chunks.map(({ position }) => position),
      chunks.map((_, at) => at),
    )
  })

  it('whatever the blocks are, no chunk is empty or too long, no title is too long, and no letter is lost', () => {
    const word = fc.string({
      minLength: 1,
      maxLength: 1500,
      unit: fc.constantFrom('а', 'б', ' ', '.', '!', '\n', '😀', 'Я'),
    })
    const block = fc.record({
      headings: fc.array(fc.constantFrom('A', 'B', 'C'.repeat(160)), { maxLength: 4 }),
      kind: fc.constantFrom<Block['kind']>('text', 'item', 'row', 'code'),
      text: word.map((words) => words.trim()).filter((words) => words !== ''),
    })
    const letters = (words: string) => words.replace(/[\sABC]/g, '')
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const chunks = [...chunkBlocks(blocks, 'N')]
        for (const { title, text } of chunks) {
          assert.ok(text.trim() !== '' && text.length <= MAXIMUM && text.isWellFormed())
          assert.ok(title.length <= 400)
        }
        assert.equal(letters(chunks.map(({ text }) => text).join('')), letters(blocks.map(({ text }) => text).join('')))
      }),
    )
  })
})
