import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import type { Scope } from '../db/tenant.ts'
import { errors as common } from '../errors.ts'
import { publish } from '../events/publish.ts'
import { cleanText } from '../lib/text.ts'
import { toIso } from '../lib/time.ts'
import { passagesAdded } from '../retrieval/events.ts'
import { addPassages, removePassages } from '../retrieval/index-passages.ts'
import { findPassages } from '../retrieval/search.ts'
import type { QuestionRow } from './store.ts'
import * as store from './store.ts'

export type Question = Omit<QuestionRow, 'tags'> & { tags: string[] }
export type QuestionFields = { question: string; answer: string; tags: string[] }
type Target = { id: number; tenant_id: number }

const MOST_FOUND = 50

/** Adds a question–answer pair; it answers from the moment this returns. */
export async function addQuestion(ctx: Context, assistant: Target, fields: QuestionFields): Promise<Question> {
  return inTransaction(ctx, async (ctx) => {
    const row = await insertQuestion(ctx, assistant, { ...fields, external_id: null })
    await publish(ctx, passagesAdded, { tenant_id: assistant.tenant_id, assistant_id: assistant.id })
    return questionOf(row)
  })
}

/** Stores and indexes one pair in the caller's transaction. */
export async function insertQuestion(
  ctx: TxContext,
  assistant: Target,
  fields: QuestionFields & { external_id: string | null },
): Promise<QuestionRow> {
  const now = ctx.now()
  const row = await store.insertQuestion(ctx.db, {
    tenant_id: assistant.tenant_id,
    assistant_id: assistant.id,
    external_id: fields.external_id,
    question: cleanText(fields.question),
    answer: cleanText(fields.answer),
    tags: JSON.stringify(fields.tags),
    created_at: now,
    updated_at: now,
  })
  await index(ctx, row)
  return row
}

/** The pair, if the caller may see it; NOT_FOUND otherwise. */
export async function getQuestion(ctx: Context | TxContext, scope: Scope, id: number): Promise<Question> {
  const row = await store.findQuestion(ctx.db, scope, id)
  if (!row) throw common.NOT_FOUND({ question_id: id })
  return questionOf(row)
}

/** A tenant's pairs, newest first. */
export async function listQuestions(ctx: Context, tenant_id: number | undefined, page: store.PageOf) {
  const rows = await store.listQuestions(ctx.db, tenant_id, page)
  return { rows: rows.map(questionOf), total: await store.countQuestions(ctx.db, tenant_id, page.assistant_id) }
}

/** The pairs of an assistant that a text finds, best first: words, their forms and small slips. */
export async function searchQuestions(
  ctx: Context,
  assistant: Target,
  ask: { q: string; limit: number; offset: number },
) {
  const { found } = await findPassages(ctx, { assistant_id: assistant.id, question: ask.q, limit: MOST_FOUND })
  const ids = [...new Set(found.filter((one) => one.lane === 'qa').map((one) => one.source_id))]
  const shown = ids.slice(ask.offset, ask.offset + ask.limit)
  const rows = shown.length > 0 ? await store.questionsById(ctx.db, assistant.id, shown) : []
  const inOrder = rows.sort((a, b) => shown.indexOf(a.id) - shown.indexOf(b.id))
  return { rows: inOrder.map(questionOf), total: ids.length }
}

/** Changes the given fields and indexes the pair anew, in one transaction. */
export async function changeQuestion(
  ctx: Context,
  scope: Scope,
  { id, ...fields }: Partial<QuestionFields> & { id: number },
): Promise<Question> {
  return inTransaction(ctx, async (ctx) => {
    const before = await getQuestion(ctx, scope, id)
    const after = {
      ...before,
      ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    }
    const row = await store.changeQuestion(ctx.db, scope, id, {
      question: cleanText(after.question),
      answer: cleanText(after.answer),
      tags: JSON.stringify(after.tags),
      updated_at: ctx.now(),
    })
    if (!row) throw common.NOT_FOUND({ question_id: id })
    await unindex(ctx, row)
    await index(ctx, row)
    await publish(ctx, passagesAdded, { tenant_id: row.tenant_id, assistant_id: row.assistant_id })
    return questionOf(row)
  })
}

/** Deletes a pair; it answers nothing from now on. */
export async function deleteQuestion(ctx: Context | TxContext, scope: Scope, id: number): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const row = await store.deleteQuestion(ctx.db, scope, id)
    if (!row) throw common.NOT_FOUND({ question_id: id })
    await unindex(ctx, row)
  })
}

/** The pairs of an assistant with these ids, by id, for naming them. */
export async function questionsById(
  ctx: Pick<Context, 'db'>,
  assistant_id: number,
  ids: number[],
): Promise<Map<number, QuestionRow>> {
  const rows = ids.length > 0 ? await store.questionsById(ctx.db, assistant_id, ids) : []
  return new Map(rows.map((row) => [row.id, row]))
}

/** The pair that was imported under this id. */
export function findImportedQuestion(
  ctx: Pick<Context, 'db'>,
  assistant_id: number,
  external_id: string,
): Promise<QuestionRow | undefined> {
  return store.findQuestionByExternalId(ctx.db, assistant_id, external_id)
}

/** Deletes every pair of an assistant; their passages are the caller's to forget. */
export async function deleteQuestionsOf(
  ctx: Pick<Context, 'db'>,
  tenant_id: number,
  assistant_id: number,
): Promise<void> {
  await store.deleteQuestionsOf(ctx.db, tenant_id, assistant_id)
}

/** A pair as the wire shows it. */
export function questionView(question: Question) {
  return { ...question, created_at: toIso(question.created_at), updated_at: toIso(question.updated_at) }
}

async function index(ctx: TxContext, row: QuestionRow): Promise<void> {
  await addPassages(ctx, [
    {
      assistant_id: row.assistant_id,
      lane: 'qa',
      source_id: row.id,
      position: 0,
      title: row.question,
      text: row.answer,
    },
  ])
}

async function unindex(ctx: TxContext, row: QuestionRow): Promise<void> {
  await removePassages(ctx, { assistant_id: row.assistant_id, lane: 'qa', source_id: row.id })
}

function questionOf(row: QuestionRow): Question {
  return { ...row, tags: JSON.parse(row.tags) as string[] }
}
