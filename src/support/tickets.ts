import type { z } from 'zod'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import type { Scope } from '../db/tenant.ts'
import { invalid } from '../errors.ts'
import { publish } from '../events/publish.ts'
import type { Staff } from '../http/route.ts'
import { sha256 } from '../lib/crypto.ts'
import { MINUTE, medianOf } from '../lib/time.ts'
import { errors } from './errors.ts'
import { ticketClosed, ticketCreated } from './events.ts'
import { getTicket, ownOf, type Ticket } from './find.ts'
import { FIRST_GUESS } from './promise.ts'
import type { NewTicket } from './shapes.ts'
import type { Priority, TicketRow } from './store.ts'
import * as store from './store.ts'
import { addMessage } from './talk.ts'

export type Change = {
  status?: TicketRow['status'] | undefined
  priority?: Priority | undefined
  /** The owner's last message that was read. */
  seen_message_id?: number | undefined
}
type Draft = z.output<typeof NewTicket> & { idempotency_key: string | undefined }

const REMEMBERED = 20 // answers; enough for a median, few enough to notice that support got slower
const DIGITS = 6

/**
 * Opens a ticket with its first message under the next number of the year. The same Idempotency-Key again is the same ticket.
 * Throws VALIDATION_ERROR for another ticket under a known key, NOT_FOUND for an attachment that is not the owner's to give.
 */
export async function openTicket(ctx: Context, owner: Staff, draft: Draft): Promise<Ticket> {
  const known = draft.idempotency_key && (await store.findByKey(ctx.db, owner.tenant_id, draft.idempotency_key))
  if (known) return sameTicket(ctx, owner, known, draft)
  const year = new Date(ctx.now()).getUTCFullYear()
  // Both before the transaction: in it, everybody who writes at the same moment would wait for the others.
  const number = await store.drawNumber(ctx.db, year)
  const id = `TICKET-${year}-${String(number).padStart(DIGITS, '0')}`
  const promised_minutes = await expectedMinutes(ctx, draft.priority)
  const row = await inTransaction(ctx, (ctx) => writeDown(ctx, owner, { ...draft, id, promised_minutes }))
  return sameTicket(ctx, owner, row, draft)
}

async function writeDown(
  ctx: TxContext,
  owner: Staff,
  draft: Draft & { id: string; promised_minutes: number },
): Promise<TicketRow> {
  const { id, subject, category, priority, promised_minutes, user_email = owner.email, idempotency_key = null } = draft
  const { tenant_id } = owner
  const now = ctx.now()
  const row = await store.insertTicket(ctx.db, {
    ...{ id, tenant_id, subject, category, priority, user_email, idempotency_key, status: 'open' },
    ...{ promised_minutes, request_hash: hashOf(draft) },
    ...{ last_reply_id: 0, last_answer_id: 0, owner_seen_id: 0 },
    ...{ created_at: now, updated_at: now, answered_at: null, closed_at: null },
  })
  if (!row) {
    const known = await store.findByKey(ctx.db, tenant_id, idempotency_key ?? '')
    if (!known) throw new Error(`the number ${id} was given twice`)
    return known
  }
  const said = await addMessage(ctx, row, { ...draft, author: 'owner', by: owner, idempotency_key: undefined })
  await publish(ctx, ticketCreated, { tenant_id, ticket_id: id, message_id: said.id })
  return row
}

function sameTicket(ctx: Context, owner: Staff, row: TicketRow, draft: Draft): Promise<Ticket> {
  if (row.request_hash === hashOf(draft)) return getTicket(ctx, ownOf(owner), row.id)
  throw invalid('Idempotency-Key', 'ключ уже занят другим обращением', 'the key belongs to another ticket')
}

function hashOf({ subject, message, priority, category, user_email, attachments }: Draft): string {
  return sha256(JSON.stringify([subject, message, priority, category, user_email, attachments]))
}

async function expectedMinutes(ctx: Context, priority: Priority): Promise<number> {
  const time = medianOf(await store.answerTimes(ctx.db, priority, REMEMBERED)) ?? FIRST_GUESS[priority]
  return Math.ceil(time / MINUTE)
}

/**
 * Changes what is given, or NOT_FOUND; what is closed already is not closed again, and nobody is told twice. With `seen_message_id` TICKET_CHANGED when
 * the owner has written since, so that nothing is closed unread.
 */
export async function changeTicket(ctx: Context, scope: Scope, id: string, change: Change): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const ticket = await getTicket(ctx, scope, id)
    const { status = ticket.status, priority = ticket.priority, seen_message_id = ticket.last_reply_id } = change
    if (seen_message_id < ticket.last_reply_id) throw errors.TICKET_CHANGED({ ticket_id: id })
    if (status === ticket.status && priority === ticket.priority) return
    const closes = status === 'closed' && ticket.status !== 'closed'
    const closed_at = status === 'closed' ? (ticket.closed_at ?? ctx.now()) : null
    await store.changeTicket(ctx.db, ticket, { status, priority, closed_at, updated_at: ctx.now() })
    const by = scope.is_admin ? ('support' as const) : ('owner' as const)
    if (closes) await publish(ctx, ticketClosed, { tenant_id: ticket.tenant_id, ticket_id: id, by })
  })
}
