import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Dialog } from '../../dialogs/dialogs.ts'
import { MessageView } from '../../dialogs/events.ts'
import {
  findBySource,
  type Message,
  viewOf as messageView,
  sayAsVisitor,
  visitorSource,
} from '../../dialogs/messages.ts'
import { ClientMessageId, MessageText } from '../../dialogs/shapes.ts'
import { maxBytes } from '../../files/content.ts'
import { keepFileWith, sendFile } from '../../files/files.ts'
import { rawRoute } from '../../http/route.ts'
import { parseInput } from '../../http/server.ts'
import { Id } from '../../http/shapes.ts'
import { incomingFolder, receiveFile, type Upload, errors as uploads } from '../../http/upload.ts'
import { errors as documents } from '../../knowledge/errors.ts'
import { both, createdOrKnown, dialogOf, messageLimits, params } from '../visitors.ts'

const tag = 'Виджет'
// A file may come without a word.
const Fields = z.object({ text: MessageText.or(z.literal('')).default(''), client_message_id: ClientMessageId })

export const attach = rawRoute({
  ...both('/dialogs/:id/files'),
  method: 'post',
  tag,
  summary: 'Сообщение с файлом: изображение или PDF; тот же client_message_id — то же сообщение',
  access: 'visitor',
  limits: [...messageLimits, { name: 'upload', by: ({ ip }) => `ip:${ip}` }],
  params,
  body_type: 'multipart',
  body: Fields.extend({ file: z.string().meta({ format: 'binary' }) }),
  response: MessageView,
  status: 201,
  errors: [uploads.FILE_TOO_LARGE, documents.UNSUPPORTED_FORMAT, documents.UPLOAD_QUOTA_EXCEEDED],
  raw: async (call, req, res) => {
    const dialog = await dialogOf(call)
    const to = { folder: incomingFolder(call.ctx.config.data_dir), field: 'file', max_bytes: maxBytes(call.ctx) }
    const file = await receiveFile(req, res, to)
    try {
      const said = parseInput(Fields, file.fields, 'body', call.locale)
      const { message, is_new } = await sayWithFile(call.ctx, dialog, { file, said })
      res.status(createdOrKnown({ is_new })).json(MessageView.parse(messageView(message)))
    } finally {
      await file.discard()
    }
  },
})

export const file = rawRoute({
  ...both('/dialogs/:id/files/:file_id'),
  method: 'get',
  tag,
  summary: 'Файл из диалога',
  access: 'visitor',
  params: params.extend({ file_id: Id }),
  raw: async (call, _req, res) => {
    const { id: dialog_id, tenant_id } = await dialogOf(call)
    await sendFile(call.ctx, { tenant_id, dialog_id, file_id: call.params.file_id }, res)
  },
})

// What was said already is not said again, and then its file is not kept either.
async function sayWithFile(
  ctx: Context,
  dialog: Dialog,
  { file, said }: { file: Upload; said: z.output<typeof Fields> },
): Promise<{ message: Message; is_new: boolean }> {
  const place = { tenant_id: dialog.tenant_id, dialog_id: dialog.id }
  return keepFileWith(ctx, place, file, async (ctx, keep) => {
    const known = await findBySource(ctx, dialog, visitorSource(said.client_message_id))
    if (known) return { message: known, is_new: false }
    return sayAsVisitor(ctx, dialog, { ...said, attachments: [await keep()] })
  })
}
