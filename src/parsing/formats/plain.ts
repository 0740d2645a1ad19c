import { readFile } from 'node:fs/promises'
import type { Outline, Source } from '../blocks.ts'
import { decodeText, normaliseLine } from '../text.ts'

const BULLET = /^\s*(?:[•●▪◦‣·*–—-]|\d{1,3}[.)])\s+/
const ENDS_SENTENCE = /[.!?…:;]["»”)]*$/
// Lines this long that end amid a sentence were broken by a program, not by a person.
const WRAPPED_FROM = 60
const HEADING_LIMIT = 80

/** Reads plain text: paragraphs at empty lines, wrapped lines joined, bullets as items; lines in capitals or with a chapter's number are headings. */
export async function readPlain({ file }: Source, outline: Outline): Promise<void> {
  const text = decodeText(await readFile(file))
  for (const lines of paragraphsOf(text)) addParagraph(lines, outline)
}

function* paragraphsOf(text: string): Generator<string[]> {
  let lines: string[] = []
  for (const line of text.split(/\r\n|[\n\r\f\u2028\u2029]/)) {
    if (line.trim() !== '') lines.push(line.trimEnd())
    else if (lines.length > 0) {
      yield lines
      lines = []
    }
  }
  if (lines.length > 0) yield lines
}

function addParagraph(lines: string[], outline: Outline): void {
  const level = headingLevel(lines)
  const rest = level === 0 ? lines : lines.slice(1)
  if (level > 0) outline.heading(level, lines[0]!)
  let kind: 'text' | 'item' = 'text'
  // Whole lines, each from pieces that were wrapped: put together once, as a text of a million lines would be slow to grow.
  let open: string[][] = []
  const close = () => {
    outline.add(kind, open.map((pieces) => pieces.join(' ')).join('\n'))
    open = []
  }
  for (const line of rest) {
    const isItem = BULLET.test(line)
    const last = open.at(-1)
    if (!isItem && last && isWrapped(last.at(-1)!, line)) last.push(line.trim())
    else {
      // Lines of prose stay together as lines of one text; an item begins and ends with itself.
      if (isItem || kind === 'item') close()
      kind = isItem ? 'item' : 'text'
      open.push([line])
    }
  }
  close()
}

function isWrapped(line: string, next: string): boolean {
  if (ENDS_SENTENCE.test(line)) return false
  return line.length >= WRAPPED_FROM || /^\s*\p{Ll}/u.test(next)
}

/** 0 for no heading; a line in capitals is 1, "2. Delivery" 1 and "2.1 Courier" 2 when they stand alone. */
function headingLevel([first, second]: string[]): number {
  if (first!.length > HEADING_LIMIT) return 0
  const line = normaliseLine(first!)
  if (/[.,;]$/.test(line)) return 0
  const letters = line.match(/\p{L}/gu)?.length ?? 0
  if (letters >= 3 && line === line.toUpperCase() && line !== line.toLowerCase() && letters > line.length / 2) return 1
  const number = /^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\p{Lu}/u.exec(line)
  if (!number || second !== undefined) return 0
  return number[1]!.split('.').length
}
