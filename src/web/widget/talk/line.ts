import type { ChatHost, Message } from '../shared/contract.ts'
import type { Api } from './api.ts'
import type { Sender } from './sender.ts'
import {
  applyDelta,
  type Conversation,
  type Delta,
  type Desk,
  emptyConversation,
  type History,
  isHuman,
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
  /** Counts the questions about the human side: only the answer to the last one is news. */
  asked: number
  /** The last sign that an operator is writing. */
  typing?: { name: string }
}

const ANSWER_WAIT_MS = 3 * 60_000 // an answer asked for on the page before is still worth fetching for this long
const HUMAN_WAIT_MS = 24 * 60 * 60_000 // whoever is called or there may write any time of the day
const TYPING_MS = 5000 // the server repeats the sign every three seconds

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
  noteExpectation(line)
  line.sender.forgetDelivered(line.talk)
}

/** Asks how the human side stands; of several at once the last one counts. Throws ApiFailure. */
export async function refreshDesk(line: Line): Promise<void> {
  const { dialog_id } = line.host.store.read()
  if (!dialog_id) return
  const turn = ++line.asked
  const desk = await line.api.call<Desk>('GET', `dialogs/${dialog_id}/handoff/status`)
  if (turn !== line.asked) return
  update(line, (talk) => ({ ...talk, desk, typing: desk.status === 'active' ? talk.typing : undefined }))
  noteExpectation(line)
}

/** Remembers for the next page how long something is worth listening for. */
export function noteExpectation({ host, talk }: Line): void {
  const { asked_at } = host.store.read()
  const wait = isHuman(talk.desk) ? HUMAN_WAIT_MS : asked_at ? ANSWER_WAIT_MS : 0
  host.store.write({ until: wait && Date.now() + wait })
}

/** Reads the history again and tells the watcher of answers that were not there before. */
export async function refreshAndTell(line: Line): Promise<void> {
  const before = new Set(line.talk.entries.map(({ key }) => key))
  await Promise.all([refresh(line), refreshDesk(line)])
  for (const { key, message } of line.talk.entries) {
    if (!before.has(key) && message.sender !== 'user') line.watcher.onAnswer(message)
  }
}

/** Opens the dialog's stream, or gives the one that is open. */
export function connect(line: Line): Stream {
  const dialogId = line.host.store.read().dialog_id!
  // Another tab has opened a new dialog meanwhile.
  if (line.stream && line.stream.dialogId !== dialogId) leaveDialog(line)
  line.stream ??= openStream({
    api: line.api,
    dialogId,
    lastEventId: () => line.talk.last_event_id,
    onEvent: (event, id) => receive(line, event, id),
    onTrouble: (trouble) => noteTrouble(line, trouble),
    onLost: (gone) => (gone ? forgetDialog(line) : catchUp(line)),
  })
  return line.stream
}

// A stream that stands again means a server that is there again: what it missed is sent once more.
function noteTrouble(line: Line, trouble: boolean): void {
  line.watcher.onTrouble(trouble)
  if (!trouble) line.sender.retryAll(line.talk)
}

/** Closes the stream; what is known stays. */
export function disconnect(line: Line): void {
  line.stream?.stop()
  line.stream = undefined
}

/** Leaves a dialog the server no longer has; the next question opens a new one. */
export function forgetDialog(line: Line): void {
  line.host.store.write({ dialog_id: undefined })
  leaveDialog(line)
}

function leaveDialog(line: Line): void {
  disconnect(line)
  line.asked++
  const { entries } = line.talk
  line.talk = { ...emptyConversation, entries }
}

function catchUp(line: Line): void {
  refreshAndTell(line).catch(() => line.watcher.onTrouble(true))
}

function receive(line: Line, event: StreamEvent, id: number | undefined): void {
  if (id !== undefined && id <= line.talk.last_event_id) return
  if (id !== undefined) line.talk = { ...line.talk, last_event_id: id }
  if (event.type === 'stream.reset') catchUp(line)
  if (event.type === 'dialog.message.delta') update(line, (talk) => applyDelta(talk, event as unknown as Delta))
  if (event.type === 'operator.typing') showTyping(line, String(event.operator_name))
  if (event.type.startsWith('handoff.')) refreshDesk(line).catch(() => line.watcher.onTrouble(true))
  const message = event.message as Message | undefined
  if (!isMessage(message)) return
  if (event.type === 'dialog.message.created') arrive(line, message)
  if (event.type === 'dialog.message.updated') update(line, (talk) => mergeMessages(talk, [message]))
}

function showTyping(line: Line, typing: string): void {
  const seen = { name: typing }
  line.typing = seen
  update(line, (talk) => ({ ...talk, typing }))
  setTimeout(() => {
    if (line.typing === seen) update(line, (talk) => ({ ...talk, typing: undefined }))
  }, TYPING_MS)
}

function arrive(line: Line, message: Message): void {
  const isNew = !line.talk.entries.some((entry) => entry.message.id === message.id)
  update(line, (talk) => mergeMessages(talk, [message]))
  if (message.sender === 'user') {
    line.sender.forgetDelivered(line.talk)
    return
  }
  line.host.store.write({ asked_at: 0 })
  noteExpectation(line)
  if (isNew) line.watcher.onAnswer(message)
}
