import { z } from 'zod'
import { errors } from '../errors.ts'
import { route } from '../http/route.ts'
import { Done, Id, Page } from '../http/shapes.ts'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import type { Module } from '../module.ts'
import { addToken, editToken, listTokens, removeToken, type Token, testToken } from './tokens.ts'

const tag = 'AI'
const Limit = z.int().positive().max(1_000_000_000).nullable()
const ModelName = z.string().regex(/^[\w.:@/-]{1,150}$/, 'letters, digits and . : @ / - _')

// No defaults here: a partial edit must not fill in what it leaves out.
const fields = {
  name: z.string().trim().min(1).max(100),
  // Visible ASCII, as an HTTP header takes it; anything else is a slip of the clipboard.
  token: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{4,512}$/, 'the key itself, without spaces')
    .meta({ description: 'Ключ провайдера; в ответах только подсказка' }),
  provider: z.enum(['openai', 'yandex']).meta({ description: 'openai — любой совместимый API' }),
  base_url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .meta({ description: 'Адрес API, если он не обычный' }),
  model_access: z.array(ModelName).min(1).max(50),
  daily_limit: Limit.meta({ description: 'Запросов в сутки (UTC); null — без ограничения' }),
  monthly_limit: Limit.meta({ description: 'Запросов в месяц (UTC); null — без ограничения' }),
  priority: z.int().min(1).max(100).meta({ description: '1 — первый' }),
  is_active: z.boolean(),
  notes: z.string().max(1000),
}

const NewToken = z.object({
  ...fields,
  provider: fields.provider.default('openai'),
  base_url: fields.base_url.default(null),
  daily_limit: fields.daily_limit.default(null),
  monthly_limit: fields.monthly_limit.default(null),
  priority: fields.priority.default(1),
  is_active: fields.is_active.default(true),
  notes: fields.notes.default(''),
})
const TokenChange = z.object(fields).partial()

const TokenView = z
  .object({
    ...fields,
    id: z.int(),
    token: z.string().meta({ description: 'Подсказка, не сам ключ' }),
    daily_usage: z.int(),
    monthly_usage: z.int(),
    parked_until: z.iso.datetime().nullable().meta({ description: 'Отдыхает до этого времени' }),
    parked_reason: z.string().nullable().meta({ description: 'Почему отдыхает; без времени — пока его не изменят' }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'AiToken' })
const TestResult = z.object({
  ok: z.boolean(),
  cause: z.string().nullable(),
  model: z.string(),
  message: z.string(),
  ms: z.int(),
})

const ById = z.object({ id: Id })

const list = route({
  method: 'get',
  path: '/api/admin/ai-tokens',
  tag,
  summary: 'Управление AI токенами',
  access: 'admin',
  query: Page,
  response: z.array(TokenView),
  counted: true,
  handler: async ({ ctx, query }) => {
    const { rows, total } = await listTokens(ctx, query)
    return { rows: rows.map(onWire), total }
  },
})

const add = route({
  method: 'post',
  path: '/api/admin/ai-tokens',
  tag,
  summary: 'Создание AI токена',
  access: 'admin',
  body: NewToken,
  response: TokenView,
  status: 201,
  handler: async ({ ctx, body }) => onWire(await addToken(ctx, body)),
})

const edit = route({
  method: 'patch',
  path: '/api/admin/ai-tokens/:id',
  tag,
  summary: 'Изменение AI токена; отдыхающий снова в работе',
  access: 'admin',
  params: ById,
  body: TokenChange,
  response: TokenView,
  errors: [errors.NOT_FOUND],
  handler: async ({ ctx, params, body }) => onWire(await editToken(ctx, params.id, body)),
})

const remove = route({
  method: 'delete',
  path: '/api/admin/ai-tokens/:id',
  tag,
  summary: 'Удаление AI токена',
  access: 'admin',
  params: ById,
  response: Done,
  errors: [errors.NOT_FOUND],
  handler: async ({ ctx, params }) => {
    await removeToken(ctx, params.id)
    return { success: true }
  },
})

const test = route({
  method: 'post',
  path: '/api/admin/ai-tokens/:id/test',
  tag,
  summary: 'Проверка AI токена одним коротким запросом',
  access: 'admin',
  params: ById,
  response: TestResult,
  errors: [errors.NOT_FOUND],
  handler: async ({ ctx, params, locale }) => {
    const { texts, ...result } = await testToken(ctx, params.id)
    return { ...result, message: texts[locale] }
  },
})

export const llm: Module = { name: 'llm', routes: [list, add, edit, remove, test] }

function onWire(token: Token): z.input<typeof TokenView> {
  return { ...token, created_at: toIso(token.created_at), parked_until: toIsoOrNull(token.parked_until) }
}
