import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type Scope, within } from '../db/tenant.ts'

export type TicketRow = Selectable<Schema['tickets']>
export type MessageRow = Selectable<Schema['ticket_messages']>
export type Priority = TicketRow['priority']
export type TicketFilter = {
  status?: TicketRow['status'] | undefined
  priority?: Priority | undefined
  unread?: boolean | undefined
  unanswered?: boolean | undefined
}
type Place = { tenant_id: number; id: string }

/** The next number of a year, drawn once; one that is not used stays a gap. */
export const drawNumber = async (db: Db, year: number): Promise<number> => {
  const row = await db
    .insertInto('ticket_numbers')
    .values({ year, last: 1 })
    .onConflict((c) => c.column('year').doUpdateSet({ last: sql`ticket_numbers.last + 1` }))
    .returning('last')
    .executeTakeFirstOrThrow()
  return row.last
}

/** Undefined when the owner has a ticket under this key already. */
export const insertTicket = (db: Db, row: Insertable<Schema['tickets']>): Promise<TicketRow | undefined> =>
  db
    .insertInto('tickets')
    .values(row)
    .onConflict((c) => c.columns(['tenant_id', 'idempotency_key']).doNothing())
    .returningAll()
    .executeTakeFirst()

export const findByKey = (db: Db, tenant_id: number, idempotency_key: string): Promise<TicketRow | undefined> =>
  db
    .selectFrom('tickets')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('idempotency_key', '=', idempotency_key)
    .executeTakeFirst()

const ticketsWithin = (db: Db, scope: Scope) =>
  db
    .selectFrom('tickets as t')
    .innerJoin('users as u', 'u.id', 't.tenant_id')
    .where(within(scope, 't.tenant_id'))
    .selectAll('t')
    .select('u.email as owner_email')

export const findTicket = (db: Db, scope: Scope, id: string) =>
  ticketsWithin(db, scope).where('t.id', '=', id).executeTakeFirst()

const filtered = (db: Db, scope: Scope, { status, priority, unread, unanswered }: TicketFilter) =>
  ticketsWithin(db, scope)
    .$if(status !== undefined, (q) => q.where('t.status', '=', status ?? 'open'))
    .$if(priority !== undefined, (q) => q.where('t.priority', '=', priority ?? 'medium'))
    .$if(unread === true, (q) => q.whereRef('t.last_answer_id', '>', 't.owner_seen_id'))
    .$if(unanswered === true, (q) =>
      q.whereRef('t.last_reply_id', '>', 't.last_answer_id').where('t.status', '<>', 'closed'),
    )

export const listTickets = (db: Db, scope: Scope, filter: TicketFilter & { limit: number; offset: number }) =>
  filtered(db, scope, filter)
    .orderBy('t.updated_at', 'desc')
    .orderBy('t.id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()

export const countTickets = async (db: Db, scope: Scope, filter: TicketFilter): Promise<number> => {
  const row = await filtered(db, scope, filter)
    .clearSelect()
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const changeTicket = (db: Db, { tenant_id, id }: Place, to: Updateable<Schema['tickets']>) =>
  db.updateTable('tickets').set(to).where('id', '=', id).where('tenant_id', '=', tenant_id).execute()

/** Never backwards, and never beyond what support has written. */
export const markSeen = (db: Db, { tenant_id, id }: Place, message_id: number) =>
  db
    .updateTable('tickets')
    .set({ owner_seen_id: message_id })
    .where('id', '=', id)
    .where('tenant_id', '=', tenant_id)
    .where('owner_seen_id', '<', message_id)
    .where('last_answer_id', '>=', message_id)
    .execute()

/** How long the last tickets of a priority waited for their first answer; every owner is answered by the same people. */
export const answerTimes = async (db: Db, priority: Priority, limit: number): Promise<number[]> => {
  const rows = await db
    .selectFrom('tickets')
    .select(sql<number>`answered_at - created_at`.as('ms'))
    .where('priority', '=', priority)
    .where('answered_at', 'is not', null)
    .orderBy('answered_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ ms }) => Number(ms))
}

export const insertMessage = (db: Db, row: Insertable<Schema['ticket_messages']>): Promise<MessageRow> =>
  db.insertInto('ticket_messages').values(row).returningAll().executeTakeFirstOrThrow()

export const findMessage = (db: Db, { tenant_id, id }: Place, message_id: number): Promise<MessageRow | undefined> =>
  db
    .selectFrom('ticket_messages')
    .selectAll()
    .where('id', '=', message_id)
    .where('ticket_id', '=', id)
    .where('tenant_id', '=', tenant_id)
    .executeTakeFirst()

export const findBySource = (db: Db, { tenant_id, id }: Place, source_id: string): Promise<MessageRow | undefined> =>
  db
    .selectFrom('ticket_messages')
    .selectAll()
    .where('ticket_id', '=', id)
    .where('tenant_id', '=', tenant_id)
    .where('source_id', '=', source_id)
    .executeTakeFirst()

export const messagesOf = (db: Db, { tenant_id, id }: Place): Promise<MessageRow[]> =>
  db
    .selectFrom('ticket_messages')
    .selectAll()
    .where('ticket_id', '=', id)
    .where('tenant_id', '=', tenant_id)
    .orderBy('id')
    .execute()

export const countMessages = async (db: Db, { tenant_id, id }: Place): Promise<number> => {
  const row = await db
    .selectFrom('ticket_messages')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('ticket_id', '=', id)
    .where('tenant_id', '=', tenant_id)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
