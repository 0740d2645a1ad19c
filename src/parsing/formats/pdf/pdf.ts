import { readFile } from 'node:fs/promises'
import { getDocumentProxy } from 'unpdf'
import type { Outline, Source } from '../../blocks.ts'
import { ParsingFailed } from '../../reasons.ts'
import { isUnreadable } from '../../text.ts'
import { addTable } from '../tables.ts'
import { type Glyphs, joinLines, type Line, linesOf, withoutRunningLines } from './lines.ts'
import { type Place, placesOf } from './tags.ts'

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>

/**
 * Reads a PDF that has a text layer. Lines in larger type are headings; without any, the pages are ("стр. 3", "p. 3").
 * Throws ParsingFailed for a password, too many pages, no text, or text in letters that nobody can read.
 */
export async function readPdf(source: Source, outline: Outline): Promise<void> {
  const bytes = await readFile(source.file)
  assertComplete(bytes)
  const pdf = await openPdf(bytes)
  if (pdf.numPages > source.caps.pages) throw new ParsingFailed('too_many_pages')
  const pages = withoutRunningLines(await readPages(pdf, source))
  assertReadable(pages)
  addPages(pages, outline)
}

// Every PDF ends with this mark; some programs leave their own bytes behind it.
function assertComplete(bytes: Buffer): void {
  if (!bytes.subarray(-64 * 1024).includes('%%EOF'))
    throw new ParsingFailed('damaged', 'the end of the file is missing')
}

async function openPdf(bytes: Buffer): Promise<Pdf> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), {
      useSystemFonts: false,
      verbosity: 0,
    })
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException')
      throw new ParsingFailed('password_protected', error)
    throw error
  }
}

async function readPages(pdf: Pdf, { caps, report }: Source): Promise<Line[][]> {
  const pages: Line[][] = []
  let letters = 0
  for (let number = 1; number <= pdf.numPages; number++) {
    const lines = linesOf(await readGlyphs(pdf, number), number)
    letters += lines.reduce((sum, line) => sum + line.text.length, 0)
    if (letters > caps.text_bytes) throw new ParsingFailed('too_much_text')
    pages.push(lines)
    report(number / pdf.numPages)
  }
  return pages
}

async function readGlyphs(pdf: Pdf, number: number): Promise<Glyphs[]> {
  const page = await pdf.getPage(number)
  // Tags that are broken help nobody, but the text is still there.
  const places = placesOf(await page.getStructTree().catch(() => null))
  const { items } = await page.getTextContent({ includeMarkedContent: true })
  page.cleanup()
  const marks: Place[] = []
  return items.flatMap((item) => {
    if ('type' in item) {
      if (item.type === 'endMarkedContent') marks.pop()
      else marks.push(places.get(item.id ?? '') ?? marks.at(-1) ?? {})
      return []
    }
    const [, , c, d, x, y] = item.transform as number[]
    const size = Math.hypot(c!, d!) || item.height
    return [{ text: item.str, x: x!, y: y!, width: item.width, size, endsLine: item.hasEOL, place: marks.at(-1) ?? {} }]
  })
}

// A scan may carry a page number or a stamp; a page of text has more letters than this.
const LETTERS_A_PAGE = 3

function assertReadable(pages: Line[][]): void {
  const texts = pages.flatMap((lines) => lines.map((line) => line.text))
  if (isUnreadable(texts.join('\n'))) throw new ParsingFailed('unreadable_text')
  const letters = texts.reduce((sum, text) => sum + (text.match(/\p{L}/gu)?.length ?? 0), 0)
  if (letters < LETTERS_A_PAGE * pages.length) throw new ParsingFailed('no_text')
}

function addPages(pages: Line[][], outline: Outline): void {
  const levels = headingLevels(pages.flat())
  const isRussian = pages.flat().some((line) => /[а-яё]{3}/i.test(line.text))
  let group: Line[] = []
  const close = () => {
    if (group.length > 0) addGroup(group, levels, outline)
    group = []
  }
  for (const [at, lines] of pages.entries()) {
    if (levels.size === 0) {
      close()
      outline.heading(1, isRussian ? `стр. ${at + 1}` : `p. ${at + 1}`)
    }
    for (const line of lines) {
      if (group.length > 0 && isApart(group.at(-1)!, line)) close()
      group.push(line)
    }
  }
  close()
}

// Larger than the text by this much is a heading's size, at most this many levels of them.
const HEADING_SIZE = 1.12
const HEADING_LEVELS = 4

/** Font size → level of heading, the largest first; empty when all lines are of one size. The size of most letters is the text's. */
function headingLevels(lines: Line[]): Map<number, number> {
  const letters = new Map<number, number>()
  for (const line of lines) letters.set(sizeOf(line), (letters.get(sizeOf(line)) ?? 0) + line.text.length)
  const [body] = [...letters].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])
  const larger = [...letters.keys()].filter((size) => size > body * HEADING_SIZE).sort((a, b) => b - a)
  return new Map(larger.map((size, at) => [size, Math.min(at + 1, HEADING_LEVELS)]))
}

function sizeOf(line: Line): number {
  return Math.round(line.size * 2) / 2
}

const LIST_ITEM = /^(?:[•●▪◦‣·–—-]|\d{1,3}[.)])\s/
// In parts of the letters' height: lines of a paragraph stand closer than this.
const PARAGRAPH_GAP = 1.75

function isApart(above: Line, line: Line): boolean {
  if (above.place.table !== line.place.table || above.place.item !== line.place.item) return true
  if (line.place.table !== undefined || line.place.item !== undefined) return false
  if (sizeOf(above) !== sizeOf(line) || LIST_ITEM.test(line.text)) return true
  if (above.cells.length > 0 || line.cells.length > 0) return above.cells.length !== line.cells.length
  const isFinished = /[.!?:;…]["»”)]*$/.test(above.text)
  const gap = above.y - line.y
  // On the next page or in the next column a sentence may go on.
  if (above.page !== line.page || gap < 0) return isFinished
  if (gap > line.size * PARAGRAPH_GAP) return true
  return isFinished && (line.x > above.x + line.size || above.endX < line.endX - 4 * line.size)
}

function addGroup(group: Line[], levels: Map<number, number>, outline: Outline): void {
  const first = group[0]!
  if (first.cells.length > 0) {
    addRows(group, outline)
    return
  }
  const text = group.map((line) => line.text).reduce(joinLines)
  const level = levels.get(sizeOf(first))
  if (first.place.item !== undefined) outline.add('item', LIST_ITEM.test(text) ? text : `• ${text}`)
  else if (level !== undefined) outline.heading(level, text)
  else outline.add(LIST_ITEM.test(text) ? 'item' : 'text', text)
}

// Two lines with gaps may be a form or a signature; three alike are a table, as is what the tags call so.
function addRows(lines: Line[], outline: Outline): void {
  if (lines.length >= 3 || lines[0]!.place.table !== undefined)
    addTable(
      outline,
      lines.map((line) => line.cells),
    )
  else for (const line of lines) outline.add('row', line.text)
}
