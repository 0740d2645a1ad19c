import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Dialog } from '../../dialogs/dialogs.ts'
import { handoffStatus } from '../../handoff/desk/status.ts'
import { errors } from '../../handoff/errors.ts'
import { cancelHandoff, requestHandoff } from '../../handoff/request.ts'
import { CancelBody, RequestBody, RequestView, StatusView } from '../../handoff/shapes.ts'
import { noteVisitorTyping } from '../../handoff/speak.ts'
import { route } from '../../http/route.ts'
import { Done } from '../../http/shapes.ts'
import { both, dialogOf, params, visitorLimit } from '../visitors.ts'

const tag = 'Виджет'
const done = { success: true } as const

const VisitorStatus = StatusView.pick({
  dialog_id: true,
  status: true,
  requested_at: true,
  started_at: true,
  resolved_at: true,
  queue_position: true,
  estimated_wait_minutes: true,
  estimated_wait_time: true,
  operators_online: true,
})
  .extend({
    operator_name: z.string().nullable().meta({ description: 'Кто сейчас ведёт диалог' }),
    nobody_came: z.boolean().meta({ description: 'Никто не пришёл вовремя: можно оставить e-mail' }),
    contact_left: z.boolean().meta({ description: 'E-mail посетителя уже известен' }),
    is_closed: z.boolean().meta({ description: 'Диалог закончен; следующий открывает POST /dialogs' }),
  })
  .meta({ id: 'VisitorHandoffStatus' })

export const request = route({
  ...both('/dialogs/:id/handoff/request'),
  method: 'post',
  tag,
  summary: 'Позвать человека; тот же request_id — тот же ответ',
  access: 'visitor',
  params,
  body: RequestBody,
  response: RequestView,
  errors: [errors.HANDOFF_ALREADY_REQUESTED, errors.HANDOFF_CONFLICT, errors.HANDOFF_RATE_LIMIT],
  handler: async (call) => requestHandoff(call.ctx, await dialogOf(call), { ...call.body, by: 'visitor' }),
})

export const cancel = route({
  ...both('/dialogs/:id/handoff/cancel'),
  method: 'post',
  tag,
  summary: 'Больше не ждать человека',
  access: 'visitor',
  limits: [visitorLimit('cancel')],
  params,
  body: CancelBody,
  response: Done,
  errors: [errors.HANDOFF_NOT_FOUND, errors.HANDOFF_CONFLICT],
  handler: async (call) => {
    await cancelHandoff(call.ctx, await dialogOf(call), call.body)
    return done
  },
})

export const status = route({
  ...both('/dialogs/:id/handoff/status'),
  method: 'get',
  tag,
  summary: 'Идёт ли человек, кто он и сколько ещё ждать',
  access: 'visitor',
  params,
  response: VisitorStatus,
  handler: async (call) => visitorStatus(call.ctx, await dialogOf(call)),
})

export const typing = route({
  ...both('/dialogs/:id/typing'),
  method: 'post',
  tag,
  summary: 'Посетитель печатает: сотрудники это видят; чаще раза в три секунды незачем',
  access: 'visitor',
  limits: [visitorLimit('typing')],
  params,
  response: Done,
  handler: async (call) => {
    noteVisitorTyping(call.ctx, await dialogOf(call))
    return done
  },
})

async function visitorStatus(ctx: Context, dialog: Dialog) {
  const status = await handoffStatus(ctx, dialog, dialog.locale)
  return {
    ...status,
    operator_name: status.assigned_manager?.name ?? null,
    contact_left: dialog.email !== null,
    is_closed: dialog.status === 'archived',
  }
}
