import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type Episode = Selectable<Schema['handoffs']>
export type Presence = Selectable<Schema['operator_presence']>

export const insertEpisode = (db: Db, row: Insertable<Schema['handoffs']>) =>
  db.insertInto('handoffs').values(row).returning('id').executeTakeFirstOrThrow()

export const changeEpisode = (db: Db, tenant_id: number, id: number, change: Updateable<Schema['handoffs']>) =>
  db.updateTable('handoffs').set(change).where('id', '=', id).where('tenant_id', '=', tenant_id).execute()

export const findEpisode = (db: Db, tenant_id: number, id: number): Promise<Episode | undefined> =>
  db.selectFrom('handoffs').selectAll().where('id', '=', id).where('tenant_id', '=', tenant_id).executeTakeFirst()

export const findRequest = (db: Db, dialog_id: number, request_id: string): Promise<Episode | undefined> =>
  db
    .selectFrom('handoffs')
    .selectAll()
    .where('dialog_id', '=', dialog_id)
    .where('request_id', '=', request_id)
    .executeTakeFirst()

export const insertTry = (db: Db, dialog_id: number, tried_at: number) =>
  db.insertInto('handoff_tries').values({ dialog_id, tried_at }).execute()

export const forgetTries = (db: Db, dialog_id: number, before: number) =>
  db.deleteFrom('handoff_tries').where('dialog_id', '=', dialog_id).where('tried_at', '<=', before).execute()

export const countTries = (db: Db, dialog_id: number) =>
  db
    .selectFrom('handoff_tries')
    .select((e) => [e.fn.countAll<number>().as('n'), e.fn.min('tried_at').as('oldest')])
    .where('dialog_id', '=', dialog_id)
    .executeTakeFirstOrThrow()

/** How many are ahead of a waiting dialog. */
export const countAhead = async (
  db: Db,
  of: { tenant_id: number; dialog_id: number; priority: number; requested_at: number },
): Promise<number> => {
  const row = await db
    .selectFrom('dialogs')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('tenant_id', '=', of.tenant_id)
    .where('handoff_status', '=', 'requested')
    .where('id', '<>', of.dialog_id)
    .where((e) =>
      e.or([
        e('handoff_priority', '>', of.priority),
        e.and([e('handoff_priority', '=', of.priority), e('handoff_requested_at', '<', of.requested_at)]),
        e.and([
          e('handoff_priority', '=', of.priority),
          e('handoff_requested_at', '=', of.requested_at),
          e('id', '<', of.dialog_id),
        ]),
      ]),
    )
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

const shown = (db: Db, tenant_id: number) =>
  db
    .selectFrom('dialogs as d')
    .innerJoin('assistants as a', 'a.id', 'd.assistant_id')
    .leftJoin('messages as m', 'm.id', 'd.last_message_id')
    .select([
      'd.id',
      'd.platform',
      'd.first_name',
      'd.last_name',
      'd.telegram_username',
      'd.email',
      'd.handoff_reason',
      'd.handoff_priority',
      'd.handoff_requested_at',
      'd.handoff_touched_at',
      'a.name as assistant_name',
      'm.text as last_message',
    ])
    .where('d.tenant_id', '=', tenant_id)

export type Waiting = Awaited<ReturnType<typeof waitingDialogs>>[number]

export const waitingDialogs = (db: Db, tenant_id: number, page: { limit: number; offset: number }) =>
  shown(db, tenant_id)
    .where('d.handoff_status', '=', 'requested')
    .orderBy('d.handoff_priority', 'desc')
    .orderBy('d.handoff_requested_at')
    .orderBy('d.id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const countWaiting = async (db: Db, tenant_id: number): Promise<number> => {
  const row = await db
    .selectFrom('dialogs')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('tenant_id', '=', tenant_id)
    .where('handoff_status', '=', 'requested')
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const dialogsOfOperator = (db: Db, tenant_id: number, operator_id: number) =>
  shown(db, tenant_id)
    .where('d.handoff_operator_id', '=', operator_id)
    .where('d.handoff_status', '=', 'active')
    .orderBy('d.last_message_id', 'desc')
    .execute()

/** The active dialogs of each operator of a tenant. */
export const loads = (db: Db, tenant_id: number) =>
  db
    .selectFrom('dialogs')
    .select((e) => ['handoff_operator_id as operator_id', e.fn.countAll<number>().as('n')])
    .where('tenant_id', '=', tenant_id)
    .where('handoff_status', '=', 'active')
    .where('status', '=', 'active')
    .groupBy('handoff_operator_id')
    .execute()

export const countLoad = async (db: Db, operator_id: number): Promise<number> => {
  const row = await db
    .selectFrom('dialogs')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('handoff_operator_id', '=', operator_id)
    .where('handoff_status', '=', 'active')
    .where('status', '=', 'active')
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** How long the last handoffs of a tenant took from the takeover to the end, in ms. */
export const handlingTimes = async (db: Db, tenant_id: number, limit: number): Promise<number[]> => {
  const rows = await db
    .selectFrom('handoffs')
    .select(sql<number>`ended_at - taken_at`.as('ms'))
    .where('tenant_id', '=', tenant_id)
    .where('taken_at', 'is not', null)
    .where('ended_at', 'is not', null)
    .orderBy('ended_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => Number(row.ms))
}

export const putPresence = (db: Db, row: Omit<Presence, 'reachable_until'>) =>
  db
    .insertInto('operator_presence')
    .values(row)
    .onConflict((c) =>
      c.column('user_id').doUpdateSet({ status: row.status, max_capacity: row.max_capacity, seen_at: row.seen_at }),
    )
    .execute()

export const putReachable = (db: Db, rows: Presence[], reachable_until: number) =>
  db
    .insertInto('operator_presence')
    .values(rows)
    .onConflict((c) => c.column('user_id').doUpdateSet({ reachable_until }))
    .execute()

export const findPresence = (db: Db, user_id: number): Promise<Presence | undefined> =>
  db.selectFrom('operator_presence').selectAll().where('user_id', '=', user_id).executeTakeFirst()

export const presences = (db: Db, tenant_id: number): Promise<Presence[]> =>
  db.selectFrom('operator_presence').selectAll().where('tenant_id', '=', tenant_id).execute()

export const findSettings = (db: Db, tenant_id: number) =>
  db.selectFrom('handoff_settings').select('phrases').where('tenant_id', '=', tenant_id).executeTakeFirst()

export const putSettings = (db: Db, tenant_id: number, phrases: string) =>
  db
    .insertInto('handoff_settings')
    .values({ tenant_id, phrases })
    .onConflict((c) => c.column('tenant_id').doUpdateSet({ phrases }))
    .execute()
