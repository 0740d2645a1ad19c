import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type Scope, within } from '../db/tenant.ts'

export type DocumentRow = Selectable<Schema['documents']>
export type PageOf = { assistant_id?: number | undefined; limit: number; offset: number }

const count = async (query: Promise<{ n: number }>): Promise<number> => Number((await query).n)

/** Adds a document unless the assistant has this very content; then answers undefined. */
export const insertDocument = (db: Db, row: Insertable<Schema['documents']>): Promise<DocumentRow | undefined> =>
  db
    .insertInto('documents')
    .values(row)
    .onConflict((c) => c.columns(['assistant_id', 'sha256']).doNothing())
    .returningAll()
    .executeTakeFirst()

export const findDocument = (db: Db, scope: Scope, id: number): Promise<DocumentRow | undefined> =>
  db.selectFrom('documents').selectAll().where('id', '=', id).where(within(scope, 'tenant_id')).executeTakeFirst()

export const findByContent = (db: Db, assistant_id: number, sha256: string): Promise<DocumentRow | undefined> =>
  db
    .selectFrom('documents')
    .selectAll()
    .where('assistant_id', '=', assistant_id)
    .where('sha256', '=', sha256)
    .executeTakeFirst()

export const findDocumentByExternalId = (
  db: Db,
  assistant_id: number,
  external_id: string,
): Promise<DocumentRow | undefined> =>
  db
    .selectFrom('documents')
    .selectAll()
    .where('assistant_id', '=', assistant_id)
    .where('external_id', '=', external_id)
    .executeTakeFirst()

export const listDocuments = (db: Db, tenant_id: number | undefined, page: PageOf): Promise<DocumentRow[]> =>
  db
    .selectFrom('documents')
    .selectAll()
    .$if(tenant_id !== undefined, (q) => q.where('tenant_id', '=', tenant_id!))
    .$if(page.assistant_id !== undefined, (q) => q.where('assistant_id', '=', page.assistant_id!))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const countDocuments = (db: Db, tenant_id: number | undefined, assistant_id?: number): Promise<number> =>
  count(
    db
      .selectFrom('documents')
      .select((e) => e.fn.countAll<number>().as('n'))
      .$if(tenant_id !== undefined, (q) => q.where('tenant_id', '=', tenant_id!))
      .$if(assistant_id !== undefined, (q) => q.where('assistant_id', '=', assistant_id!))
      .executeTakeFirstOrThrow(),
  )

/** How many files a tenant keeps and how large they are in all; imported texts do not count. */
export const uploadsOf = async (db: Db, tenant_id: number): Promise<{ files: number; bytes: number }> => {
  const row = await db
    .selectFrom('documents')
    .select((e) => [e.fn.countAll<number>().as('files'), e.fn.sum<number | null>('size').as('bytes')])
    .where('tenant_id', '=', tenant_id)
    .where('file', 'is not', null)
    .executeTakeFirstOrThrow()
  return { files: Number(row.files), bytes: Number(row.bytes ?? 0) }
}

export const changeDocument = (
  db: Db,
  tenant_id: number,
  id: number,
  change: Partial<Pick<DocumentRow, 'status' | 'error' | 'progress' | 'chunks_count' | 'updated_at'>>,
) => db.updateTable('documents').set(change).where('id', '=', id).where('tenant_id', '=', tenant_id).execute()

export const deleteDocument = (db: Db, scope: Scope, id: number): Promise<DocumentRow | undefined> =>
  db.deleteFrom('documents').where('id', '=', id).where(within(scope, 'tenant_id')).returningAll().executeTakeFirst()

export const documentsOfAssistant = (
  db: Db,
  tenant_id: number,
  assistant_id: number,
  limit: number,
): Promise<DocumentRow[]> =>
  db
    .selectFrom('documents')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('assistant_id', '=', assistant_id)
    .orderBy('id')
    .limit(limit)
    .execute()

/** Shown names of a few documents, for citing them. */
export const documentNames = (db: Db, assistant_id: number, ids: number[]) =>
  db
    .selectFrom('documents')
    .select(['id', 'filename', 'external_id'])
    .where('assistant_id', '=', assistant_id)
    .where('id', 'in', ids)
    .execute()
