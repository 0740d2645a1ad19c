import { z } from 'zod'
import { event } from '../events/event.ts'

const Sender = z.enum(['user', 'assistant', 'operator', 'system'])

/** A passage an answer stands on, as the visitor may see it; `n` is its number in the answer. */
export const Source = z
  .object({ n: z.int(), document_id: z.int().nullable(), title: z.string(), text: z.string(), score: z.number() })
  .meta({ id: 'Source' })
export type Source = z.infer<typeof Source>

export const MessageView = z
  .object({
    id: z.int(),
    sender: Sender,
    text: z.string(),
    created_at: z.iso.datetime(),
    client_message_id: z.string().nullable(),
    reply_to: z.int().nullable().meta({ description: 'Сообщение, на которое это ответ' }),
    operator_name: z.string().optional(),
    answered: z.boolean().optional().meta({ description: 'false: честное «не знаю»' }),
    sources: z.array(Source),
  })
  .meta({ id: 'Message' })
export type MessageView = z.infer<typeof MessageView>

/** The stream that numbers the facts of one dialog. */
export const dialogStream = (dialog_id: number) => `dialog:${dialog_id}`

/** Something was said in a dialog. */
export const messageCreated = event(
  'dialog.message.created',
  z.object({ tenant_id: z.int(), assistant_id: z.int(), dialog_id: z.int(), message: MessageView }),
  ({ dialog_id }) => dialogStream(dialog_id),
)
export type MessageCreated = z.infer<typeof messageCreated.shape>
