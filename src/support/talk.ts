import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { EVERYBODY, type Scope } from '../db/tenant.ts'
import { invalid } from '../errors.ts'
import { publish } from '../events/publish.ts'
import { claimFiles, type FileRow, filesOfTicket, labelsIn } from './attachments/attachments.ts'
import { ticketAnswered, ticketReplied } from './events.ts'
import { getTicket, ownOf } from './find.ts'
import type { MessageRow, TicketRow } from './store.ts'
import * as store from './store.ts'

type Author = { id: number; tenant_id: number; name: string }
type Words = { message: string; attachments: string[]; idempotency_key?: string | undefined }
type Draft = Words & { author: MessageRow['author']; by: Author }
/** What was just said: the message, the files of its ticket, and the state the ticket is in now. */
export type Spoken = { message: MessageRow; files: FileRow[]; status: TicketRow['status'] }

const MAX_MESSAGES = 500 // of one ticket, so that reading it stays one page

/** The owner writes in a ticket of theirs; a closed one is open again. What a repeat does and what is thrown is as with `answer`. */
export function reply(ctx: Context, owner: Author, ticket_id: string, words: Words): Promise<Spoken> {
  return say(ctx, ownOf(owner), ticket_id, { ...words, author: 'owner', by: owner })
}

/**
 * Support answers, and has the matter in hand from then on. The same Idempotency-Key again is the same message; another text under it is VALIDATION_ERROR.
 * Throws NOT_FOUND for a ticket that is not there or an attachment that is not the writer's to give, VALIDATION_ERROR when the ticket is full.
 */
export function answer(ctx: Context, by: Author, ticket_id: string, words: Words): Promise<Spoken> {
  return say(ctx, EVERYBODY, ticket_id, { ...words, author: 'support', by })
}

function say(ctx: Context, scope: Scope, ticket_id: string, draft: Draft): Promise<Spoken> {
  return inTransaction(ctx, async (ctx) => {
    const ticket = await getTicket(ctx, scope, ticket_id)
    const { tenant_id } = ticket
    const before = await saidBefore(ctx, ticket, draft)
    if (!before) await assertRoom(ctx, ticket)
    const message = before ?? (await addMessage(ctx, ticket, draft))
    const fact = draft.author === 'owner' ? ticketReplied : ticketAnswered
    if (!before) await publish(ctx, fact, { tenant_id, ticket_id, message_id: message.id })
    const files = await filesOfTicket(ctx.db, { tenant_id, ticket_id })
    return { message, files, status: (await getTicket(ctx, scope, ticket_id)).status }
  })
}

async function saidBefore(ctx: TxContext, ticket: TicketRow, draft: Draft): Promise<MessageRow | undefined> {
  const source_id = sourceOf(draft)
  const before = source_id && (await store.findBySource(ctx.db, ticket, source_id))
  if (!before || before.message === draft.message) return before || undefined
  throw invalid(
    'Idempotency-Key',
    'этот ключ уже использован с другим текстом',
    'this key was already used with another text',
  )
}

async function assertRoom(ctx: TxContext, ticket: TicketRow): Promise<void> {
  if ((await store.countMessages(ctx.db, ticket)) >= MAX_MESSAGES)
    throw invalid(
      'message',
      'в обращении слишком много сообщений, откройте новое',
      'the ticket is full, open a new one',
    )
}

/** Writes a message with its files into a ticket and moves the ticket on; the caller tells the world. */
export async function addMessage(ctx: TxContext, ticket: TicketRow, draft: Draft): Promise<MessageRow> {
  const { id: ticket_id, tenant_id } = ticket
  const { author, by, message, attachments } = draft
  const row = await store.insertMessage(ctx.db, {
    ...{ tenant_id, ticket_id, author, author_id: by.id, author_name: by.name, message },
    ...{ labels: JSON.stringify(labelsIn(attachments)), source_id: sourceOf(draft) ?? null, created_at: ctx.now() },
  })
  await claimFiles(ctx, by, attachments, { tenant_id, ticket_id, message_id: row.id })
  await store.changeTicket(ctx.db, ticket, movedBy(row, ticket))
  return row
}

function movedBy({ id, author, created_at }: MessageRow, { status, answered_at }: TicketRow): Partial<TicketRow> {
  const moved = { updated_at: created_at, closed_at: null }
  if (author === 'support')
    return { ...moved, last_answer_id: id, answered_at: answered_at ?? created_at, status: 'in_progress' }
  return { ...moved, last_reply_id: id, status: status === 'closed' ? 'open' : status }
}

function sourceOf({ author, by, idempotency_key }: Draft): string | undefined {
  return idempotency_key && `${author}:${by.id}:${idempotency_key}`
}
