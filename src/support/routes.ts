import { z } from 'zod'
import { route } from '../http/route.ts'
import { BodyId, Done } from '../http/shapes.ts'
import { getTalk, getTicket, listTickets, markRead, ownOf } from './find.ts'
import {
  Created,
  Filter,
  NewTicket,
  pageOf,
  Reply,
  Said,
  saidOf,
  TalkView,
  TicketId,
  TicketView,
  tag,
  talkOf,
  viewOf,
} from './shapes.ts'
import { reply as replyTo } from './talk.ts'
import { changeTicket, openTicket } from './tickets.ts'

const params = z.object({ id: TicketId })

export const create = route({
  method: 'post',
  path: '/api/support/ticket',
  tag,
  summary: 'Создание тикета в службу поддержки. Idempotency-Key защищает от повтора',
  access: 'user',
  body: NewTicket,
  status: 201,
  response: Created,
  handler: async ({ ctx, caller, body, idempotency_key, locale }) => ({
    ...viewOf(await openTicket(ctx, caller, { ...body, idempotency_key }), locale),
    status: 'created',
  }),
})

export const list = route({
  method: 'get',
  path: '/api/support/tickets',
  tag,
  summary: 'Список тикетов пользователя, новые сверху',
  access: 'user',
  query: Filter,
  response: z.array(TicketView),
  counted: true,
  handler: async ({ ctx, caller, query, locale }) => pageOf(await listTickets(ctx, ownOf(caller), query), locale),
})

export const one = route({
  method: 'get',
  path: '/api/support/tickets/:id',
  tag,
  summary: 'Тикет и переписка в нём',
  access: 'user',
  params,
  response: TalkView,
  handler: async ({ ctx, caller, params, locale }) => talkOf(await getTalk(ctx, ownOf(caller), params.id), locale),
})

export const reply = route({
  method: 'post',
  path: '/api/support/tickets/:id/reply',
  tag,
  summary: 'Ответ на тикет; закрытый открывается снова. Idempotency-Key защищает от повтора',
  access: 'user',
  params,
  body: Reply,
  status: 201,
  response: Said,
  handler: async ({ ctx, caller, params, body, idempotency_key }) =>
    saidOf(await replyTo(ctx, caller, params.id, { ...body, idempotency_key })),
})

export const read = route({
  method: 'post',
  path: '/api/support/tickets/:id/read',
  tag,
  summary: 'Ответы до этого прочитаны',
  access: 'user',
  params,
  body: z.object({ message_id: BodyId }),
  response: Done,
  handler: async ({ ctx, caller, params, body }) => {
    await markRead(ctx, caller, params.id, body.message_id)
    return { success: true }
  },
})

export const close = route({
  method: 'post',
  path: '/api/support/tickets/:id/close',
  tag,
  summary: 'Вопрос решён',
  access: 'user',
  params,
  response: TicketView,
  handler: async ({ ctx, caller, params, locale }) => {
    await changeTicket(ctx, ownOf(caller), params.id, { status: 'closed' })
    return viewOf(await getTicket(ctx, ownOf(caller), params.id), locale)
  },
})
