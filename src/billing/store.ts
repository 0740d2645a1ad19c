import { type Selectable, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { DAY } from '../lib/time.ts'
import type { Sealed } from './chain/chain.ts'

export type Purse = Selectable<Schema['balances']>
export type EntryRow = Selectable<Schema['ledger_entries']>

export const findPurse = (db: Db, tenant_id: number): Promise<Purse | undefined> =>
  db.selectFrom('balances').selectAll().where('tenant_id', '=', tenant_id).executeTakeFirst()

export const listPurses = (db: Db, { limit, offset }: { limit: number; offset: number }): Promise<Purse[]> =>
  db.selectFrom('balances').selectAll().orderBy('tenant_id').limit(limit).offset(offset).execute()

export const countPurses = async (db: Db): Promise<number> => {
  const row = await db
    .selectFrom('balances')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** Moves a purse on from the state it was read in; undefined when somebody was faster. */
export const movePurse = (db: Db, from: { entries: number }, to: Purse): Promise<Purse | undefined> =>
  db
    .insertInto('balances')
    .values(to)
    .onConflict((c) => c.column('tenant_id').doUpdateSet(to).where('balances.entries', '=', from.entries))
    .returningAll()
    .executeTakeFirst()

/** Marks the beginning of a time without money; undefined when it began already. */
export const markEmpty = (db: Db, purse: Purse, now: number) =>
  db
    .insertInto('balances')
    .values({ ...purse, empty_since: now })
    .onConflict((c) =>
      c.column('tenant_id').doUpdateSet({ empty_since: now }).where('balances.empty_since', 'is', null),
    )
    .returning('balance')
    .executeTakeFirst()

export const insertEntry = (db: Db, row: Sealed): Promise<EntryRow> =>
  db.insertInto('ledger_entries').values(row).returningAll().executeTakeFirstOrThrow()

export const findEntry = (db: Db, of: { tenant_id: number; reason: string; reference: string }) =>
  db
    .selectFrom('ledger_entries')
    .selectAll()
    .where('reason', '=', of.reason)
    .where('reference', '=', of.reference)
    .where('tenant_id', '=', of.tenant_id)
    .executeTakeFirst()

export type EntryFilter = { type?: 'debit' | 'credit' | undefined }

const entriesOf = (db: Db, tenant_id: number, { type }: EntryFilter) =>
  db
    .selectFrom('ledger_entries')
    .where('tenant_id', '=', tenant_id)
    .$if(type === 'debit', (q) => q.where('amount', '<=', 0))
    .$if(type === 'credit', (q) => q.where('amount', '>', 0))

export const listEntries = (
  db: Db,
  tenant_id: number,
  filter: EntryFilter & { limit: number; offset: number },
): Promise<EntryRow[]> =>
  entriesOf(db, tenant_id, filter)
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()

export const countEntries = async (db: Db, tenant_id: number, filter: EntryFilter): Promise<number> => {
  const row = await entriesOf(db, tenant_id, filter)
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** The next entries of one owner in the order they were written, for whoever goes through all of them. */
export const entriesAfter = (
  db: Db,
  tenant_id: number,
  seq: number,
  limit: number,
  filter: EntryFilter = {},
): Promise<EntryRow[]> =>
  entriesOf(db, tenant_id, filter).selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()

/** One day (counted from 1970, `shift` ms east of UTC) and kind of answer with what was paid for it, in kopecks. */
export type DaySum = { day: number; reason: string; sum: number; answers: number }

/** What answers cost since a moment, by day and kind. */
export const sumByDay = async (
  db: Db,
  tenant_id: number,
  { since, shift, reasons }: { since: number; shift: number; reasons: string[] },
): Promise<DaySum[]> => {
  const rows = await db
    .selectFrom('ledger_entries')
    .select([
      sql<number>`cast((created_at + ${shift}) / ${sql.lit(DAY)} as bigint)`.as('day'),
      'reason',
      sql<number>`-sum(amount)`.as('sum'),
      sql<number>`count(*)`.as('answers'),
    ])
    .where('tenant_id', '=', tenant_id)
    .where('created_at', '>=', since)
    .where('reason', 'in', reasons)
    .groupBy(['day', 'reason'])
    .execute()
  return rows.map(({ day, reason, sum, answers }) => ({ day, reason, sum: Number(sum), answers: Number(answers) }))
}

/** Everybody who has a purse or an entry. */
export const allTenants = async (db: Db): Promise<number[]> => {
  const rows = await db
    .selectFrom('balances')
    .select('tenant_id')
    .union(db.selectFrom('ledger_entries').select('tenant_id'))
    .orderBy('tenant_id')
    .execute()
  return rows.map((row) => row.tenant_id)
}
