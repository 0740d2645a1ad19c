import { z } from 'zod'
import { event } from '../events/event.ts'

const Sender = z.enum(['user', 'assistant', 'operator', 'system'])

/** A passage an answer stands on, as the visitor may see it; `n` is its number in the answer. */
export const Source = z
  .object({ n: z.int(), document_id: z.int().nullable(), title: z.string(), text: z.string(), score: z.number() })
  .meta({ id: 'Source' })
export type Source = z.infer<typeof Source>

/** A file that came with a message. */
export const Attachment = z
  .object({ id: z.int(), name: z.string(), content_type: z.string(), size: z.int() })
  .meta({ id: 'Attachment' })
export type Attachment = z.infer<typeof Attachment>

export const MessageView = z
  .object({
    id: z.int(),
    sender: Sender,
    text: z.string(),
    created_at: z.iso.datetime(),
    client_message_id: z.string().nullable(),
    reply_to: z.int().nullable().meta({ description: 'Сообщение, на которое это ответ' }),
    operator_name: z.string().optional(),
    message_kind: z.enum(['text', 'system']).meta({ description: 'system: объявление, например «Анна подключилась»' }),
    answered: z.boolean().optional().meta({ description: 'false: честное «не знаю»' }),
    sources: z.array(Source),
    attachments: z.array(Attachment),
    delivery: z
      .enum(['pending', 'sent', 'failed', 'unknown'])
      .nullable()
      .meta({ description: 'Как далеко дошло сообщение в Telegram; null — туда не шло' }),
    edited_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Message' })
export type MessageView = z.infer<typeof MessageView>

/** The stream that numbers the facts of one dialog. */
export const dialogStream = (dialog_id: number) => `dialog:${dialog_id}`

/** The stream of what only staff hears about a dialog. */
export const deskStream = (dialog_id: number) => `desk:${dialog_id}`

const Place = z.object({ tenant_id: z.int(), assistant_id: z.int(), dialog_id: z.int() })

/** Something was said in a dialog; with where else it has to go, and whose turn it was. */
export const messageCreated = event(
  'dialog.message.created',
  Place.extend({
    message: MessageView,
    bot_id: z.int().nullable().default(null),
    telegram_chat_id: z.string().nullable().default(null),
    handoff_status: z.string().default('none'),
  }),
  ({ dialog_id }) => dialogStream(dialog_id),
)
export type MessageCreated = z.infer<typeof messageCreated.shape>

/** A message reads differently now: its sender edited it, or it got further on its way. */
export const messageUpdated = event(
  'dialog.message.updated',
  Place.extend({ message: MessageView, edited: z.boolean() }),
  ({ dialog_id }) => dialogStream(dialog_id),
)

const Desk = z.object({ tenant_id: z.int(), dialog_id: z.int() })

/** A dialog was begun. */
export const dialogOpened = event('dialog.opened', Desk, ({ dialog_id }) => deskStream(dialog_id))
/** Something about a dialog besides its messages changed: who the visitor is, what they think, whether it is closed, what staff has seen. */
export const dialogChanged = event('dialog.changed', Desk, ({ dialog_id }) => deskStream(dialog_id))
