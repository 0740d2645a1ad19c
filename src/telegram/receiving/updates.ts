import type { z } from 'zod'
import type { Locale } from '../../errors.ts'
import { type Entity, withoutMention } from './addressed.ts'
import { type ChatShape, Member, Message, Query, UNREADABLE, type User } from './shapes.ts'

/** Who a bot is, as far as reading its updates needs it. */
export type Self = { bot_id: string; username: string }
export type Chat = { id: string; is_group: boolean; title: string | null; username: string | null }
export type Person = {
  id: string
  first_name: string | null
  last_name: string | null
  username: string | null
  locale: Locale | undefined
}
export type FileSent = { file_id: string; name: string; size: number }
export type Said = {
  kind: 'message' | 'edit'
  chat: Chat
  from: Person
  message_id: number
  text: string
  /** `/start` and what stands behind it. */
  command: { name: string; rest: string } | undefined
  /** Whether a group means the bot: in private every message does. */
  is_addressed: boolean
  thread_id: number | undefined
  reply_to: { message_id: number; text: string } | undefined
  file: FileSent | undefined
  /** What it is when we cannot read it: voice, sticker… */
  unreadable: string | undefined
}
export type Pressed = {
  kind: 'button'
  id: string
  data: string
  from: Person
  chat: Chat | undefined
  message_id: number | undefined
}
export type Membership = { kind: 'membership'; chat: Chat; from: Person; is_there: boolean; may_manage_topics: boolean }
export type Moved = { kind: 'moved'; from: string; to: string }
/** One update in our words. `broken` is set aside with its reason; `nothing` is passed over in silence. */
export type Incoming = Said | Pressed | Membership | Moved | { kind: 'broken'; reason: string } | { kind: 'nothing' }

/** Reads one update of any shape; it never throws. */
export function readUpdate(update: Record<string, unknown>, self: Self): Incoming {
  if (update.message !== undefined) return parse(Message, update.message, (one) => said('message', one, self))
  if (update.edited_message !== undefined)
    return parse(Message, update.edited_message, (one) => said('edit', one, self))
  if (update.callback_query !== undefined) return parse(Query, update.callback_query, pressed)
  if (update.my_chat_member !== undefined) return parse(Member, update.my_chat_member, membership)
  return { kind: 'broken', reason: 'unknown kind of update' }
}

function parse<T>(shape: z.ZodType<T>, given: unknown, read: (value: T) => Incoming): Incoming {
  const result = shape.safeParse(given)
  if (result.success) return read(result.data)
  const issue = result.error.issues[0]
  return { kind: 'broken', reason: `${issue?.path.join('.')}: ${issue?.message}`.slice(0, 200) }
}

function said(kind: 'message' | 'edit', one: z.output<typeof Message>, self: Self): Incoming {
  if (one.chat.type === 'channel') return { kind: 'broken', reason: 'a channel post' }
  if (one.migrate_to_chat_id !== undefined)
    return { kind: 'moved', from: String(one.chat.id), to: String(one.migrate_to_chat_id) }
  // What bots and anonymous channels write needs no answer: two bots would talk for ever.
  if (!one.from || one.from.is_bot) return { kind: 'nothing' }
  const chat = chatOf(one.chat)
  const whole = one.text ?? one.caption ?? ''
  const entities: Entity[] = one.entities ?? one.caption_entities ?? []
  const { text, is_mentioned } = withoutMention(whole, entities, self)
  const { command, is_ours } = commandIn(whole, self)
  const reply = one.reply_to_message
  const file = fileOf(one)
  const unreadable = UNREADABLE.find((name) => (one as Record<string, unknown>)[name] !== undefined)
  // Somebody joined, a title changed, a message was pinned: nothing was said.
  if (whole === '' && !file && !unreadable) return { kind: 'nothing' }
  return {
    kind,
    chat,
    from: personOf(one.from),
    message_id: one.message_id,
    text: text.trim(),
    command,
    is_addressed: !chat.is_group || is_mentioned || is_ours || String(reply?.from?.id) === self.bot_id,
    thread_id: one.message_thread_id,
    reply_to: reply && { message_id: reply.message_id, text: reply.text ?? '' },
    file,
    unreadable: file ? undefined : unreadable,
  }
}

// A command for another bot of the group, `/help@other_bot`, is none of ours.
function commandIn(text: string, self: Self) {
  const [, name, to, rest = ''] = /^\/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+([\s\S]*))?$/.exec(text) ?? []
  const is_ours = name !== undefined && (to === undefined || to.toLowerCase() === self.username.toLowerCase())
  return { command: is_ours ? { name: name!.toLowerCase(), rest: rest.trim() } : undefined, is_ours }
}

function fileOf({ photo, document, message_id }: z.output<typeof Message>): FileSent | undefined {
  const largest = photo?.at(-1)
  if (largest) return { file_id: largest.file_id, name: `photo-${message_id}.jpg`, size: largest.file_size ?? 0 }
  if (!document) return undefined
  return { file_id: document.file_id, name: document.file_name || 'file', size: document.file_size ?? 0 }
}

function pressed(one: z.output<typeof Query>): Incoming {
  const { id, from, data = '', message } = one
  return {
    kind: 'button',
    id,
    data,
    from: personOf(from),
    chat: message && chatOf(message.chat),
    message_id: message?.message_id,
  }
}

function membership({ chat, from, new_chat_member: now }: z.output<typeof Member>): Incoming {
  const isGone = now.status === 'kicked' || now.status === 'left' || (now.status === 'restricted' && !now.is_member)
  const may_manage_topics = now.status === 'administrator' && now.can_manage_topics === true
  return { kind: 'membership', chat: chatOf(chat), from: personOf(from), is_there: !isGone, may_manage_topics }
}

function chatOf({ id, type, title = '', username }: z.output<typeof ChatShape>): Chat {
  return { id: String(id), is_group: type !== 'private', title: title || null, username: username || null }
}

function personOf({ id, first_name, last_name, username, language_code }: z.output<typeof User>): Person {
  const language = language_code?.toLowerCase().slice(0, 2)
  const locale = language === undefined ? undefined : RUSSIAN_SPEAKING.has(language) ? 'ru' : 'en'
  return {
    id: String(id),
    first_name: first_name || null,
    last_name: last_name || null,
    username: username || null,
    locale,
  }
}

// Whose phones are set to one of these languages reads Russian more likely than English.
const RUSSIAN_SPEAKING = new Set(['ru', 'be', 'kk', 'ky', 'tt', 'ba', 'tg', 'uz'])
