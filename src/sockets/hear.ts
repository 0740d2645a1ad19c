import type { Request } from 'express'
import type { WebSocket } from 'ws'
import { getGuestDialog } from '../dialogs/dialogs.ts'
import { type Message, sayAsVisitor, viewOf } from '../dialogs/messages.ts'
import { AppError, errors, type Locale } from '../errors.ts'
import { noteTyping, noteVisitorTyping, sayAsOperator } from '../handoff/speak.ts'
import type { User, Visitor } from '../http/route.ts'
import { commonLimit } from '../http/server.ts'
import { randomId } from '../lib/ids.ts'
import { MINUTE, SECOND, toIso } from '../lib/time.ts'
import { type Closing, closeSocket, isDismissed, send } from '../realtime/websocket.ts'
import { messageLimits } from '../widget/visitors.ts'
import { count, type Means } from './admit.ts'
import { checkFrame, decisionOf, errorFrame, type Known, notAFrame, readFrame, type Said } from './frames.ts'

// What one socket may send in a minute.
const MAX_MESSAGES = 50
const MAX_STRANGE = 5 // frames that are none of ours: a client that keeps sending them speaks another protocol
const MAX_FRAMES = 1200 // of any kind: twenty a second, more than a client that reports every key pressed
const TYPING_EVERY = 2 * SECOND // what comes sooner tells nothing new

type Talker = { caller: User | Visitor; dialog_id: number; ip: string; locale: Locale; req: Request }
type Counts = { since: number; frames: number; messages: number; strange: number }
type Ear = { means: Means; talker: Talker; ws: WebSocket; counts: Counts; typed_at: number }

/**
 * Takes in what a client says: `send_message` is said by role and answered with `ack` or `error`, `typing` is shown, `__pong__` is a sign of life.
 * One frame after another; while one is in work, nothing more is read. Too many messages, frames that are none of ours and bytes close the socket.
 */
export function hear(means: Means, talker: Talker, ws: WebSocket): void {
  const counts = { since: means.ctx.now(), frames: 0, messages: 0, strange: 0 }
  const ear: Ear = { means, talker, ws, counts, typed_at: 0 }
  let turn = Promise.resolve()
  let waiting = 0
  let excess: Closing | undefined
  ws.on('message', (data, isBinary) => {
    if (excess || isDismissed(ws)) return
    if (isBinary) return closeSocket(ws, 'text only')
    const frame = readFrame(data.toString())
    excess = excessOf(counts, frame, means.ctx.now())
    if (!excess && frame?.type === 'pong') return
    if (waiting++ === 0) ws.pause()
    // The one too many has its turn like the rest, so that those before it are said.
    const work = excess ? () => dismiss(ear, excess!, frame) : () => take(ear, frame)
    turn = turn
      .then(work)
      .catch((error: unknown) => refuse(ear, error, frame))
      .finally(() => {
        if (--waiting === 0) ws.resume()
      })
  })
}

function excessOf(counts: Counts, frame: Known | undefined, now: number): Closing | undefined {
  if (now - counts.since >= MINUTE) Object.assign(counts, { since: now, frames: 0, messages: 0, strange: 0 })
  counts.frames++
  if (frame === undefined) counts.strange++
  if (frame?.type === 'send_message') counts.messages++
  if (counts.messages > MAX_MESSAGES || counts.frames > MAX_FRAMES) return 'too many messages'
  return counts.strange > MAX_STRANGE ? 'bad request' : undefined
}

async function dismiss(ear: Ear, why: Closing, frame: Known | undefined): Promise<void> {
  const retry_after = Math.ceil((ear.counts.since + MINUTE - ear.means.ctx.now()) / SECOND)
  const error =
    why === 'too many messages' ? errors.RATE_LIMIT_EXCEEDED({ limit: MAX_MESSAGES, retry_after }) : notAFrame()
  refuse(ear, error, frame)
  closeSocket(ear.ws, why)
}

async function take(ear: Ear, frame: Known | undefined): Promise<void> {
  // Whose session ended while this waited is not heard any more.
  if (isDismissed(ear.ws)) return
  if (!frame) throw notAFrame()
  const said = checkFrame(frame, ear.talker.locale)
  if (said.type === 'typing') return showTyping(ear)
  if (said.type === 'send_message') acknowledge(ear, await say(ear, said))
}

async function say({ means, talker }: Ear, said: Extract<Said, { type: 'send_message' }>): Promise<Message> {
  const { caller, dialog_id, ip, req } = talker
  const { text, client_message_id } = said
  if (caller.kind === 'user') {
    await count(means, req, commonLimit(caller, 'general', ip))
    return sayAsOperator(means.ctx, caller, { dialog_id, text, client_message_id })
  }
  for (const { name, by } of messageLimits) await count(means, req, [name, by({ ip, caller })])
  const dialog = await getGuestDialog(means.ctx, caller, dialog_id)
  const once = { text, client_message_id: client_message_id ?? randomId() }
  return (await sayAsVisitor(means.ctx, dialog, once)).message
}

function acknowledge({ ws, means }: Ear, message: Message): void {
  const { id, client_message_id } = viewOf(message)
  send(ws, { type: 'ack', client_message_id, message_id: id, timestamp: toIso(means.ctx.now()) })
}

async function showTyping(ear: Ear): Promise<void> {
  const { ctx } = ear.means
  const { caller, dialog_id } = ear.talker
  if (ctx.now() - ear.typed_at < TYPING_EVERY) return
  ear.typed_at = ctx.now()
  if (caller.kind === 'user') return noteTyping(ctx, caller, dialog_id)
  noteVisitorTyping(ctx, await getGuestDialog(ctx, caller, dialog_id))
}

function refuse({ means, talker, ws }: Ear, error: unknown, frame: Known | undefined): void {
  const { ctx } = means
  if (!(error instanceof AppError)) ctx.log.error({ err: error }, 'a frame could not be taken')
  const client_message_id = frame?.client_message_id
  send(ws, errorFrame(decisionOf(error), talker.locale, { now: ctx.now(), client_message_id }))
}
