import { z } from 'zod'
import { Id, Page } from '../http/shapes.ts'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import type { Dialog } from './dialogs.ts'
import { MessageView } from './events.ts'

const HandoffStatus = z.enum(['none', 'requested', 'active', 'released'])

export const DialogView = z
  .object({
    id: z.int(),
    assistant_id: z.int(),
    assistant_name: z.string(),
    platform: z.enum(['telegram', 'website']),
    telegram_chat_id: z.string().nullable(),
    telegram_username: z.string().nullable(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    status: z.enum(['active', 'archived']),
    handoff_status: HandoffStatus,
    handoff_reason: z.string().nullable(),
    handoff_requested_at: z.iso.datetime().nullable(),
    is_taken_over: z.boolean(),
    taken_over_by: z.int().nullable(),
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

/** A dialog as the wire shows it. Nobody can be asked to take it over yet, so the handoff fields say so. */
export function viewOf(dialog: Dialog): z.input<typeof DialogView> {
  return {
    ...dialog,
    telegram_chat_id: null,
    telegram_username: null,
    handoff_status: dialog.handoff_status === 'cancelled' ? 'none' : dialog.handoff_status,
    handoff_reason: null,
    handoff_requested_at: null,
    is_taken_over: dialog.handoff_status === 'active',
    taken_over_by: null,
    last_message: dialog.last_message,
    last_message_time: toIsoOrNull(dialog.last_message_time),
    created_at: toIso(dialog.created_at),
  }
}
