import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type Scope, within } from '../db/tenant.ts'

export type AssistantRow = Selectable<Schema['assistants']>

export const insertAssistant = (db: Db, row: Insertable<Schema['assistants']>): Promise<AssistantRow> =>
  db.insertInto('assistants').values(row).returningAll().executeTakeFirstOrThrow()

export const findAssistant = (db: Db, scope: Scope, id: number): Promise<AssistantRow | undefined> =>
  db
    .selectFrom('assistants')
    .selectAll()
    .where('id', '=', id)
    .where(within(scope, 'tenant_id'))
    .where('deleted_at', 'is', null)
    .executeTakeFirst()

export const findBySiteToken = (db: Db, site_token: string): Promise<AssistantRow | undefined> =>
  db
    .selectFrom('assistants')
    .selectAll()
    .where('site_token', '=', site_token)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()

export const listAssistants = (
  db: Db,
  tenant_id: number | undefined,
  page: { limit: number; offset: number },
): Promise<AssistantRow[]> =>
  db
    .selectFrom('assistants')
    .selectAll()
    .$if(tenant_id !== undefined, (q) => q.where('tenant_id', '=', tenant_id!))
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const countAssistants = async (db: Db, tenant_id: number): Promise<number> => {
  const row = await db
    .selectFrom('assistants')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('tenant_id', '=', tenant_id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export const changeAssistant = (db: Db, scope: Scope, id: number, change: Updateable<Schema['assistants']>) =>
  db
    .updateTable('assistants')
    .set(change)
    .where('id', '=', id)
    .where(within(scope, 'tenant_id'))
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
