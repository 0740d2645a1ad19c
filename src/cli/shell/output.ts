import { styleText } from 'node:util'
import type { AppError, Locale } from '../../errors.ts'
import { oneLine } from '../../lib/text.ts'
import type { Answer } from './command.ts'

/** Where a sentence goes: a command's answer to stdout, everything about it to stderr. */
type Stream = NodeJS.WriteStream

const BAR = 24 // characters; leaves room for the words beside it on eighty columns

/** Prints what a command answers. */
export function printAnswer(answer: Answer, json: boolean): void {
  const text = json ? JSON.stringify(answer.data) : answer.text
  if (text !== '') process.stdout.write(`${text}\n`)
}

/** Prints a refusal: one sentence, or the error envelope for programs. */
export function printRefusal(error: AppError, { json, locale }: { json: boolean; locale: Locale }): void {
  const { code, details } = error
  const message = sentenceOf(error, locale)
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, details } })}\n`)
  else tell(`${paint('red', '✗', process.stderr)} ${message}`)
}

/** A line for people, on stderr. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Colours a text when the stream is a terminal and NO_COLOR is not set. */
export function paint(style: Parameters<typeof styleText>[0], text: string, stream: Stream = process.stdout): string {
  return styleText(style, text, { stream })
}

/** Rows in aligned columns below their headings; cells are shown as one line each. */
export function table(headings: string[], rows: (string | number | null | undefined)[][]): string {
  const cells = rows.map((row) => row.map((cell) => oneLine(String(cell ?? '—'))))
  const widths = headings.map((heading, at) =>
    Math.max(widthOf(heading), ...cells.map((row) => widthOf(row[at] ?? ''))),
  )
  const line = (row: string[]) =>
    row
      .map((cell, at) => cell + ' '.repeat(Math.max(0, widths[at]! - widthOf(cell))))
      .join('  ')
      .trimEnd()
  return [paint('bold', line(headings)), ...cells.map(line)].join('\n')
}

/** Names and values below each other; values are shown as one line each. */
export function sheet(pairs: [string, string | number | boolean | null | undefined][]): string {
  const width = Math.max(...pairs.map(([name]) => widthOf(name)))
  return pairs
    .map(([name, value]) => `${name}${' '.repeat(width - widthOf(name))}  ${oneLine(String(value ?? '—'))}`)
    .join('\n')
}

/** A text from outside over several lines, without anything that could move the cursor. */
export function paragraphs(text: string): string {
  return text.split('\n').map(oneLine).join('\n')
}

export type Progress = { show: (done: number, total: number, what: string) => void; end: () => void }

/** A progress bar on stderr when that is a terminal, else nothing at all. */
export function openProgress(): Progress {
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} }
  return {
    show(done, total, what) {
      const part = total > 0 ? Math.min(1, done / total) : 0
      const filled = Math.round(part * BAR)
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`
      const room = Math.max(10, (process.stderr.columns ?? 80) - BAR - 8)
      process.stderr.write(
        `\r\u001b[K${bar} ${String(Math.floor(part * 100)).padStart(3)}% ${oneLine(what).slice(0, room)}`,
      )
    },
    end: () => void process.stderr.write('\r\u001b[K'),
  }
}

// «Not found» alone leaves a person guessing what.
function sentenceOf({ code, texts, details }: AppError, locale: Locale): string {
  const sentence = oneLine(texts[locale])
  if (code !== 'NOT_FOUND') return sentence
  const what = Object.entries(details).map(([name, value]) => `${name} ${oneLine(String(value))}`)
  return what.length > 0 ? `${sentence}: ${what.join(', ')}` : sentence
}

function widthOf(text: string): number {
  return [...text].length
}
