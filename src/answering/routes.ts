import { z } from 'zod'
import { getAssistant } from '../assistants/assistants.ts'
import { errors as billing } from '../billing/errors.ts'
import { route } from '../http/route.ts'
import { Id, Page } from '../http/shapes.ts'
import { Evidence, explain } from './evidence.ts'
import { listUnanswered, tryQuestion } from './try.ts'

const params = z.object({ id: Id })

export const evidence = route({
  method: 'get',
  path: '/api/messages/:id/evidence',
  tag: 'Диалоги',
  summary: 'На чём стоит ответ: фрагменты, оценки, маршрут, токены, время',
  access: 'staff',
  params,
  response: Evidence,
  handler: ({ ctx, caller, params }) => explain(ctx, caller, params.id),
})

export const ask = route({
  method: 'post',
  path: '/api/assistants/:id/ask',
  tag: 'Ассистенты',
  summary: 'Попробовать вопрос: ответ, как его получил бы посетитель; ничего не сохраняется',
  access: 'user',
  params,
  body: z.object({ question: z.string().trim().min(1).max(4096) }),
  response: z.object({
    answered: z.boolean(),
    answer: z.string(),
    confidence: z.number(),
    route: z.string(),
    wish: z.boolean().meta({ description: 'Вместо ответа был бы позван человек' }),
    sources: z.array(
      z.object({ n: z.int(), title: z.string(), text: z.string(), score: z.number(), document_id: z.int().nullable() }),
    ),
    ms: z.int(),
  }),
  errors: [billing.INSUFFICIENT_BALANCE],
  handler: async ({ ctx, caller, params, body, locale }) =>
    tryQuestion(ctx, await getAssistant(ctx, caller, params.id), { ...body, locale }),
})

export const unanswered = route({
  method: 'get',
  path: '/api/assistants/:id/unanswered',
  tag: 'Ассистенты',
  summary: 'Вопросы, на которые ответа не нашлось, новые сверху',
  access: 'user',
  params,
  query: Page,
  response: z.object({
    rows: z.array(
      z.object({ message_id: z.int(), dialog_id: z.int(), question: z.string(), created_at: z.iso.datetime() }),
    ),
    total: z.int(),
  }),
  handler: async ({ ctx, caller, params, query }) =>
    listUnanswered(ctx, await getAssistant(ctx, caller, params.id), query),
})
