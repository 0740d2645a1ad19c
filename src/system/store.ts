import { type Expression, sql } from 'kysely'
import type { Db } from '../db/database.ts'

export const askDatabase = async (db: Db): Promise<void> => {
  await sql`select 1`.execute(db)
}

export const findSetting = async (db: Db, name: string): Promise<string | undefined> => {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst()
  return row?.value
}

export const putSetting = (db: Db, name: string, value: string) =>
  db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((c) => c.column('name').doUpdateSet({ value: (e): Expression<string> => e.ref('excluded.value') }))
    .execute()
