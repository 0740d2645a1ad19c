import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'
import { type Scope, within } from '../../db/tenant.ts'

export type FileRow = Selectable<Schema['ticket_files']>

export const insertFile = (db: Db, row: Insertable<Schema['ticket_files']>): Promise<FileRow> =>
  db.insertInto('ticket_files').values(row).returningAll().executeTakeFirstOrThrow()

export const findFile = (db: Db, scope: Scope, id: string): Promise<FileRow | undefined> =>
  db.selectFrom('ticket_files').selectAll().where('id', '=', id).where(within(scope, 'tenant_id')).executeTakeFirst()

export const filesOfTicket = (db: Db, of: { tenant_id: number; ticket_id: string }): Promise<FileRow[]> =>
  db
    .selectFrom('ticket_files')
    .selectAll()
    .where('ticket_id', '=', of.ticket_id)
    .where('tenant_id', '=', of.tenant_id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

export const countUnclaimed = async (db: Db, tenant_id: number): Promise<number> => {
  const row = await db
    .selectFrom('ticket_files')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('tenant_id', '=', tenant_id)
    .where('message_id', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** Gives a file to a message once; undefined when it is not this person's or went with another message. */
export const claimFile = (
  db: Db,
  of: { id: string; uploaded_by: number },
  to: { tenant_id: number; ticket_id: string; message_id: number },
): Promise<FileRow | undefined> =>
  db
    .updateTable('ticket_files')
    .set(to)
    .where('id', '=', of.id)
    .where('uploaded_by', '=', of.uploaded_by)
    .where('message_id', 'is', null)
    .returningAll()
    .executeTakeFirst()

/** Forgets uploads that no message took, of every owner, and answers where they lie. */
export const deleteUnclaimed = (db: Db, before: number): Promise<{ file: string }[]> =>
  db
    .deleteFrom('ticket_files')
    .where('message_id', 'is', null)
    .where('created_at', '<', before)
    .returning('file')
    .execute()
