import { useMemo } from 'preact/hooks'
import { newId } from '../../../widget/shared/ids.ts'
import { call } from '../../core/api.ts'
import { type Happening, onEvent, onReconnect } from '../../core/live/events.ts'
import { me } from '../../core/session.ts'
import { createStore, memory, useStore } from '../../core/store.ts'
import { factOf } from '../facts.ts'
import { whyRefused } from '../head/refusals.ts'
import type { Message } from '../types.ts'

/** A reply that the server has not taken yet, or has, but the stream has not told. */
export type Outgoing = {
  client_message_id: string
  dialog_id: number
  text: string
  created_at: string
  state: 'sending' | 'sent' | 'failed'
  /** Why it failed, as a sentence. */
  why?: string | undefined
}

const outbox = createStore<readonly Outgoing[]>([])
// One after the other in each dialog, so that two quick sentences keep their order.
const lanes = new Map<number, Promise<void>>()

/** The replies of a dialog that are on their way. */
export function useOutbox(dialog_id: number): readonly Outgoing[] {
  const all = useStore(outbox)
  return useMemo(() => all.filter((one) => one.dialog_id === dialog_id), [all, dialog_id])
}

/**
 * Takes up what this tab had not sent when it was reloaded: whether that arrived is not known (`why` says so), and sending it again is harmless.
 * Clears away what the stream has told, until the answer is called.
 */
export function keepOutbox(why: string): () => void {
  const kept = memory.read(keyOf(), 'session')
  const waiting = kept ? (JSON.parse(kept) as Outgoing[]) : []
  outbox.set(waiting.map((one) => ({ ...one, state: 'failed', why: one.why ?? why })))
  const ends = [onEvent(hear), onReconnect(() => put(outbox.get().filter(({ state }) => state !== 'sent')))]
  return () => {
    for (const end of ends) end()
  }
}

/** Sends a reply; it is shown at once, and kept with the reason when it is refused. */
export function send(dialog_id: number, text: string): void {
  const created_at = new Date().toISOString()
  const outgoing: Outgoing = { client_message_id: newId(), dialog_id, text, created_at, state: 'sending' }
  put([...outbox.get(), outgoing])
  enqueue(outgoing)
}

/** Sends a failed reply again; the same reply never stands twice. */
export function resend(outgoing: Outgoing): void {
  change(outgoing.client_message_id, { state: 'sending', why: undefined })
  enqueue(outgoing)
}

/** Takes a reply out: it has arrived, or is given up. */
export function discard(client_message_id: string): void {
  put(outbox.get().filter((one) => one.client_message_id !== client_message_id))
}

function enqueue(outgoing: Outgoing): void {
  const before = lanes.get(outgoing.dialog_id) ?? Promise.resolve()
  lanes.set(
    outgoing.dialog_id,
    before.then(() => deliver(outgoing)),
  )
}

async function deliver({ dialog_id, text, client_message_id }: Outgoing): Promise<void> {
  try {
    await call<Message>('POST', `/api/dialogs/${dialog_id}/messages`, { text, client_message_id })
    change(client_message_id, { state: 'sent' })
  } catch (error) {
    change(client_message_id, { state: 'failed', why: await whyRefused(error, dialog_id) })
  }
}

function hear(event: Happening): void {
  const fact = factOf(event)
  const id = fact?.type === 'dialog.message.created' && fact.message.client_message_id
  if (id && outbox.get().some(({ client_message_id }) => client_message_id === id)) discard(id)
}

function change(client_message_id: string, part: Partial<Outgoing>): void {
  put(outbox.get().map((one) => (one.client_message_id === client_message_id ? { ...one, ...part } : one)))
}

function put(next: readonly Outgoing[]): void {
  outbox.set(next)
  const unsent = next.filter(({ state }) => state !== 'sent')
  memory.write(keyOf(), unsent.length > 0 ? JSON.stringify(unsent) : null, 'session')
}

function keyOf(): string {
  return `outbox:${me.get()?.id ?? 0}`
}
