import type { Outgoing, SavedStore } from '../shared/storage.ts'
import { ApiFailure } from './api.ts'
import { addOutgoing, type Conversation, markOutgoing } from './state.ts'

interface SenderOptions {
  store: SavedStore
  update: (change: (talk: Conversation) => Conversation) => void
  deliver: (body: { text: string; client_message_id: string }) => Promise<void>
}

export interface Sender {
  send: (text: string) => void
  /** Sends a failed message again under its own id, so that it cannot arrive twice. */
  retry: (key: string) => void
  retryAll: (talk: Conversation) => void
  forgetDelivered: (talk: Conversation) => void
}

/** Sends the visitor's messages one after another and keeps each in the outbox until the server has it. */
export function createSender({ store, update, deliver }: SenderOptions): Sender {
  let line = Promise.resolve()

  function send(text: string): void {
    const outgoing = { client_message_id: newId(), text, created_at: Date.now() }
    store.write({ outbox: [...(store.read().outbox ?? []), outgoing] })
    post(outgoing)
  }

  function retry(key: string): void {
    const outgoing = store.read().outbox?.find(({ client_message_id }) => client_message_id === key)
    if (outgoing) post(outgoing)
  }

  function retryAll(talk: Conversation): void {
    for (const { key } of talk.entries.filter(({ status }) => status === 'failed')) retry(key)
  }

  function post(outgoing: Outgoing): void {
    update((talk) => addOutgoing(talk, outgoing, 'sending'))
    line = line.then(() => attempt(outgoing))
  }

  async function attempt({ text, client_message_id }: Outgoing): Promise<void> {
    try {
      await deliver({ text, client_message_id })
      drop([client_message_id])
    } catch (error) {
      const wait = error instanceof ApiFailure && error.status === 429 ? error.retry_after_ms : 0
      update((talk) =>
        markOutgoing(talk, client_message_id, wait ? { status: 'sending', busy: true } : { status: 'failed' }),
      )
      if (wait) setTimeout(() => retry(client_message_id), wait)
      if (!(error instanceof ApiFailure)) console.error(error)
    }
  }

  function forgetDelivered(talk: Conversation): void {
    drop(talk.entries.filter(({ status }) => status === 'sent').map(({ key }) => key))
  }

  function drop(keys: string[]): void {
    const outbox = store.read().outbox ?? []
    const left = outbox.filter(({ client_message_id }) => !keys.includes(client_message_id))
    if (left.length < outbox.length) store.write({ outbox: left })
  }

  return { send, retry, retryAll, forgetDelivered }
}

// Pages without HTTPS have no randomUUID; the bytes are there everywhere.
function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID()
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0'))
  hex[6] = `4${hex[6]![1]}`
  hex[8] = `a${hex[8]![1]}`
  return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
