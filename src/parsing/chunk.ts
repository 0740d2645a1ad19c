import { trimTo } from '../lib/text.ts'
import { sentencesOf } from '../words/sentences.ts'
import type { Block } from './blocks.ts'

/** A passage to be found: `title` is 'name › heading › heading', `position` counts from 0 within the document. */
export type Chunk = { title: string; text: string; position: number }

// Measured on whole articles with questions: 700 characters find best within a given context, and overlap only costs.
export const TARGET = 700
export const MAXIMUM = 1000
// A section this short says too little alone.
const SMALL_SECTION = 120
// Beyond this a title is noise to a search and to a reader.
const TITLE_LIMIT = 400

type Section = { headings: string[]; blocks: Block[] }
// `lead` is what joins a piece to the one before; a piece that `sticks` says little without the one after.
type Piece = { text: string; lead: ' ' | '\n'; headings: string[]; sticks?: boolean }

/**
 * Cuts a document's blocks into chunks of about TARGET and at most MAXIMUM characters: whole sentences, items and rows, never across a heading,
 * nothing twice. Sections below SMALL_SECTION characters join the next one of the same parent, and then show their headings in the text.
 */
export function* chunkBlocks(blocks: Block[], name: string): Generator<Chunk> {
  let position = 0
  for (const group of groupSections(sectionsOf(blocks)))
    for (const pieces of pack(uniteSticky(group.flatMap((section) => piecesOf(section, group.length > 1)))))
      yield { title: titleOf(pieces, name), text: join(pieces), position: position++ }
}

function* sectionsOf(blocks: Block[]): Generator<Section> {
  let section: Section | undefined
  for (const block of blocks) {
    if (section && isSamePath(section.headings, block.headings)) section.blocks.push(block)
    else {
      if (section) yield section
      section = { headings: block.headings, blocks: [block] }
    }
  }
  if (section) yield section
}

function* groupSections(sections: Iterable<Section>): Generator<Section[]> {
  let group: Section[] = []
  for (const section of sections) {
    if (group.length > 0 && !(sizeOf(group) < SMALL_SECTION && canJoin(group.at(-1)!, section))) {
      yield group
      group = []
    }
    group.push(section)
  }
  if (group.length > 0) yield group
}

function sizeOf(group: Section[]): number {
  return group.reduce((sum, section) => sum + section.blocks.reduce((size, block) => size + block.text.length, 0), 0)
}

// Sisters, or the words under a heading before its first sub-heading.
function canJoin(section: Section, next: Section): boolean {
  const parent = next.headings.slice(0, -1)
  return isSamePath(parent, section.headings.slice(0, -1)) || isSamePath(parent, section.headings)
}

function isSamePath(a: string[], b: string[]): boolean {
  return a === b || (a.length === b.length && a.every((heading, at) => heading === b[at]))
}

function piecesOf({ headings, blocks }: Section, showsHeading: boolean): Piece[] {
  const pieces: Piece[] = []
  const heading = headings.at(-1)
  if (showsHeading && heading !== undefined) pieces.push({ text: heading, lead: '\n', headings, sticks: true })
  let items: Block[] = []
  for (const [at, block] of blocks.entries()) {
    if (block.kind === 'item') items.push(block)
    if (items.length > 0 && blocks[at + 1]?.kind !== 'item') {
      addList(pieces, { items, headings })
      items = []
    } else if (block.kind === 'text') append(pieces, sentencePieces(block.text, headings))
    else if (block.kind !== 'item') append(pieces, linePieces(block.text, headings))
  }
  return pieces
}

// A list that fits stays whole with the sentence that leads into it; of a longer one at least the first item does.
function addList(pieces: Piece[], { items, headings }: { items: Block[]; headings: string[] }): void {
  const leadIn = pieces.at(-1)
  if (leadIn) leadIn.sticks = true
  const list = items.map((item) => item.text).join('\n')
  if ((leadIn?.text.length ?? 0) + 1 + list.length <= MAXIMUM) pieces.push({ text: list, lead: '\n', headings })
  else for (const item of items) append(pieces, itemPieces(item.text, headings))
}

