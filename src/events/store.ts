import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

export type StoredEvent = { seq: number; name: string; payload: string; created_at: number }
/** Who runs a task: a server, or a command of the CLI beside it. */
export type Holder = 'server' | 'command'
export type Task = { id: number; name: string; lane: string; payload: string; attempts: number }

/** The next number of a stream; two writers of one stream wait for each other here. */
export async function nextSeq(db: Db, stream: string): Promise<number> {
  const row = await db
    .insertInto('streams')
    .values({ name: stream, last_seq: 1 })
    .onConflict((c) => c.column('name').doUpdateSet({ last_seq: sql`streams.last_seq + 1` }))
    .returning('last_seq')
    .executeTakeFirstOrThrow()
  return row.last_seq
}

export const insertEvent = (
  db: Db,
  row: { stream: string; seq: number; tenant_id: number; name: string; payload: string; created_at: number },
) => db.insertInto('events').values(row).execute()

export const insertTask = (
  db: Db,
  row: { name: string; lane: string; payload: string; due_at: number; created_at: number },
) =>
  db
    .insertInto('tasks')
    .values({ ...row, state: 'ready' })
    .execute()

export const eventsAfter = (db: Db, stream: string, seq: number, limit: number): Promise<StoredEvent[]> =>
  db
    .selectFrom('events')
    .select(['seq', 'name', 'payload', 'created_at'])
    .where('stream', '=', stream)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute()

export async function lastSeq(db: Db, stream: string): Promise<number> {
  const row = await db.selectFrom('streams').select('last_seq').where('name', '=', stream).executeTakeFirst()
  return row?.last_seq ?? 0
}

export async function firstKeptSeq(db: Db, stream: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('events')
    .select('seq')
    .where('stream', '=', stream)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return row?.seq
}

/** Due tasks (of the given names, or all) that no earlier task of their lane holds back, oldest first. */
export const dueTasks = (db: Db, now: number, limit: number, names?: string[]): Promise<Task[]> =>
  db
    .selectFrom('tasks as t')
    .select(['t.id', 't.name', 't.lane', 't.payload', 't.attempts'])
    .where('t.state', 'in', ['ready', 'running'])
    .where('t.due_at', '<=', now)
    .where('t.lease_until', '<=', now)
    .$if(names !== undefined, (q) => q.where('t.name', 'in', names!))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tasks as earlier')
            .select('earlier.id')
            .whereRef('earlier.lane', '=', 't.lane')
            .whereRef('earlier.id', '<', 't.id')
            .where('earlier.state', '<>', 'dead'),
        ),
      ),
    )
    .orderBy('t.id')
    .limit(limit)
    .execute()

/** Takes the task if nobody holds it; false when another node was faster. */
export async function claimTask(
  db: Db,
  claim: { id: number; now: number; lease_until: number; holder: Holder },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('tasks')
    .set({ state: 'running', lease_until: claim.lease_until, holder: claim.holder, attempts: sql`attempts + 1` })
    .where('id', '=', claim.id)
    .where('state', '<>', 'dead')
    .where('lease_until', '<=', claim.now)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export const extendLease = (db: Db, id: number, leaseUntil: number) =>
  db.updateTable('tasks').set({ lease_until: leaseUntil }).where('id', '=', id).where('state', '=', 'running').execute()

export const deleteTask = (db: Db, id: number) => db.deleteFrom('tasks').where('id', '=', id).execute()

export const postponeTask = (db: Db, id: number, due_at: number, error: string) =>
  db.updateTable('tasks').set({ state: 'ready', lease_until: 0, due_at, error }).where('id', '=', id).execute()

export const buryTask = (db: Db, id: number, error: string) =>
  db.updateTable('tasks').set({ state: 'dead', lease_until: 0, error }).where('id', '=', id).execute()

export const freeLeasesOf = (db: Db, holder: Holder) =>
  db
    .updateTable('tasks')
    .set({ state: 'ready', lease_until: 0 })
    .where('state', '=', 'running')
    .where('holder', '=', holder)
    .execute()

export async function countTasks(db: Db): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('tasks')
    .select(['state', (e) => e.fn.countAll<number>().as('n')])
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.n)]))
}

export const deleteEventsBefore = (db: Db, moment: number) =>
  db.deleteFrom('events').where('created_at', '<', moment).execute()

export const deleteEventsOf = (db: Db, tenant_id: number) =>
  db.deleteFrom('events').where('tenant_id', '=', tenant_id).execute()

export const countEventsSince = async (db: Db, moment: number): Promise<number> => {
  const row = await db
    .selectFrom('events')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('created_at', '>=', moment)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
