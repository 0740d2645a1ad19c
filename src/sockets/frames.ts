import { z } from 'zod'
import { present, presentToVisitor } from '../dialogs/routes.ts'
import { ClientMessageId, MessageText } from '../dialogs/shapes.ts'
import { AppError, errors, invalid, type Locale } from '../errors.ts'
import type { PastEvent } from '../events/read.ts'
import { parseInput } from '../http/server.ts'
import { toIso } from '../lib/time.ts'
import type { Streamed } from '../realtime/stream.ts'
import type { Frame } from '../realtime/websocket.ts'

type Fields = Record<string, unknown>
type Spelling = { type: string; fields: (payload: Fields) => Fields }

const only =
  (...names: string[]) =>
  (payload: Fields): Fields =>
    Object.fromEntries(names.filter((name) => name in payload).map((name) => [name, payload[name]]))

// One internal fact, two spellings: the stream of events has its own name, the document of the socket another.
const FACTS: Record<string, Spelling> = {
  'dialog.message.created': { type: 'new_message', fields: only('message') },
  'dialog.message.updated': { type: 'message_updated', fields: only('message') },
  'handoff.requested': {
    type: 'handoff_requested',
    fields: only('reason', 'priority', 'queue_position', 'estimated_wait_time', 'requeued'),
  },
  'handoff.delayed': { type: 'handoff_delayed', fields: only() },
  'handoff.started': { type: 'handoff_started', fields: ({ operator }) => ({ manager: operator }) },
  'handoff.released': { type: 'handoff_released', fields: only('resolution', 'return_to_ai') },
  'handoff.cancelled': { type: 'handoff_cancelled', fields: only() },
}

const SIGNALS: Record<string, Spelling & { for: 'all' | 'staff' }> = {
  'dialog.message.delta': { type: 'message_delta', fields: only('reply_to', 'offset', 'text'), for: 'all' },
  'operator.typing': { type: 'operator_typing', fields: only('operator_name'), for: 'all' },
  'visitor.typing': { type: 'visitor_typing', fields: only(), for: 'staff' },
}

/** What a socket shows of a dialog's stream: every fact with its number, so that numbers have no gap, and the passing signals its reader may see. */
export function presenter(reader: 'staff' | 'visitor', now: () => number): (one: Streamed) => Frame | undefined {
  return (one) => {
    if ('fact' in one) return factFrame(one.fact, reader === 'staff' ? present(one.fact) : presentToVisitor(one.fact))
    const known = SIGNALS[one.signal.type]
    if (!known || (known.for === 'staff' && reader !== 'staff')) return undefined
    const { dialog_id } = one.signal
    return { type: known.type, dialog_id, ...known.fields(one.signal), timestamp: toIso(now()) }
  }
}

function factFrame({ name, seq, created_at }: PastEvent, payload: Fields): Frame {
  // A fact the table does not know has at least its number told, and nothing that was not meant to be shown.
  const { type, fields } = FACTS[name] ?? { type: name.replaceAll('.', '_'), fields: only() }
  return { type, dialog_id: payload.dialog_id, ...fields(payload), seq, timestamp: toIso(created_at) }
}

/** The refusal of something a client said, in the words of the error envelope. */
export function errorFrame(error: AppError, locale: Locale, more: { now: number; client_message_id?: unknown }): Frame {
  const { code, texts, details } = error
  const client_message_id = ClientMessageId.safeParse(more.client_message_id).data ?? null
  return { type: 'error', code, message: texts[locale], details, client_message_id, timestamp: toIso(more.now) }
}

const Said = z.discriminatedUnion('type', [
  z.object({ type: z.literal('send_message'), text: MessageText, client_message_id: ClientMessageId.optional() }),
  z.object({ type: z.literal('typing') }),
  z.object({ type: z.literal('pong') }),
])
export type Said = z.infer<typeof Said>

const Known = z.looseObject({ type: z.enum(['send_message', 'typing', 'pong']) })
export type Known = z.infer<typeof Known>

/** A client's frame as it came, if it is one of ours at all: JSON with a known type, or the bare `__pong__`. */
export function readFrame(text: string): Known | undefined {
  if (text === '__pong__') return { type: 'pong' }
  try {
    return Known.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // not JSON: the caller tells the client
  }
}

/** The frame in its full shape, or VALIDATION_ERROR with the field that is wrong. */
export function checkFrame(frame: Known, locale: Locale): Said {
  return parseInput(Said, frame, 'frame', locale)
}

/** The refusal of a frame that is none of ours. */
export function notAFrame(): AppError {
  return invalid(
    'type',
    'неизвестный кадр: нужен JSON с известным type',
    'unknown frame: JSON with a known type is needed',
  )
}

/** Any failure as a decision: an accident is told as INTERNAL_ERROR only. */
export function decisionOf(error: unknown): AppError {
  return error instanceof AppError ? error : errors.INTERNAL_ERROR()
}
