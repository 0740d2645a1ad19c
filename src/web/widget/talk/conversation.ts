import type { Chat, ChatHost, Message } from '../shared/contract.ts'
import { ApiFailure, createApi } from './api.ts'
import { createSender, type Sender } from './sender.ts'
import {
  addOutgoing,
  applyDelta,
  type Conversation,
  type Delta,
  emptyConversation,
  type History,
  isMessage,
  mergeMessages,
  openQuestion,
  takeHistory,
} from './state.ts'
import { openStream, type Stream, type StreamEvent } from './stream.ts'

export interface Watcher {
  onChange: (talk: Conversation) => void
  /** An answer has arrived, complete, while this page looked on. */
  onAnswer: (message: Message) => void
  onTrouble: (trouble: boolean) => void
}

export interface Talk extends Pick<Chat, 'send'>, Pick<Sender, 'retry'> {
  /** Restores the dialog of an earlier page, once; rejects when the server could not be asked. */
  restore: () => Promise<void>
  loadEarlier: () => Promise<void>
  stop: () => void
}

const STREAM_WAIT_MS = 1500 // so that the first words of an answer are not missed
const POLL_MS = 5000 // how often an expected answer is looked for when the stream is silent
const HIDDEN_MS = 2 * 60_000 // a browser opens only six HTTP/1.1 connections per host: a forgotten tab gives its own back

/** Conducts one visitor's dialog: history, stream, sending. Everything it learns goes to the watcher. */
export function createTalk(host: ChatHost, watcher: Watcher): Talk {
  const { store } = host
  const api = createApi(host)
  const ended = new AbortController()
  let talk = emptyConversation
  let stream: Stream | undefined
  let restoring: Promise<void> | undefined
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined

  const update = (change: (talk: Conversation) => Conversation) => {
    talk = change(talk)
    watcher.onChange(talk)
  }
  const sender = createSender({ store, update, deliver })

  async function restoreOnce(): Promise<void> {
    for (const outgoing of store.read().outbox ?? []) update((talk) => addOutgoing(talk, outgoing, 'failed'))
    const { dialog_id, asked_at } = store.read()
    if (!dialog_id) return
    await refresh()
    connect()
    const last = talk.entries.findLast(({ status }) => status === 'sent')?.message
    if (asked_at && last && !openQuestion(talk)) watcher.onAnswer(last) // it came between two pages
  }

  async function refresh(): Promise<void> {
    const dialogId = store.read().dialog_id
    if (!dialogId) return
    const history = await api.call<History>('GET', `dialogs/${dialogId}/messages?limit=50`)
    update((talk) => takeHistory(talk, history))
    if (!openQuestion(talk)) store.write({ asked_at: 0 })
    sender.forgetDelivered(talk)
  }

  async function loadEarlier(): Promise<void> {
    const first = talk.entries.find(({ status }) => status === 'sent')?.message.id
    const path = `dialogs/${store.read().dialog_id}/messages?limit=50&before_id=${first}`
    const history = await api.call<History>('GET', path)
    update((talk) => ({ ...mergeMessages(talk, history.messages), has_more: history.has_more }))
  }

  async function deliver(body: { text: string; client_message_id: string }): Promise<void> {
    await restore().catch(() => undefined) // a history that cannot be read is no reason not to ask
    await post(body).catch((error: unknown) => {
      if (!isGone(error)) throw error
      forgetDialog()
      return post(body)
    })
  }

  async function post(body: { text: string; client_message_id: string }): Promise<void> {
    if (!store.read().dialog_id) await openDialog()
    await connect().ready(STREAM_WAIT_MS)
    store.write({ asked_at: Date.now() })
    const message = await api.call<Message>('POST', `dialogs/${store.read().dialog_id}/messages`, body)
    update((talk) => mergeMessages(talk, [message]))
  }

  async function openDialog(): Promise<void> {
    // Query and fragment stay on the page: they may hold what the visitor would not show.
    const page_url = location.origin + location.pathname
    const page_title = document.title.slice(0, 200)
    const dialog = await api.call<{ id: number }>('POST', 'dialogs', { page_url, page_title, locale: host.language })
    store.write({ dialog_id: dialog.id })
    await refresh()
  }

  function connect(): Stream {
    stream ??= openStream({
      api,
      dialogId: store.read().dialog_id!,
      lastEventId: () => talk.last_event_id,
      onEvent: receive,
      onTrouble: watcher.onTrouble,
      onLost,
    })
    return stream
  }

  function disconnect(): void {
    stream?.stop()
    stream = undefined
  }

  function forgetDialog(): void {
    disconnect()
    store.write({ dialog_id: undefined }) // the next question opens a new one
    talk = { ...talk, last_event_id: 0, draft: undefined }
  }

  function onLost(gone: boolean): void {
    if (gone) forgetDialog()
    else void refresh().catch(() => watcher.onTrouble(true))
  }

  function receive(event: StreamEvent, id: number | undefined): void {
    if (id !== undefined && id <= talk.last_event_id) return
    if (id !== undefined) talk = { ...talk, last_event_id: id }
    if (event.type === 'stream.reset') onLost(false)
    if (event.type === 'dialog.message.delta') update((talk) => applyDelta(talk, event as unknown as Delta))
    const message = event.message as Message | undefined
    if (event.type === 'dialog.message.created' && isMessage(message)) arrive(message)
  }

  function arrive(message: Message): void {
    const isNew = !talk.entries.some((entry) => entry.message.id === message.id)
    update((talk) => mergeMessages(talk, [message]))
    if (message.sender === 'user') sender.forgetDelivered(talk)
    else {
      store.write({ asked_at: 0 })
      if (isNew) watcher.onAnswer(message)
    }
  }

  // Some proxies hold a stream back until it ends; the answer is then fetched like a page.
  const poll = setInterval(() => {
    const silent = stream && Date.now() - stream.lastLife() > POLL_MS * 5
    if (!silent || !openQuestion(talk) || document.hidden) return
    const before = new Set(talk.entries.map(({ key }) => key))
    void refresh().then(
      () => {
        for (const { key, message } of talk.entries) if (!before.has(key)) watcher.onAnswer(message)
      },
      () => watcher.onTrouble(true),
    )
  }, POLL_MS)

  function onVisibility(): void {
    clearTimeout(hiddenTimer)
    if (document.hidden) hiddenTimer = setTimeout(disconnect, HIDDEN_MS)
    else if (restoring && store.read().dialog_id) connect().nudge()
  }

  function onOnline(): void {
    watcher.onTrouble(false)
    stream?.nudge()
    sender.retryAll(talk)
  }

  document.addEventListener('visibilitychange', onVisibility, { signal: ended.signal })
  addEventListener('online', onOnline, { signal: ended.signal })
  addEventListener('offline', () => watcher.onTrouble(true), { signal: ended.signal })

  function restore(): Promise<void> {
    restoring ??= restoreOnce().catch((error: unknown) => {
      restoring = undefined
      throw error
    })
    return restoring
  }

  function stop(): void {
    ended.abort()
    clearInterval(poll)
    clearTimeout(hiddenTimer)
    disconnect()
  }

  return { restore, loadEarlier, stop, send: sender.send, retry: sender.retry }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiFailure && (error.status === 403 || error.status === 404)
}
