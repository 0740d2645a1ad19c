import { type ExpressionBuilder, type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type TokenRow = Selectable<Schema['ai_tokens']>
export type NewUsage = Insertable<Schema['ai_usage']>
export type UsageResult = Pick<
  Updateable<Schema['ai_usage']>,
  'outcome' | 'prompt_tokens' | 'completion_tokens' | 'cost' | 'ms'
>
/** A key as somebody saw it; a change for it is void once it was edited. */
export type SeenToken = Pick<TokenRow, 'id' | 'version'>

export const insertToken = (db: Db, row: Insertable<Schema['ai_tokens']>): Promise<TokenRow> =>
  db.insertInto('ai_tokens').values(row).returningAll().executeTakeFirstOrThrow()

export const findToken = (db: Db, id: number): Promise<TokenRow | undefined> =>
  db.selectFrom('ai_tokens').selectAll().where('id', '=', id).executeTakeFirst()

export const listTokens = (db: Db, page: { limit: number; offset: number }): Promise<TokenRow[]> =>
  db
    .selectFrom('ai_tokens')
    .selectAll()
    .orderBy('priority')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const countTokens = async (db: Db): Promise<number> => {
  const row = await db
    .selectFrom('ai_tokens')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** All keys that may be used at all: an appliance has a handful, so who serves which model is decided by the caller. */
export const activeTokens = (db: Db): Promise<TokenRow[]> =>
  db.selectFrom('ai_tokens').selectAll().where('is_active', '=', 1).orderBy('priority').orderBy('id').execute()

/** Changes a key and lets it work again: what was held against the old one no longer counts. */
export const changeToken = (
  db: Db,
  id: number,
  change: Updateable<Schema['ai_tokens']>,
): Promise<TokenRow | undefined> =>
  db
    .updateTable('ai_tokens')
    .set((e) => ({ ...change, version: e('version', '+', 1), failures: 0, parked_reason: null, parked_until: null }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()

export const deleteToken = (db: Db, id: number): Promise<{ id: number } | undefined> =>
  db.deleteFrom('ai_tokens').where('id', '=', id).returning('id').executeTakeFirst()

export type Take = SeenToken & { now: number; day: number; month: number; probe_until: number }

/** Counts one request if the key may take it now; a key that comes back from the circuit is closed again at once, so one probe passes. */
export const takeRequest = (db: Db, take: Take): Promise<TokenRow | undefined> =>
  db
    .updateTable('ai_tokens')
    .set({
      daily_usage: sql`case when usage_day = ${take.day} then daily_usage + 1 else 1 end`,
      monthly_usage: sql`case when usage_month = ${take.month} then monthly_usage + 1 else 1 end`,
      usage_day: take.day,
      usage_month: take.month,
      parked_until: sql`case when parked_reason = 'circuit' then ${take.probe_until} else parked_until end`,
    })
    .where('id', '=', take.id)
    .where('version', '=', take.version)
    .where('is_active', '=', 1)
    .where((e) => e.or([e('parked_reason', 'is', null), e('parked_until', '<=', take.now)]))
    .where((e) => e.or([...unlimited(e, 'daily_limit', 'daily_usage'), e('usage_day', '<>', take.day)]))
    .where((e) => e.or([...unlimited(e, 'monthly_limit', 'monthly_usage'), e('usage_month', '<>', take.month)]))
    .returningAll()
    .executeTakeFirst()

const unlimited = (
  e: ExpressionBuilder<Schema, 'ai_tokens'>,
  limit: 'daily_limit' | 'monthly_limit',
  usage: 'daily_usage' | 'monthly_usage',
) => [e(limit, 'is', null), e(usage, '<', e.ref(limit))]

/** Lets the key rest; until it is edited when `until` is null. */
export const parkToken = (db: Db, token: SeenToken, rest: { reason: string; until: number | null }) =>
  db
    .updateTable('ai_tokens')
    .set({ parked_reason: rest.reason, parked_until: rest.until })
    .where('id', '=', token.id)
    .where('version', '=', token.version)
    .execute()

/** Counts a failure in a row, and parks the key at the last one it is allowed. */
export const noteFailure = (db: Db, token: SeenToken, circuit: { allowed: number; until: number }) =>
  db
    .updateTable('ai_tokens')
    .set({
      failures: sql`failures + 1`,
      parked_reason: sql`case when failures + 1 >= ${circuit.allowed} then 'circuit' else parked_reason end`,
      parked_until: sql`case when failures + 1 >= ${circuit.allowed} then ${circuit.until} else parked_until end`,
    })
    .where('id', '=', token.id)
    .where('version', '=', token.version)
    .execute()

/** Forgives the key, except a rest that its provider asked for: an answer begun before does not shorten it. */
export const noteSuccess = (db: Db, token: SeenToken) =>
  db
    .updateTable('ai_tokens')
    .set({ failures: 0, parked_reason: null, parked_until: null })
    .where('id', '=', token.id)
    .where('version', '=', token.version)
    .where((e) => e.or([e('parked_reason', 'is', null), e('parked_reason', '<>', 'rate_limit')]))
    .execute()

export const insertUsage = async (db: Db, row: NewUsage): Promise<number> =>
  (await db.insertInto('ai_usage').values(row).returning('id').executeTakeFirstOrThrow()).id

export const finishUsage = (db: Db, id: number, result: UsageResult) =>
  db.updateTable('ai_usage').set(result).where('id', '=', id).execute()
