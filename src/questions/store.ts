import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { type Scope, within } from '../db/tenant.ts'

export type QuestionRow = Selectable<Schema['questions']>
export type PageOf = { assistant_id?: number | undefined; limit: number; offset: number }

export const insertQuestion = (db: Db, row: Insertable<Schema['questions']>): Promise<QuestionRow> =>
  db.insertInto('questions').values(row).returningAll().executeTakeFirstOrThrow()

export const findQuestion = (db: Db, scope: Scope, id: number): Promise<QuestionRow | undefined> =>
  db.selectFrom('questions').selectAll().where('id', '=', id).where(within(scope, 'tenant_id')).executeTakeFirst()

export const findQuestionByExternalId = (
  db: Db,
  assistant_id: number,
  external_id: string,
): Promise<QuestionRow | undefined> =>
  db
    .selectFrom('questions')
    .selectAll()
    .where('assistant_id', '=', assistant_id)
    .where('external_id', '=', external_id)
    .executeTakeFirst()

export const listQuestions = (db: Db, tenant_id: number | undefined, page: PageOf): Promise<QuestionRow[]> =>
  db
    .selectFrom('questions')
    .selectAll()
    .$if(tenant_id !== undefined, (q) => q.where('tenant_id', '=', tenant_id!))
    .$if(page.assistant_id !== undefined, (q) => q.where('assistant_id', '=', page.assistant_id!))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()

export const countQuestions = (db: Db, tenant_id: number | undefined, assistant_id?: number): Promise<number> =>
  db
    .selectFrom('questions')
    .select((e) => e.fn.countAll<number>().as('n'))
    .$if(tenant_id !== undefined, (q) => q.where('tenant_id', '=', tenant_id!))
    .$if(assistant_id !== undefined, (q) => q.where('assistant_id', '=', assistant_id!))
    .executeTakeFirstOrThrow()
    .then((row) => Number(row.n))

export const questionsById = (db: Db, assistant_id: number, ids: number[]): Promise<QuestionRow[]> =>
  db.selectFrom('questions').selectAll().where('assistant_id', '=', assistant_id).where('id', 'in', ids).execute()

export const changeQuestion = (
  db: Db,
  scope: Scope,
  id: number,
  change: Partial<Pick<QuestionRow, 'question' | 'answer' | 'tags' | 'updated_at'>>,
) =>
  db
    .updateTable('questions')
    .set(change)
    .where('id', '=', id)
    .where(within(scope, 'tenant_id'))
    .returningAll()
    .executeTakeFirst()

export const deleteQuestion = (db: Db, scope: Scope, id: number): Promise<QuestionRow | undefined> =>
  db.deleteFrom('questions').where('id', '=', id).where(within(scope, 'tenant_id')).returningAll().executeTakeFirst()

export const deleteQuestionsOf = (db: Db, tenant_id: number, assistant_id: number) =>
  db.deleteFrom('questions').where('tenant_id', '=', tenant_id).where('assistant_id', '=', assistant_id).execute()
