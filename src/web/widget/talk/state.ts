import type { Message, Vote } from '../shared/contract.ts'
import type { Outgoing } from '../shared/storage.ts'

export interface Entry {
  /** Stays the same from the optimistic bubble to the stored message. */
  key: string
  status: 'sending' | 'sent' | 'failed'
  message: Message
  /** Why it waits, for the visitor. */
  busy?: boolean
  /** The file that goes with it until the server has it, and how much of it has left, from 0 to 1. */
  file?: File | undefined
  progress?: number
  /** Why the server will never take it. */
  refusal?: string | undefined
}

/** Whether a human is called or there, as the server tells it. */
export interface Desk {
  status: 'none' | 'requested' | 'active' | 'released'
  operator_name: string | null
  queue_position: number | null
  estimated_wait_time: string | null
  operators_online: number
  nobody_came: boolean
  contact_left: boolean
  is_closed: boolean
}

export interface Draft {
  reply_to: number
  text: string
}

/** All that the window shows of one dialog. Values are replaced, never changed in place. */
export interface Conversation {
  entries: Entry[]
  draft: Draft | undefined
  has_more: boolean
  last_event_id: number
  desk: Desk
  /** What the visitor thinks of the answers, by message. */
  votes: Record<number, Vote>
  /** The operator who is writing right now. */
  typing: string | undefined
}

/** The newest page of a dialog's messages and the event it reaches up to. */
export interface History {
  messages: Message[]
  has_more: boolean
  last_event_id: number
  ratings?: { message_id: number; rating: Vote }[]
}

export interface Delta {
  reply_to: number
  offset: number
  text: string
}

const NOBODY: Desk = {
  status: 'none',
  operator_name: null,
  queue_position: null,
  estimated_wait_time: null,
  operators_online: 0,
  nobody_came: false,
  contact_left: false,
  is_closed: false,
}

export const emptyConversation: Conversation = {
  entries: [],
  draft: undefined,
  has_more: false,
  last_event_id: 0,
  desk: NOBODY,
  votes: {},
  typing: undefined,
}

const LONGEST_DRAFT = 20_000 // characters

/** Takes in stored messages, in any order and as often as they come: each is shown once, in the order of ids, and what
 * is not yet stored stays below. The answer to the drafted question takes the draft's place. */
export function mergeMessages(talk: Conversation, given: Message[]): Conversation {
  const messages = given.filter(isMessage)
  const known = new Map(talk.entries.map((entry) => [entry.key, entry]))
  for (const message of messages) {
    const key = keyOf(message)
    const before = known.get(key)
    const unchanged = before?.status === 'sent' && before.message.text === message.text
    if (!unchanged) known.set(key, { key, status: 'sent', message })
  }
  const answered = messages.some((message) => talk.draft && message.reply_to === talk.draft.reply_to)
  const entries = [...known.values()].sort(byPlace)
  const typing = messages.some(({ sender }) => sender === 'operator') ? undefined : talk.typing
  return { ...talk, entries, typing, draft: answered ? undefined : talk.draft }
}

// Only the visitor's own ids were made here; an operator's are unique to whoever made them.
function keyOf({ sender, client_message_id, id }: Message): string {
  return sender === 'user' && client_message_id ? client_message_id : `m${id}`
}

/** Takes in the newest page of history. After a long absence it may not reach back to what is shown; then it replaces
 * that, because a hole in a conversation reads as a lie. */
export function takeHistory(talk: Conversation, { messages, has_more, last_event_id, ratings }: History): Conversation {
  const shown = talk.entries.filter(({ status }) => status === 'sent')
  const touches = shown.some(({ message }) => message.id === messages[0]?.id) || (shown.length > 0 && !has_more)
  const base = touches ? talk : { ...talk, has_more, entries: talk.entries.filter((entry) => !shown.includes(entry)) }
  const votes = Object.fromEntries((ratings ?? []).map(({ message_id, rating }) => [message_id, rating]))
  return { ...mergeMessages(base, messages), last_event_id, votes }
}

/** Whether a human has the dialog or is called, so that the assistant keeps silent. */
export function isHuman({ status }: Desk): boolean {
  return status === 'requested' || status === 'active'
}

/** Adds a piece of an answer under way; a piece that does not fit the draft's end is ignored. */
export function applyDelta(talk: Conversation, delta: Delta): Conversation {
  const { reply_to, offset, text } = delta
  if (typeof text !== 'string' || talk.entries.some(({ message }) => message.reply_to === reply_to)) return talk
  if (offset === 0) return { ...talk, draft: { reply_to, text } }
  const { draft } = talk
  if (draft?.reply_to !== reply_to || draft.text.length !== offset || offset > LONGEST_DRAFT) return talk
  return { ...talk, draft: { reply_to, text: draft.text + text } }
}

/** Shows a message, with its file if it has one, before the server has it. A repeat of the same id makes a failed one wait again. */
export function addOutgoing(
  talk: Conversation,
  outgoing: Outgoing,
  status: 'sending' | 'failed',
  file?: File,
): Conversation {
  const key = outgoing.client_message_id
  const before = talk.entries.find((entry) => entry.key === key)
  if (before?.status === 'sent') return talk
  const { text, created_at } = outgoing
  const message: Message = {
    id: Number.MAX_SAFE_INTEGER,
    sender: 'user',
    text,
    created_at,
    client_message_id: key,
    reply_to: null,
    sources: [],
    attachments: file ? [{ id: 0, name: file.name, content_type: file.type, size: file.size }] : [],
  }
  return { ...talk, entries: [...talk.entries.filter((entry) => entry !== before), { key, status, message, file }] }
}

/** Marks how sending stands; nothing happens to a message that has meanwhile arrived. */
export function markOutgoing(
  talk: Conversation,
  key: string,
  mark: Pick<Entry, 'status' | 'busy' | 'progress' | 'refusal'>,
): Conversation {
  const entries = talk.entries.map((entry) =>
    entry.key === key && entry.status !== 'sent' ? { ...entry, busy: false, ...mark } : entry,
  )
  return { ...talk, entries }
}

/** The visitor's stored question that the assistant has yet to answer. */
export function openQuestion(talk: Conversation): Message | undefined {
  if (isHuman(talk.desk)) return undefined
  const stored = talk.entries.filter(({ status }) => status === 'sent')
  const last = stored.at(-1)?.message
  return last?.sender === 'user' ? last : undefined
}

function byPlace(one: Entry, other: Entry): number {
  return one.message.id - other.message.id || Number(one.message.created_at) - Number(other.message.created_at)
}

/** Tells a message from whatever else a frame may hold. */
export function isMessage(message: Message | undefined): message is Message {
  return typeof message?.id === 'number' && typeof message.text === 'string'
}
