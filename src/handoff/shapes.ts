import { z } from 'zod'
import { PRIORITIES } from '../dialogs/shapes.ts'
import { REASONS } from './request.ts'

export const RequestId = z
  .string()
  .regex(/^[\w-]{1,100}$/)
  .meta({ description: 'Повтор с тем же id — тот же запрос' })

export const RequestBody = z.object({
  reason: z.enum(REASONS).default('manual'),
  request_id: RequestId.optional(),
  last_user_text: z.string().max(4096).optional(),
})

export const RequestView = z
  .object({
    status: z.literal('requested'),
    dialog_id: z.int(),
    reason: z.string(),
    queue_position: z.int(),
    estimated_wait_time: z.string(),
    estimated_wait_minutes: z.int(),
    request_id: z.string(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'HandoffRequest' })

export const TakeBody = z.object({
  operator_id: z.int().positive().optional(),
  operator_name: z.string().trim().max(100).optional(),
  operator_comment: z.string().max(500).optional().meta({ description: 'Виден только коллегам' }),
})

export const TakenView = z
  .object({
    status: z.literal('active'),
    dialog_id: z.int(),
    operator: z.object({ id: z.int(), name: z.string(), email: z.string() }),
    taken_at: z.iso.datetime(),
  })
  .meta({ id: 'Takeover' })

export const ReleaseBody = z.object({
  resolution: z.enum(['completed', 'unresolved', 'transferred', 'spam']).optional(),
  operator_comment: z.string().max(500).optional(),
  return_to_ai: z.boolean().optional(),
})

export const ReleasedView = z
  .object({
    status: z.literal('released'),
    dialog_id: z.int(),
    resolution: z.string().nullable(),
    return_to_ai: z.boolean(),
    released_at: z.iso.datetime(),
    operator: z.object({ id: z.int(), name: z.string() }),
  })
  .meta({ id: 'Release' })

export const CancelBody = z.object({
  cancel_reason: z.string().max(100).optional(),
  comment: z.string().max(500).optional(),
})

export const StatusView = z
  .object({
    dialog_id: z.int(),
    status: z.enum(['none', 'requested', 'active', 'released']),
    assigned_manager: z.object({ id: z.int(), name: z.string(), avatar: z.null() }).nullable(),
    reason: z.string().nullable(),
    request_id: z.string().nullable(),
    requested_at: z.iso.datetime().nullable(),
    started_at: z.iso.datetime().nullable(),
    resolved_at: z.iso.datetime().nullable(),
    queue_position: z.int().nullable(),
    estimated_wait_minutes: z.int().nullable(),
    estimated_wait_time: z.string().nullable(),
    operators_online: z.int(),
  })
  .meta({ id: 'HandoffStatus' })

const Waiting = z.object({
  dialog_id: z.int(),
  user_info: z.object({ name: z.string(), platform: z.enum(['telegram', 'website']) }),
  assistant_name: z.string(),
  reason: z.string(),
  wait_time: z.string().meta({ description: 'ЧЧ:ММ:СС' }),
  priority: z.enum(PRIORITIES),
  last_message: z.string().nullable(),
  created_at: z.iso.datetime(),
})

export const QueueView = z
  .object({
    queue: z.array(Waiting),
    total_in_queue: z.int(),
    estimated_wait_time: z.string(),
    estimated_wait_minutes: z.int(),
  })
  .meta({ id: 'OperatorQueue' })

export const MyDialogsView = z
  .object({ dialogs: z.array(Waiting.extend({ taken_at: z.iso.datetime().nullable() })), total: z.int() })
  .meta({ id: 'MyDialogs' })

const Presence = z.enum(['available', 'busy', 'away', 'offline'])

export const HeartbeatView = z.object({ status: Presence, current_load: z.int(), max_capacity: z.int() })

export const TeamView = z.array(
  z.object({ operator_id: z.int(), name: z.string(), role: z.enum(['owner', 'operator']), ...HeartbeatView.shape }),
)

export const HeartbeatBody = z.object({
  // The first generation of clients says `online`.
  status: z
    .enum(['available', 'online', 'busy', 'away', 'offline'])
    .transform((status) => (status === 'online' ? 'available' : status)),
  current_load: z.int().min(0).max(1000).optional().meta({ description: 'Для сведения: нагрузку считает сервер' }),
  max_capacity: z.int().min(1).max(50).optional(),
})
