import { type Insertable, type Selectable, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type UserRow = Selectable<Schema['users']>

export const insertUser = (db: Db, row: Insertable<Schema['users']>): Promise<UserRow | undefined> =>
  db
    .insertInto('users')
    .values(row)
    .onConflict((c) => c.column('email').doNothing())
    .returningAll()
    .executeTakeFirst()

export const findUser = (db: Db, id: number): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()

export const findUserByEmail = (db: Db, email: string): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()

export const emailsOf = (db: Db, ids: number[]): Promise<Pick<UserRow, 'id' | 'email'>[]> =>
  db.selectFrom('users').select(['id', 'email']).where('id', 'in', ids).execute()

export const listUsers = (db: Db, page: { limit: number; offset: number }): Promise<UserRow[]> =>
  db.selectFrom('users').selectAll().orderBy('id').limit(page.limit).offset(page.offset).execute()

/** An owner and the operators of their team. */
export const listTeam = (db: Db, tenant_id: number): Promise<UserRow[]> =>
  db
    .selectFrom('users')
    .selectAll()
    .where((e) => e.or([e('id', '=', tenant_id), e('owner_id', '=', tenant_id)]))
    .orderBy(sql`owner_id is not null`)
    .orderBy('id')
    .execute()

export const countUsers = async (db: Db): Promise<number> => {
  const row = await db
    .selectFrom('users')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const countAdmins = async (db: Db): Promise<number> => {
  const row = await db
    .selectFrom('users')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('is_admin', '=', 1)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const findFirstAdmin = (db: Db): Promise<UserRow | undefined> =>
  db
    .selectFrom('users')
    .selectAll()
    .where('is_admin', '=', 1)
    .where('is_blocked', '=', 0)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()

export const changeUser = (
  db: Db,
  id: number,
  change: { first_name?: string; last_name?: string; onboarding_completed?: number },
) => db.updateTable('users').set(change).where('id', '=', id).returningAll().executeTakeFirst()

export const setPassword = (db: Db, id: number, password_hash: string) =>
  db.updateTable('users').set({ password_hash }).where('id', '=', id).execute()

export const setBlocked = (db: Db, id: number, is_blocked: 0 | 1) =>
  db.updateTable('users').set({ is_blocked }).where('id', '=', id).execute()

export const confirmEmail = (db: Db, id: number, now: number) =>
  db
    .updateTable('users')
    .set({ email_confirmed_at: sql`coalesce(email_confirmed_at, ${now})` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()

export const noteLogin = (db: Db, id: number, now: number) =>
  db.updateTable('users').set({ last_login_at: now }).where('id', '=', id).execute()

export const deleteUser = (db: Db, id: number) => db.deleteFrom('users').where('id', '=', id).execute()
