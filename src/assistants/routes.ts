import { z } from 'zod'
import { botsByAssistant } from '../bots/bots.ts'
import { errors as bots } from '../bots/errors.ts'
import type { Context } from '../context.ts'
import { route } from '../http/route.ts'
import { Done, Id, Page } from '../http/shapes.ts'
import {
  type Assistant,
  changeAssistant,
  countAssistants,
  createAssistant,
  deleteAssistant,
  getAssistant,
  listAssistants,
  rotateSiteToken,
} from './assistants.ts'
import { identitySecret } from './identity.ts'
import { promptTemplates } from './prompts.ts'
import { AssistantChange, AssistantView, NewAssistant, viewOf } from './shapes.ts'
import { embedTag } from './sites.ts'

const tag = 'Ассистенты'
const params = z.object({ id: Id })
const refusals = [bots.INVALID_TELEGRAM_TOKEN, bots.BOT_ALREADY_EXISTS, bots.BOT_STARTUP_FAILED]

export const list = route({
  method: 'get',
  path: '/api/assistants',
  tag,
  summary: 'Ассистенты пользователя',
  access: 'user',
  query: Page,
  response: z.array(AssistantView),
  counted: true,
  handler: async ({ ctx, caller, query }) => ({
    rows: await allShown(ctx, await listAssistants(ctx, caller.tenant_id, query)),
    total: await countAssistants(ctx, caller.tenant_id),
  }),
})

export const create = route({
  method: 'post',
  path: '/api/assistants',
  tag,
  summary: 'Создание ассистента',
  access: 'user',
  body: NewAssistant,
  status: 201,
  response: AssistantView,
  errors: refusals,
  handler: async ({ ctx, caller, body }) => shown(ctx, await createAssistant(ctx, caller.tenant_id, body)),
})

export const templates = route({
  method: 'get',
  path: '/api/assistants/templates',
  tag,
  summary: 'Готовые инструкции: поддержка, продажи, вопросы и ответы, универсальная',
  access: 'user',
  response: z.array(
    z.object({
      template: z.string(),
      locale: z.enum(['ru', 'en']),
      name: z.string(),
      description: z.string(),
      system_prompt: z.string(),
    }),
  ),
  handler: async () => promptTemplates(),
})

export const one = route({
  method: 'get',
  path: '/api/assistants/:id',
  tag,
  summary: 'Один ассистент',
  access: 'user',
  params,
  response: AssistantView,
  handler: async ({ ctx, caller, params }) => shown(ctx, await getAssistant(ctx, caller, params.id)),
})

const change = {
  path: '/api/assistants/:id',
  tag,
  summary: 'Изменение ассистента (только переданные поля)',
  access: 'user',
  params,
  body: AssistantChange,
  response: AssistantView,
  errors: refusals,
} as const
export const put = route({
  ...change,
  method: 'put',
  handler: async ({ ctx, caller, params, body }) =>
    shown(ctx, await changeAssistant(ctx, caller, { ...body, ...params })),
})
export const patch = route({
  ...change,
  method: 'patch',
  handler: async ({ ctx, caller, params, body }) =>
    shown(ctx, await changeAssistant(ctx, caller, { ...body, ...params })),
})

export const remove = route({
  method: 'delete',
  path: '/api/assistants/:id',
  tag,
  summary: 'Удаление ассистента вместе с его знаниями',
  access: 'user',
  params,
  response: Done,
  handler: async ({ ctx, caller, params }) => {
    await deleteAssistant(ctx, caller, params.id)
    return { success: true }
  },
})

export const rotate = route({
  method: 'post',
  path: '/api/assistants/:id/site-token',
  tag,
  summary: 'Новый site_token; прежний перестаёт работать',
  access: 'user',
  params,
  response: AssistantView,
  handler: async ({ ctx, caller, params }) => shown(ctx, await rotateSiteToken(ctx, caller, params.id)),
})

export const embed = route({
  method: 'get',
  path: '/api/assistants/:id/embed',
  tag,
  summary: 'Тег для вставки виджета на сайт',
  access: 'user',
  params,
  response: z.object({ tag: z.string(), site_token: z.string(), allowed_domains: z.array(z.string()) }),
  handler: async ({ ctx, caller, params, base_url }) => {
    const assistant = await getAssistant(ctx, caller, params.id)
    return { ...assistant, tag: embedTag(assistant, base_url) }
  },
})

export const secret = route({
  method: 'get',
  path: '/api/assistants/:id/identity-secret',
  tag,
  summary: 'Секрет, которым сервер сайта подписывает посетителей; меняется вместе с site_token',
  access: 'user',
  params,
  response: z.object({ secret: z.string() }),
  handler: async ({ ctx, caller, params }) => ({
    secret: identitySecret(ctx, await getAssistant(ctx, caller, params.id)),
  }),
})

async function shown(ctx: Context, assistant: Assistant) {
  return (await allShown(ctx, [assistant]))[0]
}

async function allShown(ctx: Context, assistants: Assistant[]) {
  const bots = await botsByAssistant(
    ctx,
    assistants.map((one) => one.id),
  )
  return assistants.map((one) => viewOf(one, bots.get(one.id)))
}
