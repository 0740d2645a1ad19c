import { z } from 'zod'
import { Id, Page } from '../http/shapes.ts'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import type { Dialog } from './dialogs.ts'
import { MessageView } from './events.ts'

const HandoffStatus = z.enum(['none', 'requested', 'active', 'released'])

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const

export const DialogView = z
  .object({
    id: z.int(),
    assistant_id: z.int(),
    assistant_name: z.string(),
    assistant_active: z.boolean().meta({ description: 'Выключенный ассистент не отвечает' }),
    platform: z.enum(['telegram', 'website']),
    telegram_chat_id: z.string().nullable(),
    telegram_username: z.string().nullable(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    locale: z.enum(['ru', 'en']),
    status: z.enum(['active', 'archived']),
    handoff_status: HandoffStatus,
    handoff_reason: z.string().nullable(),
    handoff_requested_at: z.iso.datetime().nullable(),
    is_taken_over: z.boolean(),
    taken_over_by: z.int().nullable(),
    operator_name: z.string().nullable(),
    priority: z.enum(PRIORITIES),
    ai_off: z.boolean().meta({ description: 'Ассистент молчит и после возврата диалога' }),
    email: z.string().nullable(),
    external_id: z.string().nullable().meta({ description: 'Кем посетителя подписал сайт' }),
    unread: z.int().meta({ description: 'Сообщений посетителя, которых никто из сотрудников не видел' }),
    page_url: z.string().nullable(),
    page_title: z.string().nullable(),
    last_message: z.string().nullable(),
    last_message_time: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Dialog' })

export const GuestDialogView = DialogView.pick({
  id: true,
  status: true,
  handoff_status: true,
  is_taken_over: true,
  operator_name: true,
  ai_off: true,
  email: true,
  last_message: true,
  last_message_time: true,
  created_at: true,
}).meta({ id: 'GuestDialog' })

export const DialogList = z.object({ dialogs: z.array(DialogView), total: z.int(), has_more: z.boolean() })
export const GuestDialogList = z.object({ dialogs: z.array(GuestDialogView), total: z.int(), has_more: z.boolean() })

export const DialogQuery = Page.extend({
  status: z.enum(['active', 'archived']).optional(),
  handoff_status: HandoffStatus.optional(),
  platform: z.enum(['telegram', 'website']).optional(),
  assistant_id: Id.optional(),
  mine: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional()
    .meta({ override: { type: 'boolean' }, description: 'Только те, что веду я' }),
  visitor_of: Id.optional().meta({ description: 'Диалоги того же посетителя, что в этом' }),
  search: z.string().trim().min(1).max(100).optional(),
})

export const MessageQuery = Page.pick({ limit: true }).extend({ before_id: Id.optional(), after_id: Id.optional() })
export const MessageList = z.object({
  messages: z.array(MessageView),
  has_more: z.boolean(),
  last_event_id: z.int().meta({ description: 'С этого номера можно продолжать поток событий' }),
})

// 4096 is what Telegram takes in one message; longer would be cut there.
export const MessageText = z
  .string()
  .max(4096)
  .refine((text) => text.trim() !== '', 'empty')
export const ClientMessageId = z.string().regex(/^[\w-]{1,100}$/)

/** A dialog as the wire shows it; the past of a handoff that is over stays in its history. */
export function viewOf(dialog: Dialog): z.input<typeof DialogView> {
  return {
    ...dialog,
    handoff_status: dialog.handoff_status === 'cancelled' ? 'none' : dialog.handoff_status,
    handoff_requested_at: toIsoOrNull(dialog.handoff_requested_at),
    is_taken_over: dialog.handoff_status === 'active',
    taken_over_by: dialog.handoff_operator_id,
    operator_name: dialog.handoff_operator_name,
    priority: PRIORITIES[dialog.handoff_priority] ?? 'normal',
    ai_off: dialog.ai_off === 1,
    assistant_active: dialog.assistant_active === 1,
    unread: Number(dialog.unread ?? 0),
    last_message: dialog.last_message,
    last_message_time: toIsoOrNull(dialog.last_message_time),
    created_at: toIso(dialog.created_at),
  }
}
