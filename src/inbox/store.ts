import type { Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type NoteRow = Selectable<Schema['notes']>
export type CannedRow = Selectable<Schema['canned_replies']>

export const insertNote = (db: Db, row: Omit<NoteRow, 'id'>): Promise<NoteRow> =>
  db.insertInto('notes').values(row).returningAll().executeTakeFirstOrThrow()

export const notesOf = (db: Db, tenant_id: number, dialog_id: number, limit: number): Promise<NoteRow[]> =>
  db
    .selectFrom('notes')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('dialog_id', '=', dialog_id)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

export const cannedReplies = (db: Db, tenant_id: number): Promise<CannedRow[]> =>
  db.selectFrom('canned_replies').selectAll().where('tenant_id', '=', tenant_id).orderBy('shortcut').execute()

export const countCanned = async (db: Db, tenant_id: number): Promise<number> => {
  const row = await db
    .selectFrom('canned_replies')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('tenant_id', '=', tenant_id)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** Adds a reply unless its shortcut is taken; then answers nothing. */
export const insertCanned = (db: Db, row: Omit<CannedRow, 'id'>): Promise<CannedRow | undefined> =>
  db
    .insertInto('canned_replies')
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst()

export const findByShortcut = (db: Db, tenant_id: number, shortcut: string) =>
  db
    .selectFrom('canned_replies')
    .select('id')
    .where('tenant_id', '=', tenant_id)
    .where('shortcut', '=', shortcut)
    .executeTakeFirst()

export const changeCanned = (
  db: Db,
  of: { tenant_id: number; id: number },
  change: { shortcut?: string; text?: string; updated_at: number },
): Promise<CannedRow | undefined> =>
  db
    .updateTable('canned_replies')
    .set(change)
    .where('tenant_id', '=', of.tenant_id)
    .where('id', '=', of.id)
    .returningAll()
    .executeTakeFirst()

export async function deleteCanned(db: Db, of: { tenant_id: number; id: number }): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('canned_replies')
    .where('tenant_id', '=', of.tenant_id)
    .where('id', '=', of.id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
