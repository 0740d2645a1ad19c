import type { Outline } from '../blocks.ts'
import { splitSentences, TARGET } from '../chunk.ts'
import { normaliseLine } from '../text.ts'

// Longer than this it's a sentence, not the name of a column.
const LABEL_LIMIT = 60
// What repeats at the head of every part of a long row, so that each part tells what it is about.
const SUBJECT_LIMIT = 120

/**
 * Adds a table as rows that read alone: "Item: Kettle; Price: 1200". Titles above the table become text. `hasHeader` says that the first row
 * is one; without it that is judged by its cells. A table without a header gives "a: b" for two columns and "a; b; c" for more.
 */
export function addTable(outline: Outline, rows: string[][], hasHeader = false): void {
  const filled = rows.map((row) => row.map(normaliseLine)).filter((row) => row.some((cell) => cell !== ''))
  const titles = filled.findIndex((row) => row.filter((cell) => cell !== '').length > 1)
  if (titles === -1) {
    for (const row of filled) outline.add('text', row.join(' '))
    return
  }
  for (const row of filled.splice(0, titles)) outline.add('text', row.join(' '))
  const labels = hasHeader || looksLikeHeader(filled) ? filled.shift() : undefined
  if (labels && filled.length === 0) outline.add('row', labels.filter((cell) => cell !== '').join('; '))
  for (const row of filled) for (const line of describeRow(row, labels)) outline.add('row', line)
}

function looksLikeHeader([first, ...rest]: string[][]): boolean {
  if (!first || rest.length === 0) return false
  const cells = first.filter((cell) => cell !== '')
  if (new Set(cells).size < cells.length || cells.some((cell) => cell.length > LABEL_LIMIT)) return false
  // A list of "Phone | +7 495 …" has no header, and figures in its first row show it.
  const pattern = first.length === 2 ? /\d|@/ : /^[\d+]/
  return cells.length >= first.length / 2 && !cells.some((cell) => pattern.test(cell))
}

function describeRow(row: string[], labels: string[] | undefined): string[] {
  if (!labels && row.length === 2) return packParts(labelled(row[1]!, row[0]!))
  return packParts(row.flatMap((cell, at) => (cell === '' ? [] : labelled(cell, labels?.[at] ?? ''))))
}

// A cell longer than a chunk gives several parts, each with the label.
function labelled(cell: string, label: string): string[] {
  const head = label === '' ? '' : `${label.replace(/:$/, '')}: `
  if (cell === '') return label === '' ? [] : [label]
  if (head.length + cell.length <= TARGET) return [head + cell]
  const room = Math.max(TARGET / 2, TARGET - head.length - SUBJECT_LIMIT)
  return packSentences(splitSentences(cell, room), room).map((part) => head + part)
}

function packSentences(sentences: string[], room: number): string[] {
  const parts: string[] = []
  for (const sentence of sentences) {
    const last = parts.at(-1)
    if (last !== undefined && last.length + 1 + sentence.length <= room) parts[parts.length - 1] = `${last} ${sentence}`
    else parts.push(sentence)
  }
  return parts
}

function packParts(parts: string[]): string[] {
  const subject = parts[0] !== undefined && parts[0].length <= SUBJECT_LIMIT ? parts[0] : ''
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    if (last === undefined) lines.push(part)
    else if (last.length + 2 + part.length <= TARGET) lines[lines.length - 1] = `${last}; ${part}`
    else lines.push(subject === '' ? part : `${subject}; ${part}`)
  }
  return lines
}
