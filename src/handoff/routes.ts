import { z } from 'zod'
import { getDialog } from '../dialogs/dialogs.ts'
import { MessageView } from '../dialogs/events.ts'
import { viewOf as messageView } from '../dialogs/messages.ts'
import { ClientMessageId, MessageText } from '../dialogs/shapes.ts'
import { route } from '../http/route.ts'
import { Done, Id } from '../http/shapes.ts'
import { handoffStatus } from './desk/status.ts'
import { errors } from './errors.ts'
import { cancelHandoff, requestHandoff } from './request.ts'
import {
  CancelBody,
  ReleaseBody,
  ReleasedView,
  RequestBody,
  RequestView,
  StatusView,
  TakeBody,
  TakenView,
} from './shapes.ts'
import { noteTyping, sayAsOperator } from './speak.ts'
import { releaseDialog, takeDialog, transferDialog } from './take.ts'

const tag = 'Handoff'
const params = z.object({ id: Id })
const done = { success: true } as const

export const request = route({
  method: 'post',
  path: '/api/dialogs/:id/handoff/request',
  tag,
  summary: 'Позвать оператора; тот же request_id — тот же ответ',
  access: 'staff',
  params,
  body: RequestBody,
  response: RequestView,
  errors: [errors.HANDOFF_ALREADY_REQUESTED, errors.HANDOFF_CONFLICT, errors.HANDOFF_RATE_LIMIT],
  handler: async ({ ctx, caller, params, body }) =>
    requestHandoff(ctx, await getDialog(ctx, caller, params.id), { ...body, by: 'staff' }),
})

const take = {
  method: 'post',
  tag,
  access: 'staff',
  params,
  body: TakeBody,
  response: TakenView,
} as const
const refusals = [errors.HANDOFF_CONFLICT, errors.OPERATOR_CAPACITY_EXCEEDED]

export const takeover = route({
  ...take,
  path: '/api/dialogs/:id/handoff/takeover',
  summary: 'Принять диалог по запросу: из многих один выигрывает',
  errors: [...refusals, errors.HANDOFF_NOT_FOUND],
  handler: ({ ctx, caller, params, body }) => takeDialog(ctx, caller, { ...body, dialog_id: params.id, strict: true }),
})

export const takeAnyway = route({
  ...take,
  path: '/api/dialogs/:id/handoff/take',
  summary: 'Принять диалог, и без запроса',
  errors: refusals,
  handler: ({ ctx, caller, params, body }) => takeDialog(ctx, caller, { ...body, dialog_id: params.id, strict: false }),
})

export const release = route({
  method: 'post',
  path: '/api/dialogs/:id/handoff/release',
  tag,
  summary: 'Вернуть диалог ассистенту или закончить его',
  access: 'staff',
  params,
  body: ReleaseBody,
  response: ReleasedView,
  errors: [errors.HANDOFF_NOT_FOUND, errors.HANDOFF_CONFLICT],
  handler: ({ ctx, caller, params, body }) => releaseDialog(ctx, caller, { ...body, dialog_id: params.id }),
})

export const cancel = route({
  method: 'post',
  path: '/api/dialogs/:id/handoff/cancel',
  tag,
  summary: 'Отменить запрос, пока никто не пришёл',
  access: 'staff',
  params,
  body: CancelBody,
  response: Done,
  errors: [errors.HANDOFF_NOT_FOUND, errors.HANDOFF_CONFLICT],
  handler: async ({ ctx, caller, params, body }) => {
    await cancelHandoff(ctx, await getDialog(ctx, caller, params.id), body)
    return done
  },
})

export const transfer = route({
  method: 'post',
  path: '/api/dialogs/:id/handoff/transfer',
  tag,
  summary: 'Передать диалог коллеге, без operator_id — в начало очереди',
  access: 'staff',
  params,
  body: z.object({ operator_id: z.int().positive().optional() }),
  response: StatusView,
  errors: [errors.HANDOFF_NOT_FOUND, errors.HANDOFF_CONFLICT, errors.OPERATOR_CAPACITY_EXCEEDED],
  handler: async ({ ctx, caller, params, body, locale }) => {
    await transferDialog(ctx, caller, { ...body, dialog_id: params.id })
    return handoffStatus(ctx, await getDialog(ctx, caller, params.id), locale)
  },
})

export const status = route({
  method: 'get',
  path: '/api/dialogs/:id/handoff/status',
  tag,
  summary: 'Кто ведёт диалог, место в очереди, оценка ожидания',
  access: 'staff',
  params,
  response: StatusView,
  handler: async ({ ctx, caller, params, locale }) =>
    handoffStatus(ctx, await getDialog(ctx, caller, params.id), locale),
})

export const say = route({
  method: 'post',
  path: '/api/dialogs/:id/messages',
  tag: 'Диалоги',
  summary: 'Сообщение оператора: свободный диалог оно принимает; с client_message_id повтор безопасен',
  access: 'staff',
  params,
  body: z.object({
    text: MessageText,
    operator_name: z.string().trim().max(100).optional(),
    client_message_id: ClientMessageId.optional(),
  }),
  status: 201,
  response: MessageView,
  errors: [errors.HANDOFF_CONFLICT, errors.OPERATOR_CAPACITY_EXCEEDED],
  handler: async ({ ctx, caller, params, body, idempotency_key }) =>
    messageView(await sayAsOperator(ctx, caller, { ...body, dialog_id: params.id, idempotency_key })),
})

export const typing = route({
  method: 'post',
  path: '/api/dialogs/:id/typing',
  tag: 'Диалоги',
  summary: 'Показать посетителю, что оператор пишет',
  access: 'staff',
  params,
  response: Done,
  handler: async ({ ctx, caller, params }) => {
    await noteTyping(ctx, caller, params.id)
    return done
  },
})
