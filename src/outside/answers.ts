import type { z } from 'zod'
import { OutsideFailed } from './failures.ts'

export type ChatTurn = { role: 'system' | 'user' | 'assistant'; content: string }

/** A whole answer. Token counts are null when the provider did not count. `finish_reason` is theirs: stop, length, content_filter … */
export type ChatAnswer = {
  text: string
  prompt_tokens: number | null
  completion_tokens: number | null
  finish_reason: string
}

/** The longest answer we keep, in bytes of UTF-8: about 80 pages, far more than a customer reads. */
const MAX_ANSWER = 256 * 1024
const CONTROL = /(?![\n\t])\p{Cc}/gu // an escape sequence must not reach a terminal

export type CollectedText = { add(piece: string): void; text(): string }

/** Gathers a streamed text without control characters, tells `onText` each piece, and throws `too_large` past MAX_ANSWER. */
export function collectText(system: string, onText?: (piece: string) => void): CollectedText {
  let text = ''
  return {
    add: (received) => {
      const piece = received.replace(CONTROL, '')
      if (piece === '') return
      text += piece
      // Units times three bound the bytes from above; only near the cap is it worth counting.
      const mayBeLong = text.length * 3 > MAX_ANSWER
      if (mayBeLong && Buffer.byteLength(text) > MAX_ANSWER) throw new OutsideFailed(system, 'too_large')
      onText?.(piece)
    },
    text: () => text.toWellFormed(),
  }
}

/** Checks that all are vectors of one length, finite and not all zero (which has no direction); throws `garbage` otherwise. */
export function toVectors(system: string, rows: (number[] | undefined)[]): Float32Array[] {
  const vectors = rows.map((row) => Float32Array.from(row ?? []))
  const length = vectors[0]?.length
  const isVector = (v: Float32Array) =>
    v.length === length && v.length > 0 && v.every(Number.isFinite) && v.some((n) => n !== 0)
  if (!vectors.every(isVector)) throw new OutsideFailed(system, 'garbage')
  return vectors
}

/** What was received, in the shape that was promised; throws `garbage`, without saying what it was. */
export function parsed<T>(system: string, shape: z.ZodType<T>, received: unknown): T {
  const result = shape.safeParse(received)
  if (!result.success) throw new OutsideFailed(system, 'garbage')
  return result.data
}
