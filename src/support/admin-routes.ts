import { z } from 'zod'
import { EVERYBODY } from '../db/tenant.ts'
import { route } from '../http/route.ts'
import { errors } from './errors.ts'
import { getTalk, getTicket, listTickets } from './find.ts'
import {
  Filter,
  PRIORITIES,
  pageOf,
  Reply,
  Said,
  STATUSES,
  saidOf,
  TalkView,
  TicketId,
  TicketView,
  tag,
  talkOf,
  viewOf,
} from './shapes.ts'
import { answer as answerTo } from './talk.ts'
import { changeTicket } from './tickets.ts'

const params = z.object({ id: TicketId })

export const listAll = route({
  method: 'get',
  path: '/api/admin/support/tickets',
  tag,
  summary: 'Обращения всех владельцев, новые сверху',
  access: 'admin',
  query: Filter,
  response: z.array(TicketView),
  counted: true,
  handler: async ({ ctx, query, locale }) => pageOf(await listTickets(ctx, EVERYBODY, query), locale),
})

export const oneOfAll = route({
  method: 'get',
  path: '/api/admin/support/tickets/:id',
  tag,
  summary: 'Обращение и переписка в нём',
  access: 'admin',
  params,
  response: TalkView,
  handler: async ({ ctx, params, locale }) => talkOf(await getTalk(ctx, EVERYBODY, params.id), locale),
})

export const answer = route({
  method: 'post',
  path: '/api/admin/support/tickets/:id/reply',
  tag,
  summary: 'Ответить владельцу. Idempotency-Key защищает от повтора',
  access: 'admin',
  params,
  body: Reply,
  status: 201,
  response: Said,
  handler: async ({ ctx, caller, params, body, idempotency_key }) =>
    saidOf(await answerTo(ctx, caller, params.id, { ...body, idempotency_key })),
})

export const change = route({
  method: 'patch',
  path: '/api/admin/support/tickets/:id',
  tag,
  summary: 'Изменить состояние или срочность обращения',
  access: 'admin',
  params,
  body: z.object({
    status: z.enum(STATUSES).optional(),
    priority: z.enum(PRIORITIES).optional(),
    seen_message_id: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'Последнее прочитанное: с ним непрочитанное не закроется' }),
  }),
  response: TicketView,
  errors: [errors.TICKET_CHANGED],
  handler: async ({ ctx, params, body, locale }) => {
    await changeTicket(ctx, EVERYBODY, params.id, body)
    return viewOf(await getTicket(ctx, EVERYBODY, params.id), locale)
  },
})
