import { z } from 'zod'
import { getAssistant } from '../assistants/assistants.ts'
import { invalid } from '../errors.ts'
import { rawRoute, route } from '../http/route.ts'
import { Done, Id, Page } from '../http/shapes.ts'
import { incomingFolder, receiveFile, errors as uploads } from '../http/upload.ts'
import { toIso } from '../lib/time.ts'
import { addDocument, type Document, deleteDocument, getDocument, listDocuments } from './documents.ts'
import { errors } from './errors.ts'

const tag = 'Документы и знания'
const params = z.object({ id: Id })
const MEGABYTE = 1024 * 1024

const DocumentView = z
  .object({
    id: z.int(),
    filename: z.string(),
    size: z.int(),
    content_type: z.string(),
    status: z.enum(['processing', 'completed', 'failed']),
    error: z.string().nullable().meta({ description: 'Почему файл не прочитан' }),
    progress: z.number().min(0).max(1),
    chunks_count: z.int(),
    external_id: z.string().nullable(),
    assistant_id: z.int(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Document' })

const documentView = (document: Document) => ({ ...document, created_at: toIso(document.created_at) })

export const upload = rawRoute({
  method: 'post',
  path: '/api/documents/upload',
  tag,
  summary: 'Загрузка документа: PDF, DOCX, XLSX, HTML, MD, TXT, CSV',
  access: 'user',
  limits: [{ name: 'upload', by: ({ caller }) => `user:${(caller as { id: number }).id}` }],
  body_type: 'multipart',
  body: z.object({ file: z.string().meta({ format: 'binary' }), assistant_id: z.string() }),
  response: DocumentView,
  status: 201,
  errors: [uploads.FILE_TOO_LARGE, errors.UNSUPPORTED_FORMAT, errors.UPLOAD_QUOTA_EXCEEDED, errors.VIRUS_DETECTED],
  raw: async ({ ctx, caller }, req, res) => {
    const file = await receiveFile(req, res, {
      folder: incomingFolder(ctx.config.data_dir),
      field: 'file',
      max_bytes: ctx.config['upload.max_mb'] * MEGABYTE,
    })
    try {
      const id = Id.safeParse(file.fields.assistant_id)
      if (!id.success) throw invalid('assistant_id', 'нужен ID ассистента', 'the ID of an assistant is needed')
      const { document, is_new } = await addDocument(ctx, await getAssistant(ctx, caller, id.data), file)
      res.status(is_new ? 201 : 200).json(DocumentView.parse(documentView(document)))
    } finally {
      await file.discard()
    }
  },
})

export const documents = route({
  method: 'get',
  path: '/api/documents',
  tag,
  summary: 'Документы пользователя',
  access: 'user',
  query: Page.extend({ assistant_id: Id.optional() }),
  response: z.array(DocumentView),
  counted: true,
  handler: async ({ ctx, caller, query }) => {
    const { rows, total } = await listDocuments(ctx, caller.tenant_id, query)
    return { rows: rows.map(documentView), total }
  },
})

export const document = route({
  method: 'get',
  path: '/api/documents/:id',
  tag,
  summary: 'Один документ: состояние и ход обработки',
  access: 'user',
  params,
  response: DocumentView,
  handler: async ({ ctx, caller, params }) => documentView(await getDocument(ctx, caller, params.id)),
})

export const removeDocument = route({
  method: 'delete',
  path: '/api/documents/:id',
  tag,
  summary: 'Удаление документа',
  access: 'user',
  params,
  response: Done,
  handler: async ({ ctx, caller, params }) => {
    await deleteDocument(ctx, caller, params.id)
    return { success: true }
  },
})
