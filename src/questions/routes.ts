import { z } from 'zod'
import { getAssistant } from '../assistants/assistants.ts'
import type { Context } from '../context.ts'
import { invalid } from '../errors.ts'
import { route, type User } from '../http/route.ts'
import { BodyId, Done, Id, Page } from '../http/shapes.ts'
import {
  addQuestion,
  changeQuestion,
  deleteQuestion,
  getQuestion,
  listQuestions,
  questionView,
  searchQuestions,
} from './questions.ts'

const tag = 'Документы и знания'
const params = z.object({ id: Id })

const QuestionView = z
  .object({
    id: z.int(),
    assistant_id: z.int(),
    question: z.string(),
    answer: z.string(),
    tags: z.array(z.string()),
    external_id: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Question' })

const pair = {
  question: z.string().trim().min(1).max(500),
  answer: z.string().trim().min(1).max(5000),
  tags: z.array(z.string().trim().min(1).max(100)).max(50),
}

export const addPair = route({
  method: 'post',
  path: '/api/qa-knowledge',
  tag,
  summary: 'Новая пара «вопрос — ответ»',
  access: 'user',
  body: z.object({ assistant_id: BodyId, ...pair, tags: pair.tags.default([]) }),
  status: 201,
  response: QuestionView,
  handler: async ({ ctx, caller, body }) => {
    const { assistant_id, ...fields } = body
    return questionView(await addQuestion(ctx, await getAssistant(ctx, caller, assistant_id), fields))
  },
})

export const pairs = route({
  method: 'get',
  path: '/api/qa-knowledge',
  tag,
  summary: 'Пары «вопрос — ответ»; q ищет по смыслу слов',
  access: 'user',
  query: Page.extend({ assistant_id: Id.optional(), q: z.string().max(500).optional() }),
  response: z.array(QuestionView),
  counted: true,
  handler: async ({ ctx, caller, query }) => {
    const { rows, total } = await findPairs(ctx, caller, query)
    return { rows: rows.map(questionView), total }
  },
})

export const onePair = route({
  method: 'get',
  path: '/api/qa-knowledge/:id',
  tag,
  summary: 'Одна пара',
  access: 'user',
  params,
  response: QuestionView,
  handler: async ({ ctx, caller, params }) => questionView(await getQuestion(ctx, caller, params.id)),
})

const change = {
  path: '/api/qa-knowledge/:id',
  tag,
  summary: 'Изменение пары (только переданные поля)',
  access: 'user',
  params,
  body: z.object(pair).partial(),
  response: QuestionView,
} as const
export const putPair = route({
  ...change,
  method: 'put',
  handler: async ({ ctx, caller, params, body }) =>
    questionView(await changeQuestion(ctx, caller, { ...body, ...params } as never)),
})
export const patchPair = route({
  ...change,
  method: 'patch',
  handler: async ({ ctx, caller, params, body }) =>
    questionView(await changeQuestion(ctx, caller, { ...body, ...params } as never)),
})

export const removePair = route({
  method: 'delete',
  path: '/api/qa-knowledge/:id',
  tag,
  summary: 'Удаление пары',
  access: 'user',
  params,
  response: Done,
  handler: async ({ ctx, caller, params }) => {
    await deleteQuestion(ctx, caller, params.id)
    return { success: true }
  },
})

type Listing = { assistant_id?: number | undefined; q?: string | undefined; limit: number; offset: number }

async function findPairs(ctx: Context, caller: User, query: Listing) {
  const { q, assistant_id, ...page } = query
  if (!q?.trim()) return listQuestions(ctx, caller.tenant_id, { ...page, assistant_id })
  if (assistant_id === undefined)
    throw invalid('assistant_id', 'для поиска нужен ID ассистента', 'a search needs the ID of an assistant')
  return searchQuestions(ctx, await getAssistant(ctx, caller, assistant_id), { q, ...page })
}
