import { OutsideFailed } from './failures.ts'
import type { Answer } from './http.ts'

const MAX_LINE = 1024 * 1024 // UTF-16 units; the largest honest frame is one whole answer, escaped

/** The bytes of an answer as they come; throws `too_large` past the cap. Network errors are translated, a consumer's own are not. */
export async function* readBytes(answer: Answer): AsyncGenerator<Uint8Array> {
  let total = 0
  try {
    for await (const chunk of answer.response.body ?? []) {
      total += chunk.byteLength
      if (total > answer.max_bytes) throw new OutsideFailed(answer.system, 'too_large')
      yield chunk
    }
  } catch (error) {
    throw answer.translate(error)
  }
}

/** The lines of an answer, without their ends (LF or CRLF), whatever pieces they come in; the last needs no end. */
export async function* readLines(answer: Answer): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let held: string[] = []
  let size = 0
  for await (const bytes of readBytes(answer)) {
    const [first = '', ...others] = decoder.decode(bytes, { stream: true }).split('\n')
    size += first.length
    held.push(first)
    if (size > MAX_LINE) throw new OutsideFailed(answer.system, 'too_large')
    for (const next of others) {
      yield withoutReturn(held.join(''))
      held = [next]
      size = next.length
    }
  }
  const rest = held.join('') + decoder.decode()
  if (rest !== '') yield withoutReturn(rest)
}

/** The data of each Server-Sent Event of an answer; comments and other fields are skipped. */
export async function* readEvents(answer: Answer): AsyncGenerator<string> {
  let data: string[] = []
  for await (const line of readLines(answer)) {
    if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
    if (line !== '' || data.length === 0) continue
    yield data.join('\n')
    data = []
  }
  // Some servers end without the closing blank line; a half frame is no JSON and is refused by whoever parses it.
  if (data.length > 0) yield data.join('\n')
}

/** The whole answer as text. */
export async function readText(answer: Answer): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of readBytes(answer)) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

/** The whole answer as JSON of unknown shape; throws `garbage` when it is none. */
export async function readJson(answer: Answer): Promise<unknown> {
  return parseJson(answer.system, await readText(answer))
}

/** Parses JSON; throws `garbage` without the parser's own message, which would quote what was received. */
export function parseJson(system: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new OutsideFailed(system, 'garbage')
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
