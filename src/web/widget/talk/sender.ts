import { newId } from '../shared/ids.ts'
import type { Outgoing, SavedStore } from '../shared/storage.ts'
import { ApiFailure } from './api.ts'
import { addOutgoing, type Conversation, type Entry, markOutgoing } from './state.ts'

interface SenderOptions {
  store: SavedStore
  update: (change: (talk: Conversation) => Conversation) => void
  deliver: (outgoing: Parcel, onProgress: (share: number) => void) => Promise<void>
}

/** What goes to the server: words, a file, or both. */
export interface Parcel {
  text: string
  client_message_id: string
  file?: File | undefined
}

export interface Sender {
  send: (text: string, file?: File) => void
  /** Sends a failed message again under its own id, so that it cannot arrive twice. */
  retry: (key: string) => void
  retryAll: (talk: Conversation) => void
  forgetDelivered: (talk: Conversation) => void
}

/** Sends the visitor's messages one after another and keeps each in the outbox until the server has it; a file is kept only as long as the page. */
export function createSender({ store, update, deliver }: SenderOptions): Sender {
  const files = new Map<string, Outgoing & { file: File }>()
  let line = Promise.resolve()

  function send(text: string, file?: File): void {
    const outgoing = { client_message_id: newId(), text, created_at: Date.now() }
    if (file) files.set(outgoing.client_message_id, { ...outgoing, file })
    else store.write({ outbox: [...(store.read().outbox ?? []), outgoing] })
    post(outgoing)
  }

  function retry(key: string): void {
    const outgoing = files.get(key) ?? store.read().outbox?.find(({ client_message_id }) => client_message_id === key)
    if (outgoing) post(outgoing)
  }

  function retryAll(talk: Conversation): void {
    for (const { key } of talk.entries.filter(({ status, refusal }) => status === 'failed' && !refusal)) retry(key)
  }

  function post(outgoing: Outgoing): void {
    const file = files.get(outgoing.client_message_id)?.file
    update((talk) => addOutgoing(talk, outgoing, 'sending', file))
    line = line.then(() => attempt({ ...outgoing, file }))
  }

  async function attempt(parcel: Parcel): Promise<void> {
    const key = parcel.client_message_id
    const mark = (how: Parameters<typeof markOutgoing>[2]) => update((talk) => markOutgoing(talk, key, how))
    try {
      await deliver(parcel, (progress) => mark({ status: 'sending', progress }))
      drop([key])
    } catch (error) {
      mark(markOf(error))
      if (isBusy(error)) setTimeout(() => retry(key), error.retry_after_ms)
      if (!(error instanceof ApiFailure)) console.error(error)
    }
  }

  function forgetDelivered(talk: Conversation): void {
    drop(talk.entries.filter(({ status }) => status === 'sent').map(({ key }) => key))
  }

  function drop(keys: string[]): void {
    for (const key of keys) files.delete(key)
    const outbox = store.read().outbox ?? []
    const left = outbox.filter(({ client_message_id }) => !keys.includes(client_message_id))
    if (left.length < outbox.length) store.write({ outbox: left })
  }

  return { send, retry, retryAll, forgetDelivered }
}

function markOf(error: unknown): Pick<Entry, 'status' | 'busy' | 'refusal'> {
  if (isBusy(error)) return { status: 'sending', busy: true }
  // Only a file can be of the wrong kind or too large: what else is refused may go through next time.
  const isFinal = error instanceof ApiFailure && (error.status === 413 || error.status === 415)
  return { status: 'failed', refusal: isFinal ? (error.code ?? 'FILE_TOO_LARGE') : undefined }
}

function isBusy(error: unknown): error is ApiFailure {
  return error instanceof ApiFailure && error.status === 429
}
