import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { errors as common } from '../errors.ts'
import { publish } from '../events/publish.ts'
import { lastSeq } from '../events/read.ts'
import { cleanText } from '../lib/text.ts'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import { type Dialog, getDialog } from './dialogs.ts'
import {
  type Attachment,
  dialogStream,
  type MessageView,
  messageCreated,
  messageUpdated,
  type Source,
} from './events.ts'
import type { MessageRow } from './messages/store.ts'
import * as store from './messages/store.ts'
import { noteLastMessage } from './store.ts'

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
  /** An announcement, such as who joined. */
  kind?: 'system'
  attachments?: Attachment[] | undefined
}
type Place = Pick<Dialog, 'id' | 'tenant_id' | 'assistant_id'>
type Whereto = Place & Pick<Dialog, 'bot_id' | 'telegram_chat_id' | 'handoff_status'>

/** Says something in a dialog: the message, the fact and its tasks in one transaction. A repeat (same source, or a second answer to one question) answers undefined and tells nobody. */
export async function addMessage(ctx: TxContext, dialog: Whereto, message: NewMessage): Promise<Message | undefined> {
  const row = await store.insertMessage(ctx.db, rowOf(dialog, message, ctx.now()))
  if (!row) return undefined
  await noteLastMessage(ctx.db, dialog.tenant_id, dialog.id, row.id)
  const { tenant_id, assistant_id, bot_id, telegram_chat_id, handoff_status } = dialog
  const place = { tenant_id, assistant_id, dialog_id: dialog.id }
  await publish(ctx, messageCreated, { ...place, bot_id, telegram_chat_id, handoff_status, message: viewOf(row) })
  return row
}

/** What a visitor said; the same `client_message_id` again is the same message. */
export async function sayAsVisitor(
  ctx: Context | TxContext,
  dialog: Dialog,
  said: { text: string; client_message_id: string; attachments?: Attachment[] },
) {
  const { text, client_message_id, attachments } = said
  return sayOnce(ctx, dialog, { sender: 'user', text, attachments, source_id: visitorSource(client_message_id) })
}

/** Says it once per source: a repeat answers the stored message. */
export async function sayOnce(
  ctx: Context | TxContext,
  dialog: Dialog,
  message: NewMessage,
): Promise<{ message: Message; is_new: boolean }> {
  return inTransaction(ctx, async (ctx) => {
    // What the dialog was when it was looked up may have changed by now; its fact must say what is true in this transaction.
    const here = await getDialog(ctx, { tenant_id: dialog.tenant_id, is_admin: false }, dialog.id)
    const added = await addMessage(ctx, here, message)
    if (added) return { message: added, is_new: true }
    return { message: (await store.findBySource(ctx.db, dialog.id, message.source_id!))!, is_new: false }
  })
}

/** Notes how far an outgoing message got; a repeat tells nobody. */
export async function setDelivery(
  ctx: TxContext,
  of: { tenant_id: number; message_id: number; delivery: NonNullable<Message['delivery']> },
): Promise<void> {
  const row = await store.setDelivery(ctx.db, of, of.delivery)
  if (row) await tellUpdated(ctx, row, false)
}

/** What a visitor said reads differently now; answers the message, or undefined when there is none or nothing changed. */
export async function editMessage(
  ctx: TxContext,
  of: { tenant_id: number; dialog_id: number; source_id: string; text: string },
): Promise<Message | undefined> {
  const row = await store.changeText(ctx.db, of, { text: cleanText(of.text), edited_at: ctx.now() })
  if (row) await tellUpdated(ctx, row, true)
  return row
}

async function tellUpdated(ctx: TxContext, row: Message, edited: boolean): Promise<void> {
  const { tenant_id, dialog_id } = row
  const { assistant_id } = await getDialog(ctx, { tenant_id, is_admin: false }, dialog_id)
  await publish(ctx, messageUpdated, { tenant_id, assistant_id, dialog_id, message: viewOf(row), edited })
}

/** The source of what a visitor said under an id of their own. */
export function visitorSource(client_message_id: string): string {
  return `visitor:${client_message_id}`
}

/** What was said in a dialog from this source, if anything was. */
export function findBySource(ctx: Context | TxContext, dialog: Place, source_id: string): Promise<Message | undefined> {
  return store.findBySource(ctx.db, dialog.id, source_id)
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
export async function turnsBefore(ctx: Context | TxContext, message: Message, limit: number): Promise<Message[]> {
  const rows = await store.messagesBefore(ctx.db, message.tenant_id, {
    dialog_id: message.dialog_id,
    before_id: message.id,
    limit,
  })
  return rows.reverse()
}

/** The last message of a visitor in a dialog since the moment; undefined when there is none among the newest. */
export async function lastQuestion(ctx: Context, dialog: Place, since: number): Promise<Message | undefined> {
  const of = { dialog_id: dialog.id, before_id: Number.MAX_SAFE_INTEGER, limit: 100 }
  const rows = await store.messagesBefore(ctx.db, dialog.tenant_id, of)
  return rows.find((one) => one.sender === 'user' && one.created_at > since)
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
    message_kind: row.kind ?? 'text',
    attachments: row.attachments === null ? [] : (JSON.parse(row.attachments) as Attachment[]),
    delivery: row.delivery,
    edited_at: toIsoOrNull(row.edited_at),
  }
}

function rowOf(dialog: Whereto, message: NewMessage, now: number) {
  const goesOut = dialog.telegram_chat_id !== null && message.sender !== 'user'
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
    kind: message.kind ?? null,
    delivery: goesOut ? ('pending' as const) : null,
    attachments: message.attachments?.length ? JSON.stringify(message.attachments) : null,
    created_at: now,
  }
}