// One by one: a push of a hundred thousand arguments is more than the stack holds.
function append(pieces: Piece[], more: Piece[]): void {
  for (const piece of more) pieces.push(piece)
}

function itemPieces(text: string, headings: string[]): Piece[] {
  return text.length <= MAXIMUM ? [{ text, lead: '\n', headings }] : sentencePieces(text, headings)
}

function sentencePieces(text: string, headings: string[]): Piece[] {
  return text
    .split('\n')
    .flatMap((line) =>
      splitSentences(line, MAXIMUM).map(
        (sentence, at): Piece => ({ text: sentence, lead: at === 0 ? '\n' : ' ', headings }),
      ),
    )
}

function linePieces(text: string, headings: string[]): Piece[] {
  const lines = text.length <= MAXIMUM ? [text] : text.split('\n').flatMap((line) => cutAtWords(line, MAXIMUM))
  return lines.map((line): Piece => ({ text: line, lead: '\n', headings }))
}

/** The sentences of one line of text, none longer than `max`: a longer one is cut at a word. */
export function splitSentences(line: string, max: number): string[] {
  return sentencesOf(line).flatMap(({ start, end }) => cutAtWords(line.slice(start, end), max))
}

function cutAtWords(text: string, max: number): string[] {
  const parts: string[] = []
  let rest = text
  while (rest.length > max) {
    const space = rest.lastIndexOf(' ', max)
    // Without a space in the second half it's no prose; then only a surrogate pair is kept whole.
    const cut = space > max / 2 ? space : isHighSurrogate(rest.charCodeAt(max - 1)) ? max - 1 : max
    parts.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  return rest === '' ? parts : [...parts, rest]
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function uniteSticky(pieces: Piece[]): Piece[] {
  const united: Piece[] = []
  for (const piece of pieces) {
    const last = united.at(-1)
    if (last?.sticks && last.text.length + 1 + piece.text.length <= MAXIMUM) {
      last.text = join([last, piece])
      last.headings = piece.headings
      last.sticks = piece.sticks ?? false
    } else united.push({ ...piece })
  }
  return united
}

function* pack(pieces: Piece[]): Generator<Piece[]> {
  let chunks: Piece[][] = []
  let size = 0
  for (const piece of pieces) {
    const grown = size + 1 + piece.text.length
    if (chunks.length > 0 && (grown <= TARGET || (size < TARGET / 2 && grown <= MAXIMUM))) {
      chunks.at(-1)!.push(piece)
      size = grown
    } else {
      // The last two are held back: a tiny rest may still join the one before it.
      if (chunks.length === 2) yield chunks.shift()!
      chunks.push([piece])
      size = piece.text.length
    }
  }
  const [before, rest] = chunks
  if (before && rest && size < SMALL_SECTION && join(before).length + 1 + size <= MAXIMUM)
    chunks = [[...before, ...rest]]
  yield* chunks
}

function join(pieces: Piece[]): string {
  return pieces.map((piece, at) => (at === 0 ? '' : piece.lead) + piece.text).join('')
}

// Of sections that were joined the title names each: 'name › Delivery › Courier / Pick-up'.
function titleOf(pieces: Piece[], name: string): string {
  const paths = [...new Set(pieces.map((piece) => piece.headings))]
  const first = paths[0]!
  let shared = 0
  while (shared < first.length && paths.every((path) => path[shared] === first[shared])) shared++
  const ends = [...new Set(paths.map((path) => path.slice(shared).join(' › ')))].filter((end) => end !== '')
  const parts = [name, ...first.slice(0, shared), ends.join(' / ')].filter((part) => part !== '')
  return trimTo(parts.filter((part, at) => !sameWords(part, parts[at - 1])).join(' › '), TITLE_LIMIT)
}

// «Доставка.md» mostly begins with the heading «Доставка»; said twice it only takes room.
function sameWords(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase()
}
