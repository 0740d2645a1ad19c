import type { Context, TxContext } from '../context.ts'
import type { Scope } from '../db/tenant.ts'
import { errors as common } from '../errors.ts'
import { type FileRow, filesOfTicket } from './attachments/attachments.ts'
import type { MessageRow, TicketFilter, TicketRow } from './store.ts'
import * as store from './store.ts'

export type Ticket = TicketRow & { owner_email: string }
export type Talk = { ticket: Ticket; messages: MessageRow[]; files: FileRow[] }

/** What a person sees as an owner: their own tickets only, an admin too. */
export function ownOf({ tenant_id }: { tenant_id: number }): Scope {
  return { tenant_id, is_admin: false }
}

/** The ticket, or NOT_FOUND. */
export async function getTicket(ctx: Context | TxContext, scope: Scope, id: string): Promise<Ticket> {
  const ticket = await store.findTicket(ctx.db, scope, id)
  if (!ticket) throw common.NOT_FOUND()
  return ticket
}

/** The ticket with everything said in it, or NOT_FOUND. */
export async function getTalk(ctx: Context, scope: Scope, id: string): Promise<Talk> {
  const ticket = await getTicket(ctx, scope, id)
  const files = await filesOfTicket(ctx.db, { tenant_id: ticket.tenant_id, ticket_id: id })
  return { ticket, messages: await store.messagesOf(ctx.db, ticket), files }
}

/** What one message of a ticket says, or NOT_FOUND. */
export async function wordsOf(ctx: Context, ticket: Ticket, message_id: number): Promise<string> {
  const message = await store.findMessage(ctx.db, ticket, message_id)
  if (!message) throw common.NOT_FOUND()
  return message.message
}

/** Tickets, those last written in first, and how many there are. */
export async function listTickets(
  ctx: Context,
  scope: Scope,
  filter: TicketFilter & { limit: number; offset: number },
): Promise<{ tickets: Ticket[]; total: number }> {
  const tickets = await store.listTickets(ctx.db, scope, filter)
  return { tickets, total: await store.countTickets(ctx.db, scope, filter) }
}

/** Remembers up to which message the owner has read; never backwards. NOT_FOUND for another's ticket. */
export async function markRead(
  ctx: Context,
  owner: { tenant_id: number },
  id: string,
  message_id: number,
): Promise<void> {
  const { tenant_id } = await getTicket(ctx, ownOf(owner), id)
  await store.markSeen(ctx.db, { tenant_id, id }, message_id)
}
