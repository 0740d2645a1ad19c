import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import type { Outline, Source } from '../blocks.ts'
import { decodeText } from '../text.ts'
import { addTable } from './tables.ts'

const DELIMITERS = [',', ';', '\t']
// The delimiter shows within some lines, even when they are long.
const SAMPLE_LINES = 20
const SAMPLE_CHARS = 64 * 1024

/** Reads rows of values; the delimiter, the charset and whether there is a header are judged by the content. */
export async function readCsv({ file }: Source, outline: Outline): Promise<void> {
  const text = decodeText(await readFile(file)).replace(/^\uFEFF/, '')
  // Excel's own hint, "sep=;", is a line for programs.
  const hint = /^sep=(.)\r?\n/.exec(text)
  const body = hint ? text.slice(hint[0].length) : text
  addTable(outline, parseRows(body, hint?.[1] ?? guessDelimiter(body)))
}

function parseRows(text: string, delimiter: string, to = -1): string[][] {
  const options = { delimiter, relax_column_count: true, skip_empty_lines: true, to }
  try {
    return parse(text, { ...options, relax_quotes: true })
  } catch {
    // A quote that never closes swallows the rest of the file: then quotes are plain characters.
    return parse(text, { ...options, quote: null })
  }
}

/** The delimiter that splits most lines into the same number of cells, more than one. */
function guessDelimiter(text: string): string {
  const scored = DELIMITERS.map((delimiter) => {
    const rows = parseRows(text.slice(0, SAMPLE_CHARS), delimiter, SAMPLE_LINES)
    const widths = rows.map((row) => row.length)
    const usual = mostFrequent(widths)
    const alike = widths.filter((width) => width === usual).length
    return { delimiter, score: usual < 2 ? 0 : alike / widths.length + usual / 1000 }
  })
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).delimiter
}

function mostFrequent(numbers: number[]): number {
  const counts = new Map<number, number>()
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0]
}
