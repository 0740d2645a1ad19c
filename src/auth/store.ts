import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

export const insertSession = (
  db: Db,
  row: { id: string; user_id: number; refresh_hash: string; created_at: number; expires_at: number },
) => db.insertInto('sessions').values(row).execute()

/** The session with the account it belongs to: one statement on the path of every request. */
export const findSession = (db: Db, id: string, now: number) =>
  db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .leftJoin('users as o', 'o.id', 'u.owner_id')
    .select(['s.id as session_id', 'u.id', 'u.owner_id', 'u.email', 'u.first_name', 'u.last_name', 'u.is_admin'])
    .select(sql<number>`case when u.is_blocked = 1 or o.is_blocked = 1 then 1 else 0 end`.as('is_blocked'))
    .where('s.id', '=', id)
    .where('s.expires_at', '>', now)
    .executeTakeFirst()

/** Swaps the refresh token if it is still the current one; of two that try at once one wins. */
export const rotateRefresh = (db: Db, change: { from: string; to: string; now: number; expires_at: number }) =>
  db
    .updateTable('sessions')
    .set({
      refresh_hash: change.to,
      previous_hash: change.from,
      rotated_at: change.now,
      expires_at: change.expires_at,
    })
    .where('refresh_hash', '=', change.from)
    .where('expires_at', '>', change.now)
    .returning(['id', 'user_id'])
    .executeTakeFirst()

/** The session whose refresh token was swapped last, and after the moment. */
export const findRotated = (db: Db, change: { from: string; to: string; after: number }) =>
  db
    .selectFrom('sessions')
    .select(['id', 'user_id'])
    .where('previous_hash', '=', change.from)
    .where('refresh_hash', '=', change.to)
    .where('rotated_at', '>', change.after)
    .executeTakeFirst()

export const deleteSession = (db: Db, id: string) => db.deleteFrom('sessions').where('id', '=', id).execute()

export const deleteSessionOfRefresh = (db: Db, refresh_hash: string) =>
  db.deleteFrom('sessions').where('refresh_hash', '=', refresh_hash).execute()

export const deleteSessionsOf = (db: Db, user_id: number, except = '') =>
  db.deleteFrom('sessions').where('user_id', '=', user_id).where('id', '<>', except).execute()

export const livingSessions = async (db: Db, ids: string[], now: number): Promise<Set<string>> => {
  const rows = await db
    .selectFrom('sessions')
    .select('id')
    .where('id', 'in', ids)
    .where('expires_at', '>', now)
    .execute()
  return new Set(rows.map((row) => row.id))
}

export const deleteExpired = async (db: Db, now: number): Promise<void> => {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  await db.deleteFrom('stream_tickets').where('expires_at', '<=', now).execute()
  await db.deleteFrom('one_time_codes').where('expires_at', '<=', now).execute()
}

type Purpose = 'confirm' | 'reset'

export const putCode = (
  db: Db,
  row: { user_id: number; purpose: Purpose; code_hash: string; expires_at: number; created_at: number },
) =>
  db
    .insertInto('one_time_codes')
    .values(row)
    .onConflict((c) =>
      c
        .columns(['user_id', 'purpose'])
        .doUpdateSet({ code_hash: row.code_hash, expires_at: row.expires_at, created_at: row.created_at, tries: 0 }),
    )
    .execute()

/** Counts one try of a living code and answers its hash; undefined when there is none or its tries are used up. */
export const tryCode = (db: Db, of: { user_id: number; purpose: Purpose; now: number; max_tries: number }) =>
  db
    .updateTable('one_time_codes')
    .set({ tries: sql`tries + 1` })
    .where('user_id', '=', of.user_id)
    .where('purpose', '=', of.purpose)
    .where('expires_at', '>', of.now)
    .where('tries', '<', of.max_tries)
    .returning('code_hash')
    .executeTakeFirst()

export const deleteCode = (db: Db, user_id: number, purpose: Purpose) =>
  db.deleteFrom('one_time_codes').where('user_id', '=', user_id).where('purpose', '=', purpose).executeTakeFirst()

export const takeCode = (db: Db, purpose: Purpose, code_hash: string, now: number) =>
  db
    .deleteFrom('one_time_codes')
    .where('purpose', '=', purpose)
    .where('code_hash', '=', code_hash)
    .where('expires_at', '>', now)
    .returning('user_id')
    .executeTakeFirst()

export const insertTicket = (db: Db, row: { ticket_hash: string; caller: string; expires_at: number }) =>
  db.insertInto('stream_tickets').values(row).execute()

export const takeTicket = (db: Db, ticket_hash: string, now: number) =>
  db
    .deleteFrom('stream_tickets')
    .where('ticket_hash', '=', ticket_hash)
    .where('expires_at', '>', now)
    .returning('caller')
    .executeTakeFirst()
