import type { Chat, ChatHost, Message } from '../shared/contract.ts'
import { ApiFailure, createApi } from './api.ts'
import { connect, disconnect, forgetDialog, type Line, refresh, refreshAndTell, update, type Watcher } from './line.ts'
import { createSender, type Sender } from './sender.ts'
import { addOutgoing, emptyConversation, type History, mergeMessages, openQuestion } from './state.ts'

export interface Talk extends Pick<Chat, 'send'>, Pick<Sender, 'retry'> {
  /** Restores the dialog of an earlier page, once; rejects when the server could not be asked. */
  restore: () => Promise<void>
  loadEarlier: () => Promise<void>
  stop: () => void
}

type Question = { text: string; client_message_id: string }

const STREAM_WAIT_MS = 1500 // so that the first words of an answer are not missed
const POLL_MS = 5000 // how often an expected answer is looked for when the stream is silent
const SILENCE_MS = 25_000 // the server pings every 20 s
const HIDDEN_MS = 2 * 60_000 // a browser opens only six HTTP/1.1 connections per host: a forgotten tab gives its own back

/** Conducts one visitor's dialog: history, stream, sending. Everything it learns goes to the watcher. */
export function createTalk(host: ChatHost, watcher: Watcher): Talk {
  const ended = new AbortController()
  let restoring: Promise<void> | undefined
  const restore = () => {
    restoring ??= restoreOnce(line).catch((error: unknown) => {
      restoring = undefined // the next question tries again
      throw error
    })
    return restoring
  }
  const deliver = async (question: Question) => {
    await restore().catch(() => undefined) // a history that cannot be read is no reason not to ask
    await ask(line, question)
  }
  const sender = createSender({ store: host.store, update: (change) => update(line, change), deliver })
  const line: Line = { host, watcher, api: createApi(host), sender, talk: emptyConversation, stream: undefined }

  watchConnection(line, ended.signal)
  watchVisibility(line, ended.signal)
  pollWhenSilent(line, ended.signal)
  const stop = () => {
    ended.abort()
    disconnect(line)
  }
  return { restore, loadEarlier: () => loadEarlier(line), stop, send: sender.send, retry: sender.retry }
}

async function restoreOnce(line: Line): Promise<void> {
  const { outbox, dialog_id, asked_at } = line.host.store.read()
  const known = new Set(line.talk.entries.map(({ key }) => key))
  const left = (outbox ?? []).filter(({ client_message_id }) => !known.has(client_message_id))
  for (const outgoing of left) update(line, (talk) => addOutgoing(talk, outgoing, 'failed'))
  if (!dialog_id) return
  await refresh(line)
  line.watcher.onTrouble(false)
  connect(line)
  const last = line.talk.entries.findLast(({ status }) => status === 'sent')?.message
  if (asked_at && last && !openQuestion(line.talk)) line.watcher.onAnswer(last) // it came between two pages
}

async function loadEarlier(line: Line): Promise<void> {
  const first = line.talk.entries.find(({ status }) => status === 'sent')?.message.id
  const path = `dialogs/${line.host.store.read().dialog_id}/messages?limit=50&before_id=${first}`
  const history = await line.api.call<History>('GET', path)
  update(line, (talk) => ({ ...mergeMessages(talk, history.messages), has_more: history.has_more }))
}

async function ask(line: Line, question: Question): Promise<void> {
  try {
    await post(line, question)
  } catch (error) {
    if (!isGone(error)) throw error
    forgetDialog(line)
    await post(line, question)
  }
}

async function post(line: Line, question: Question): Promise<void> {
  const { store } = line.host
  if (!store.read().dialog_id) await openDialog(line)
  await connect(line).ready(STREAM_WAIT_MS)
  store.write({ asked_at: Date.now() })
  const message = await line.api.call<Message>('POST', `dialogs/${store.read().dialog_id}/messages`, question)
  update(line, (talk) => mergeMessages(talk, [message]))
}

async function openDialog(line: Line): Promise<void> {
  const { language, store } = line.host
  // Query and fragment stay on the page: they may hold what the visitor would not show.
  const page_url = location.origin + location.pathname
  const page_title = document.title.slice(0, 200)
  const dialog = await line.api.call<{ id: number }>('POST', 'dialogs', { page_url, page_title, locale: language })
  store.write({ dialog_id: dialog.id })
  await refresh(line)
}

function watchConnection(line: Line, signal: AbortSignal): void {
  const onOnline = () => {
    line.watcher.onTrouble(false)
    line.stream?.nudge()
    line.sender.retryAll(line.talk)
  }
  addEventListener('online', onOnline, { signal })
  addEventListener('offline', () => line.watcher.onTrouble(true), { signal })
}

function watchVisibility(line: Line, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let paused = false
  const pause = () => {
    paused = line.stream !== undefined
    disconnect(line)
  }
  const onVisibility = () => {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(pause, HIDDEN_MS)
    else if (paused && line.host.store.read().dialog_id) connect(line)
    else line.stream?.nudge()
  }
  document.addEventListener('visibilitychange', onVisibility, { signal })
  signal.addEventListener('abort', () => clearTimeout(timer))
}

// Some proxies hold a stream back until it ends; the answer is then fetched like a page.
function pollWhenSilent(line: Line, signal: AbortSignal): void {
  const timer = setInterval(() => {
    const silent = line.stream && Date.now() - line.stream.lastLife() > SILENCE_MS
    if (!silent || !openQuestion(line.talk) || document.hidden) return
    refreshAndTell(line).catch(() => line.watcher.onTrouble(true))
  }, POLL_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}

function isGone(error: unknown): boolean {
  return error instanceof ApiFailure && (error.status === 403 || error.status === 404)
}
