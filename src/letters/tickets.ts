import type { z } from 'zod'
import { publicUrl } from '../config/config.ts'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { EVERYBODY } from '../db/tenant.ts'
import { type Letter, writeLetter } from '../email/write.ts'
import type { ticketAnswered, ticketClosed } from '../support/events.ts'
import { getTicket, type Ticket, wordsOf } from '../support/find.ts'
import { supportAddress } from './contact.ts'

type Said = z.infer<typeof ticketAnswered.shape>
type Closed = z.infer<typeof ticketClosed.shape>

/** Tells an owner that their ticket was taken in, and support that it is there; once, however often this runs. */
export async function tellOpened(ctx: Context, fact: Said): Promise<void> {
  await tellSupport(ctx, fact)
  const ticket = await getTicket(ctx, EVERYBODY, fact.ticket_id)
  const message = await wordsOf(ctx, ticket, fact.message_id)
  await writeToOwner(ctx, ticket, { kind: 'ticket_created', once: `ticket.created:${ticket.id}`, data: { message } })
}

/** Tells support what an owner wrote; once per message. Nobody writes letters to themselves. */
export async function tellSupport(ctx: Context, { ticket_id, message_id }: Said): Promise<void> {
  const ticket = await getTicket(ctx, EVERYBODY, ticket_id)
  const { tenant_id, id: number, subject, owner_email: from } = ticket
  const to = await supportAddress(ctx)
  if (!to || to === from) return
  const url = `${publicUrl(ctx.config)}/console/tickets/${number}`
  const data = { number, subject, from, message: await wordsOf(ctx, ticket, message_id), url }
  const about = { to, locale: ctx.config.locale, tenant_id, once: `ticket.incoming:${message_id}`, reply_to: from }
  await inTransaction(ctx, (ctx) => writeLetter(ctx, { kind: 'ticket_incoming', ...about, data }))
}

/** Tells an owner what support answered; once per answer. */
export async function tellAnswered(ctx: Context, { ticket_id, message_id }: Said): Promise<void> {
  const ticket = await getTicket(ctx, EVERYBODY, ticket_id)
  const message = await wordsOf(ctx, ticket, message_id)
  await writeToOwner(ctx, ticket, {
    kind: 'ticket_answered',
    once: `ticket.answered:${message_id}`,
    data: { message },
  })
}

/** Tells an owner that support has closed their ticket; who closed it themselves knows. */
export async function tellClosed(ctx: Context, { ticket_id, by }: Closed): Promise<void> {
  if (by === 'owner') return
  const ticket = await getTicket(ctx, EVERYBODY, ticket_id)
  if (ticket.closed_at === null) return
  const once = `ticket.closed:${ticket_id}:${ticket.closed_at}`
  await writeToOwner(ctx, ticket, { kind: 'ticket_closed', once, data: {} })
}

type Words =
  | { kind: 'ticket_created' | 'ticket_answered'; once: string; data: { message: string } }
  | { kind: 'ticket_closed'; once: string; data: Record<string, never> }

async function writeToOwner(ctx: Context, ticket: Ticket, { kind, once, data }: Words): Promise<void> {
  const { tenant_id, id: number, subject, owner_email: to } = ticket
  const url = `${publicUrl(ctx.config)}/console/support/${number}`
  const about = { to, locale: ctx.config.locale, tenant_id, once }
  const letter = { kind, ...about, data: { number, subject, url, ...data } } as Letter
  await inTransaction(ctx, (ctx) => writeLetter(ctx, letter))
}
