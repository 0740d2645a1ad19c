import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type AttachmentRow = Selectable<Schema['attachments']>
type Place = { tenant_id: number; dialog_id: number }

export const insertAttachment = (db: Db, row: Insertable<Schema['attachments']>): Promise<AttachmentRow> =>
  db.insertInto('attachments').values(row).returningAll().executeTakeFirstOrThrow()

export const findAttachment = (db: Db, of: Place & { id: number }): Promise<AttachmentRow | undefined> =>
  db
    .selectFrom('attachments')
    .selectAll()
    .where('id', '=', of.id)
    .where('tenant_id', '=', of.tenant_id)
    .where('dialog_id', '=', of.dialog_id)
    .executeTakeFirst()

export const findByContent = (
  db: Db,
  of: Place & { sha256: string; name: string },
): Promise<AttachmentRow | undefined> =>
  db
    .selectFrom('attachments')
    .selectAll()
    .where('dialog_id', '=', of.dialog_id)
    .where('tenant_id', '=', of.tenant_id)
    .where('sha256', '=', of.sha256)
    .where('name', '=', of.name)
    .executeTakeFirst()

export const countAttachments = async (db: Db, of: Place): Promise<number> => {
  const row = await db
    .selectFrom('attachments')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('dialog_id', '=', of.dialog_id)
    .where('tenant_id', '=', of.tenant_id)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
