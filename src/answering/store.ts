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

type Of = { tenant_id: number; assistant_id: number }
const withoutAnswer = (db: Db, of: Of) =>
  db
    .selectFrom('messages as a')
    .innerJoin('messages as q', 'q.id', 'a.reply_to')
    .innerJoin('dialogs as d', 'd.id', 'a.dialog_id')
    .where('a.tenant_id', '=', of.tenant_id)
    .where('a.answered', '=', 0)
    .where('d.assistant_id', '=', of.assistant_id)

export const unanswered = (db: Db, of: Of, page: { limit: number; offset: number }) =>
  withoutAnswer(db, of)
    .select(['q.id as message_id', 'q.dialog_id', 'q.text as question', 'q.created_at'])
    .orderBy('a.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const countUnanswered = async (db: Db, of: Of): Promise<number> => {
  const row = await withoutAnswer(db, of)
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
