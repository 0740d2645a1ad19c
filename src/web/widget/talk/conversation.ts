import type { Chat, ChatHost, Message, Vote } from '../shared/contract.ts'
import { ApiFailure, createApi } from './api.ts'
import { callHuman, leaveContact, pollWhileWaiting, rate, stopWaiting, telegramLink, typingSignal } from './desk.ts'
import { ensureDialog, identify } from './dialog.ts'
import { createFiles, type Files } from './files.ts'
import {
  connect,
  disconnect,
  forgetDialog,
  type Line,
  noteExpectation,
  refresh,
  refreshDesk,
  update,
  type Watcher,
} from './line.ts'
import { createSender, type Parcel, type Sender } from './sender.ts'
import { addOutgoing, type Conversation, emptyConversation, type History, mergeMessages } from './state.ts'
import { pollWhenSilent, watchConnection, watchVisibility } from './watch.ts'

export interface Talk extends Pick<Sender, 'send' | 'retry'>, Pick<Chat, 'identify'> {
  /** Restores the dialog of an earlier page, once; rejects when the server could not be asked. */
  restore: () => Promise<void>
  loadEarlier: () => Promise<void>
  callHuman: () => Promise<void>
  stopWaiting: () => Promise<void>
  leaveContact: (email: string) => Promise<void>
  rate: (message_id: number, vote: Vote) => Promise<void>
  telegramLink: () => Promise<string>
  typing: () => void
  files: Files
  /** What is known right now. */
  current: () => Conversation
  /** How many messages have come since the window was open. */
  unread: () => number
  stop: () => void
}

const STREAM_WAIT_MS = 1500 // so that the first words of an answer are not missed

/** Conducts one visitor's dialog: history, stream, sending, the human side. Everything it learns goes to the watcher. */
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
  // A history that cannot be read is no reason not to ask.
  const restored = () => restore().catch(() => undefined)
  const deliver = async (parcel: Parcel, onProgress: (share: number) => void) => {
    await restored()
    await ask(line, () => post(line, files, { parcel, onProgress }))
  }
  const sender = createSender({ store: host.store, update: (change) => update(line, change), deliver })
  const api = createApi(host)
  const line: Line = { host, watcher, api, sender, talk: emptyConversation, stream: undefined, asked: 0 }
  const files = createFiles(line)

  for (const watch of [watchConnection, watchVisibility, pollWhenSilent, pollWhileWaiting]) watch(line, ended.signal)
  const stop = () => {
    ended.abort()
    disconnect(line)
  }
  return {
    restore,
    loadEarlier: () => loadEarlier(line),
    callHuman: async () => {
      await restored()
      await ask(line, () => callHuman(line))
    },
    stopWaiting: () => stopWaiting(line),
    leaveContact: (email) => leaveContact(line, email),
    rate: (message_id, vote) => rate(line, message_id, vote),
    telegramLink: () => telegramLink(line),
    typing: typingSignal(line),
    identify: () => void identify(line),
    files,
    current: () => line.talk,
    unread: () => unseenOf(line).length,
    stop,
    send: sender.send,
    retry: sender.retry,
  }
}

async function restoreOnce(line: Line): Promise<void> {
  const { outbox, dialog_id } = line.host.store.read()
  const known = new Set(line.talk.entries.map(({ key }) => key))
  const left = (outbox ?? []).filter(({ client_message_id }) => !known.has(client_message_id))
  for (const outgoing of left) update(line, (talk) => addOutgoing(talk, outgoing, 'failed'))
  if (!dialog_id) return
  await Promise.all([refresh(line), refreshDesk(line), identify(line)])
  line.watcher.onTrouble(false)
  connect(line)
  for (const message of unseenOf(line)) line.watcher.onAnswer(message) // what came between two pages
}

function unseenOf({ host, talk }: Line): Message[] {
  const seen_id = host.store.read().seen_id ?? Number.MAX_SAFE_INTEGER
  return talk.entries.map(({ message }) => message).filter(({ sender, id }) => sender !== 'user' && id > seen_id)
}

async function loadEarlier(line: Line): Promise<void> {
  const first = line.talk.entries.find(({ status }) => status === 'sent')?.message.id
  const path = `dialogs/${line.host.store.read().dialog_id}/messages?limit=50&before_id=${first}`
  const history = await line.api.call<History>('GET', path)
  update(line, (talk) => ({ ...mergeMessages(talk, history.messages), has_more: history.has_more }))
}

// A dialog that is gone is replaced by a new one, once.
async function ask(line: Line, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isGone(error)) throw error
    forgetDialog(line)
    await work()
  }
}

async function post(
  line: Line,
  files: Files,
  { parcel, onProgress }: { parcel: Parcel; onProgress: (share: number) => void },
): Promise<void> {
  const { store } = line.host
  await ensureDialog(line)
  await connect(line).ready(STREAM_WAIT_MS)
  store.write({ asked_at: Date.now() })
  noteExpectation(line)
  const { file, ...said } = parcel
  const { text, client_message_id } = said
  const message = file
    ? await files.send({ ...said, file }, onProgress)
    : await line.api.call<Message>('POST', `dialogs/${store.read().dialog_id}/messages`, { text, client_message_id })
  update(line, (talk) => mergeMessages(talk, [message]))
}

function isGone(error: unknown): boolean {
  return error instanceof ApiFailure && (error.status === 403 || error.status === 404)
}
