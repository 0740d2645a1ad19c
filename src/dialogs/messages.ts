import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { errors as common, invalid } from '../errors.ts'
import { publish } from '../events/publish.ts'
import { lastSeq } from '../events/read.ts'
import type { User } from '../http/route.ts'
import { cleanText } from '../lib/text.ts'
import { toIso } from '../lib/time.ts'
import { type Dialog, getDialog } from './dialogs.ts'
import { dialogStream, type MessageView, messageCreated, type Source } from './events.ts'
import type { MessageRow } from './store.ts'
import * as store from './store.ts'

export type Message = MessageRow
export type NewMessage = {
  sender: MessageRow['sender']
  text: string
  /** What makes it repeatable: the same source in the same dialog is the same message. */
  source_id?: string | undefined
  reply_to?: number
  operator?: { id: number; name: string }
  answered?: boolean
  sources?: Source[]
}
type OperatorMessage = {
  dialog_id: number
  text: string
  operator_name?: string | undefined
  client_message_id?: string | undefined
  idempotency_key?: string | undefined
}
type Place = Pick<Dialog, 'id' | 'tenant_id' | 'assistant_id'>

/** Says something in a dialog: the message, the fact and its tasks in one transaction. A repeat (same source, or a second answer to one question) answers undefined and tells nobody. */
export async function addMessage(ctx: TxContext, dialog: Place, message: NewMessage): Promise<Message | undefined> {
  const row = await store.insertMessage(ctx.db, rowOf(dialog, message, ctx.now()))
  if (!row) return undefined
  await store.noteLastMessage(ctx.db, dialog.tenant_id, dialog.id, row.id)
  const { tenant_id, assistant_id } = dialog
  await publish(ctx, messageCreated, { tenant_id, assistant_id, dialog_id: dialog.id, message: viewOf(row) })
  return row
}

/** What a visitor said; the same `client_message_id` again is the same message. */
export async function sayAsVisitor(ctx: Context, dialog: Dialog, said: { text: string; client_message_id: string }) {
  return sayOnce(ctx, dialog, { sender: 'user', text: said.text, source_id: `visitor:${said.client_message_id}` })
}

/** What a member of staff said, under their own name. With a `client_message_id` or an Idempotency-Key a repeat is the same message; another text under the same key is VALIDATION_ERROR. */
export async function sayAsOperator(ctx: Context, user: User, said: OperatorMessage): Promise<Message> {
  const dialog = await getDialog(ctx, user, said.dialog_id)
  const key = said.client_message_id ?? said.idempotency_key
  const name = said.operator_name || user.email.replace(/@.*$/, '')
  const { message, is_new } = await sayOnce(ctx, dialog, {
    sender: 'operator',
    text: said.text,
    source_id: key && `operator:${user.id}:${key}`,
    operator: { id: user.id, name },
  })
  if (is_new || said.client_message_id || message.text === cleanText(said.text)) return message
  throw invalid(
    'Idempotency-Key',
    'этот ключ уже использован с другим текстом',
    'this key was already used with another text',
  )
}

/** The message of this tenant, or NOT_FOUND. */
export async function getMessage(ctx: Context | TxContext, tenant_id: number, id: number): Promise<Message> {
  const message = await store.findMessage(ctx.db, tenant_id, id)
  if (!message) throw common.NOT_FOUND({ message_id: id })
  return message
}

/** A page of a dialog, oldest first: the newest `limit` before `before_id`, or the next after `after_id`; with the number after which a stream goes on. */
export async function listMessages(
  ctx: Context,
  dialog: Place,
  page: { limit: number; before_id?: number | undefined; after_id?: number | undefined },
) {
  const { limit, before_id = Number.MAX_SAFE_INTEGER, after_id } = page
  // Read before the messages: a message that comes in between is then shown twice at worst, never lost.
  const last_event_id = await lastSeq(ctx, dialogStream(dialog.id))
  const of = { dialog_id: dialog.id, limit: limit + 1 }
  const rows =
    after_id === undefined
      ? await store.messagesBefore(ctx.db, dialog.tenant_id, { ...of, before_id })
      : await store.messagesAfter(ctx.db, dialog.tenant_id, { ...of, after_id })
  const shown = rows.slice(0, limit).sort((a, b) => a.id - b.id)
  return { messages: shown.map(viewOf), has_more: rows.length > limit, last_event_id }
}

/** The last turns before a message, oldest first, for whoever must understand it. */
export async function turnsBefore(ctx: Context, message: Message, limit: number): Promise<Message[]> {
  const rows = await store.messagesBefore(ctx.db, message.tenant_id, {
    dialog_id: message.dialog_id,
    before_id: message.id,
    limit,
  })
  return rows.reverse()
}

/** Whether a question still waits for its answer: none was stored, and no human has spoken since. */
export async function waitsForAnswer(ctx: Context | TxContext, question: Message): Promise<boolean> {
  return !(await store.isSettled(ctx.db, question))
}

/** A message as the wire shows it. */
export function viewOf(row: Message): MessageView {
  return {
    id: row.id,
    sender: row.sender,
    text: row.text,
    created_at: toIso(row.created_at),
    client_message_id: row.source_id?.split(':').at(-1) ?? null,
    reply_to: row.reply_to,
    ...(row.operator_name === null ? {} : { operator_name: row.operator_name }),
    ...(row.answered === null ? {} : { answered: row.answered === 1 }),
    sources: row.sources === null ? [] : (JSON.parse(row.sources) as Source[]),
  }
}

async function sayOnce(
  ctx: Context,
  dialog: Dialog,
  message: NewMessage,
): Promise<{ message: Message; is_new: boolean }> {
  return inTransaction(ctx, async (ctx) => {
    const added = await addMessage(ctx, dialog, message)
    if (added) return { message: added, is_new: true }
    return { message: (await store.findBySource(ctx.db, dialog.id, message.source_id!))!, is_new: false }
  })
}

function rowOf(dialog: Place, message: NewMessage, now: number) {
  return {
    tenant_id: dialog.tenant_id,
    dialog_id: dialog.id,
    sender: message.sender,
    text: cleanText(message.text),
    source_id: message.source_id ?? null,
    reply_to: message.reply_to ?? null,
    operator_id: message.operator?.id ?? null,
    operator_name: message.operator?.name ?? null,
    answered: message.answered === undefined ? null : message.answered ? 1 : 0,
    sources: message.sources ? JSON.stringify(message.sources) : null,
    created_at: now,
  }
}
