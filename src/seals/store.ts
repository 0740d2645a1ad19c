import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** Every column that holds sealed text, and what its seals name the row by. A new one is written down here, or a rotation would leave it behind. */
export const SEALED = [
  { table: 'ai_tokens', column: 'sealed', by: 'id' },
  { table: 'bots', column: 'sealed', by: 'id' },
  { table: 'email_outbox', column: 'sealed', by: 'message_id' },
] as const

type Place = (typeof SEALED)[number]
export type SealedRow = Place & { id: number; name: string | number; text: string }

/** All that is sealed, of every tenant: the key is the appliance's. */
export const sealedRows = async (db: Db): Promise<SealedRow[]> => {
  const found: SealedRow[] = []
  for (const place of SEALED) {
    const { rows } = await sql<Pick<SealedRow, 'id' | 'name' | 'text'>>`
      select id, ${sql.ref(place.by)} as name, ${sql.ref(place.column)} as text from ${sql.table(place.table)}
      where ${sql.ref(place.column)} <> '' order by id`.execute(db)
    found.push(...rows.map((row) => ({ ...place, ...row, id: Number(row.id) })))
  }
  return found
}

/** Puts a newly sealed text in place of the one that was read; one that was changed meanwhile stays. */
export const replaceSealed = (db: Db, { table, column, id, text }: SealedRow, sealed: string) =>
  sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sealed} where id = ${id} and ${sql.ref(column)} = ${text}`.execute(
    db,
  )
