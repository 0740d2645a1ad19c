import { z } from 'zod'
import { errors as assistants } from '../../assistants/errors.ts'
import { assertSigned } from '../../assistants/identity.ts'
import { identifyVisitor, leaveContact, rateAnswer } from '../../dialogs/visitors.ts'
import { route } from '../../http/route.ts'
import { BodyId, Done } from '../../http/shapes.ts'
import { makeDialogCode } from '../../telegram/codes.ts'
import { errors } from '../errors.ts'
import { assistantOf, both, dialogOf, params, visitorLimit } from '../visitors.ts'

const tag = 'Виджет'
const done = { success: true } as const
const Name = z.string().trim().min(1).max(100)
const Email = z.email().max(254) // the longest address of RFC 5321

export const rating = route({
  ...both('/dialogs/:id/rating'),
  method: 'post',
  tag,
  summary: 'Оценка ответа или, без message_id, всего диалога; новая заменяет прежнюю',
  access: 'visitor',
  limits: [visitorLimit('rating')],
  params,
  body: z.object({
    message_id: BodyId.optional(),
    rating: z.enum(['up', 'down']),
    comment: z.string().trim().max(1000).optional(),
  }),
  response: Done,
  handler: async (call) => {
    await rateAnswer(call.ctx, await dialogOf(call), call.body)
    return done
  },
})

export const contact = route({
  ...both('/dialogs/:id/contact'),
  method: 'post',
  tag,
  summary: 'Адрес, по которому посетителю ответят',
  access: 'visitor',
  limits: [visitorLimit('contact')],
  params,
  body: z.object({ email: Email, name: Name.optional() }),
  response: Done,
  handler: async (call) => {
    await leaveContact(call.ctx, await dialogOf(call), call.body)
    return done
  },
})

export const identify = route({
  ...both('/identify'),
  method: 'post',
  tag,
  summary: 'Кто этот посетитель: подписано сервером сайта. Имя и адрес не подписаны, их называет страница',
  access: 'visitor',
  limits: [visitorLimit('identify')],
  body: z.object({
    external_id: z.string().trim().min(1).max(200),
    name: Name.optional(),
    email: Email.optional(),
    hash: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/)
      .meta({
        description:
          'HMAC-SHA256 (hex) строки external_id; с expires_at — строки external_id, перевода строки (\\n) и expires_at. Ключ — секрет из /api/assistants/{id}/identity-secret, как он показан',
      }),
    expires_at: z.int().positive().optional().meta({ description: 'До какого момента годна подпись, мс с 1970 года' }),
  }),
  response: Done.extend({ dialogs: z.int().meta({ description: 'Сколько открытых диалогов теперь подписано' }) }),
  errors: [assistants.IDENTITY_NOT_VERIFIED],
  handler: async ({ ctx, caller, body }) => {
    assertSigned(ctx, await assistantOf(ctx, caller), body)
    return { ...done, dialogs: await identifyVisitor(ctx, caller, body) }
  },
})

export const telegramLink = route({
  ...both('/dialogs/:id/telegram-link'),
  method: 'post',
  tag,
  summary: 'Ссылка, по которой разговор продолжается в Telegram; работает один раз, 15 минут',
  access: 'visitor',
  limits: [visitorLimit('link')],
  params,
  response: z.object({ url: z.url() }),
  errors: [errors.TELEGRAM_NOT_CONNECTED],
  handler: async (call) => {
    const link = await makeDialogCode(call.ctx, await dialogOf(call))
    if (!link) throw errors.TELEGRAM_NOT_CONNECTED()
    return link
  },
})
