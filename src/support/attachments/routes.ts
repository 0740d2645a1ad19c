import { z } from 'zod'
import { maxBytes } from '../../files/content.ts'
import { rawRoute } from '../../http/route.ts'
import { incomingFolder, receiveFile, errors as uploads } from '../../http/upload.ts'
import { errors as documents } from '../../knowledge/errors.ts'
import { AttachmentView, tag } from '../shapes.ts'
import { keepFile, sendFile } from './attachments.ts'

export const attach = rawRoute({
  method: 'post',
  path: '/api/support/attachments',
  tag,
  summary: 'Загрузить файл для обращения: изображение или PDF. Его id называют в attachments в течение суток',
  access: 'user',
  limits: [{ name: 'upload', by: ({ caller }) => `user:${(caller as { id: number }).id}` }],
  body_type: 'multipart',
  body: z.object({ file: z.string().meta({ format: 'binary' }) }),
  status: 201,
  response: AttachmentView,
  errors: [
    uploads.FILE_TOO_LARGE,
    documents.UNSUPPORTED_FORMAT,
    documents.UPLOAD_QUOTA_EXCEEDED,
    documents.VIRUS_DETECTED,
  ],
  raw: async ({ ctx, caller }, req, res) => {
    const to = { folder: incomingFolder(ctx.config.data_dir), field: 'file', max_bytes: maxBytes(ctx) }
    const file = await receiveFile(req, res, to)
    try {
      res.status(201).json(AttachmentView.parse(await keepFile(ctx, caller, file)))
    } finally {
      await file.discard()
    }
  },
})

export const attachment = rawRoute({
  method: 'get',
  path: '/api/support/attachments/:id',
  tag,
  summary: 'Файл из обращения',
  access: 'user',
  params: z.object({ id: z.string().regex(/^[\w-]{1,40}$/) }),
  raw: ({ ctx, caller, params }, _req, res) => sendFile(ctx, caller, params.id, res),
})
