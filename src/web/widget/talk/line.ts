import type { ChatHost, Message } from '../shared/contract.ts'
import type { Api } from './api.ts'
import type { Sender } from './sender.ts'
import {
  applyDelta,
  type Conversation,
  type Delta,
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

/** One visitor's line to the server: what is known of the dialog and the stream that adds to it. */
export interface Line {
  host: ChatHost
  api: Api
  watcher: Watcher
  sender: Sender
  talk: Conversation
  stream: Stream | undefined
}

/** Replaces what is known and shows it. */
export function update(line: Line, change: (talk: Conversation) => Conversation): void {
  line.talk = change(line.talk)
  line.watcher.onChange(line.talk)
}

/** Reads the newest page of the dialog's history; nothing happens without a dialog. Throws ApiFailure. */
export async function refresh(line: Line): Promise<void> {
  const { store } = line.host
  const { dialog_id } = store.read()
  if (!dialog_id) return
  const history = await line.api.call<History>('GET', `dialogs/${dialog_id}/messages?limit=50`)
  update(line, (talk) => takeHistory(talk, history))
  if (!openQuestion(line.talk)) store.write({ asked_at: 0 })
  line.sender.forgetDelivered(line.talk)
}

/** Reads the history again and tells the watcher of answers that were not there before. */
export async function refreshAndTell(line: Line): Promise<void> {
  const before = new Set(line.talk.entries.map(({ key }) => key))
  await refresh(line)
  for (const { key, message } of line.talk.entries) {
    if (!before.has(key) && message.sender !== 'user') line.watcher.onAnswer(message)
  }
}

/** Opens the dialog's stream, or gives the one that is open. */
export function connect(line: Line): Stream {
  line.stream ??= openStream({
    api: line.api,
    dialogId: line.host.store.read().dialog_id!,
    lastEventId: () => line.talk.last_event_id,
    onEvent: (event, id) => receive(line, event, id),
    onTrouble: line.watcher.onTrouble,
    onLost: (gone) => (gone ? forgetDialog(line) : catchUp(line)),
  })
  return line.stream
}

/** Closes the stream; what is known stays. */
export function disconnect(line: Line): void {
  line.stream?.stop()
  line.stream = undefined
}

/** Leaves a dialog the server no longer has; the next question opens a new one. */
export function forgetDialog(line: Line): void {
  disconnect(line)
  line.host.store.write({ dialog_id: undefined })
  line.talk = { ...line.talk, last_event_id: 0, draft: undefined }
}

function catchUp(line: Line): void {
  refreshAndTell(line).catch(() => line.watcher.onTrouble(true))
}

function receive(line: Line, event: StreamEvent, id: number | undefined): void {
  if (id !== undefined && id <= line.talk.last_event_id) return
  if (id !== undefined) line.talk = { ...line.talk, last_event_id: id }
  if (event.type === 'stream.reset') catchUp(line)
  if (event.type === 'dialog.message.delta') update(line, (talk) => applyDelta(talk, event as unknown as Delta))
  const message = event.message as Message | undefined
  if (event.type === 'dialog.message.created' && isMessage(message)) arrive(line, message)
}

function arrive(line: Line, message: Message): void {
  const isNew = !line.talk.entries.some((entry) => entry.message.id === message.id)
  update(line, (talk) => mergeMessages(talk, [message]))
  if (message.sender === 'user') {
    line.sender.forgetDelivered(line.talk)
    return
  }
  line.host.store.write({ asked_at: 0 })
  if (isNew) line.watcher.onAnswer(message)
}
