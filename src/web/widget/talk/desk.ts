import type { Vote } from '../shared/contract.ts'
import { newId } from '../shared/ids.ts'
import { ApiFailure } from './api.ts'
import { ensureDialog } from './dialog.ts'
import { connect, type Line, refreshDesk, update } from './line.ts'
import { isHuman } from './state.ts'

const POLL_MS = 20_000 // how often a waiting visitor's place in the queue is asked for
const TYPING_EVERY_MS = 4000 // the desk shows the dots for five seconds

/** Calls a human; one who is called or there already is fine. Throws ApiFailure. */
export async function callHuman(line: Line): Promise<void> {
  await ensureDialog(line)
  connect(line)
  await change(line, 'handoff/request', { reason: 'manual', request_id: newId() })
}

/** Takes the wish back; nothing happens when it was answered meanwhile. Throws ApiFailure. */
export function stopWaiting(line: Line): Promise<void> {
  return change(line, 'handoff/cancel', {})
}

/** Leaves the address at which to be answered. Throws ApiFailure. */
export function leaveContact(line: Line, email: string): Promise<void> {
  return change(line, 'contact', { email })
}

/** Keeps what the visitor thinks of an answer, shown at once and taken back when it could not be stored. Throws ApiFailure. */
export async function rate(line: Line, message_id: number, rating: Vote): Promise<void> {
  const before = line.talk.votes
  update(line, (talk) => ({ ...talk, votes: { ...before, [message_id]: rating } }))
  try {
    await post(line, 'rating', { message_id, rating })
  } catch (error) {
    update(line, (talk) => ({ ...talk, votes: before }))
    throw error
  }
}

/** Makes the link by which the conversation goes on in Telegram. Throws ApiFailure. */
export async function telegramLink(line: Line): Promise<string> {
  await ensureDialog(line)
  return (await post<{ url: string }>(line, 'telegram-link', {})).url
}

/** Makes the function that shows the desk, now and then, that the visitor is writing to a human. */
export function typingSignal(line: Line): () => void {
  let told = 0
  return () => {
    if (!isHuman(line.talk.desk) || Date.now() - told < TYPING_EVERY_MS) return
    told = Date.now()
    post(line, 'typing', {}).catch(() => undefined) // the message itself will tell
  }
}

/** Asks for the place in the queue again and again while the visitor waits and looks on. */
export function pollWhileWaiting(line: Line, signal: AbortSignal): void {
  const timer = setInterval(() => {
    if (line.talk.desk.status === 'requested' && !document.hidden) refreshDesk(line).catch(() => undefined)
  }, POLL_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}

async function change(line: Line, what: string, body: object): Promise<void> {
  try {
    await post(line, what, body)
  } catch (error) {
    // The state has moved on meanwhile, perhaps in another tab: what it is now is asked for.
    if (!(error instanceof ApiFailure && (error.status === 409 || error.status === 404))) throw error
  }
  await refreshDesk(line)
}

function post<T>(line: Line, what: string, body: object): Promise<T> {
  return line.api.call<T>('POST', `dialogs/${line.host.store.read().dialog_id}/${what}`, body)
}
