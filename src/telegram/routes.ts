import { z } from 'zod'
import { getAssistant } from '../assistants/assistants.ts'
import { connectBot, getBot, listBots, removeBot, switchBot, testBot } from '../bots/bots.ts'
import { errors } from '../bots/errors.ts'
import { BotToken, BotView, viewOf } from '../bots/shapes.ts'
import { type Call, route } from '../http/route.ts'
import { BodyId, Done, Id } from '../http/shapes.ts'

const tag = 'Telegram'
const params = z.object({ id: Id })
const refusals = [errors.INVALID_TELEGRAM_TOKEN, errors.BOT_STARTUP_FAILED]

export const list = route({
  method: 'get',
  path: '/api/bots',
  tag,
  summary: 'Боты и как они себя чувствуют',
  access: 'user',
  response: z.array(BotView),
  counted: true,
  handler: async (call) => {
    const bots = await listBots(call.ctx, { tenant_id: call.caller.tenant_id, is_admin: false })
    return { rows: bots.map((bot) => viewOf(bot, at(call))), total: bots.length }
  },
})

export const connect = route({
  method: 'post',
  path: '/api/bots',
  tag,
  summary: 'Подключить бота к ассистенту; тот же бот ещё раз — новый токен',
  access: 'user',
  body: z.object({ assistant_id: BodyId, token: BotToken }),
  status: 201,
  response: BotView,
  errors: [...refusals, errors.BOT_ALREADY_EXISTS],
  handler: async (call) => {
    const { ctx, caller, body } = call
    const { id: assistant_id, tenant_id } = await getAssistant(ctx, caller, body.assistant_id)
    return viewOf(await connectBot(ctx, { tenant_id, assistant_id }, body.token), at(call))
  },
})

export const one = route({
  method: 'get',
  path: '/api/bots/:id',
  tag,
  summary: 'Один бот',
  access: 'user',
  params,
  response: BotView,
  handler: async (call) => viewOf(await getBot(call.ctx, call.caller, call.params.id), at(call)),
})

export const remove = route({
  method: 'delete',
  path: '/api/bots/:id',
  tag,
  summary: 'Отключить бота; его диалоги остаются',
  access: 'user',
  params,
  response: Done,
  handler: async ({ ctx, caller, params }) => {
    await removeBot(ctx, caller, params.id)
    return { success: true }
  },
})

const change = { method: 'post', tag, access: 'user', params, response: BotView } as const

export const start = route({
  ...change,
  path: '/api/bots/:id/start',
  summary: 'Запустить бота',
  handler: async (call) => viewOf(await switchBot(call.ctx, call.caller, { id: call.params.id, on: true }), at(call)),
})

export const stop = route({
  ...change,
  path: '/api/bots/:id/stop',
  summary: 'Остановить бота: что ему напишут, Telegram хранит сутки',
  handler: async (call) => viewOf(await switchBot(call.ctx, call.caller, { id: call.params.id, on: false }), at(call)),
})

export const test = route({
  method: 'post',
  path: '/api/bots/:id/test',
  tag,
  summary: 'Спросить Telegram, принимает ли он токен',
  access: 'user',
  params,
  response: z.object({ username: z.string(), ms: z.int() }),
  errors: refusals,
  handler: ({ ctx, caller, params }) => testBot(ctx, caller, params.id),
})

function at({ ctx, locale }: Pick<Call<'user', undefined, undefined, undefined>, 'ctx' | 'locale'>) {
  return { now: ctx.now(), locale }
}
