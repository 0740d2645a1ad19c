import type { Db } from '../db/database.ts'
import { type Scope, within } from '../db/tenant.ts'

export const insertEvidence = (db: Db, row: { message_id: number; tenant_id: number; record: string }) =>
  db.insertInto('evidence').values(row).execute()

export const findEvidence = (db: Db, scope: Scope, message_id: number) =>
  db
    .selectFrom('evidence')
    .select('record')
    .where('message_id', '=', message_id)
    .where(within(scope, 'tenant_id'))
    .executeTakeFirst()
