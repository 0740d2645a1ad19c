import { rm } from 'node:fs/promises'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import type { Scope } from '../db/tenant.ts'
import { errors as common } from '../errors.ts'
import { publish } from '../events/publish.ts'
import { detectFormat, type Format } from '../parsing/formats.ts'
import { errors } from './errors.ts'
import { documentDeleted, documentUploaded } from './events.ts'
import type { DocumentRow } from './store.ts'
import * as store from './store.ts'
import { assertClean, type FileAtHand, fileOf, hashFile, moveToUploads } from './uploads.ts'

export type Document = DocumentRow
type Target = { id: number; tenant_id: number }

const MEGABYTE = 1024 * 1024
const CONTENT_TYPES: Record<Format, string> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html',
  md: 'text/markdown',
  txt: 'text/plain',
  csv: 'text/csv',
}

/**
 * Takes a file into an assistant's knowledge: kept under a name of our own, read in the background. The same content again is the existing document.
 * Throws UNSUPPORTED_FORMAT, UPLOAD_QUOTA_EXCEEDED, VIRUS_DETECTED.
 */
export async function addDocument(
  ctx: Context,
  assistant: Target,
  given: FileAtHand,
): Promise<{ document: Document; is_new: boolean }> {
  const sha256 = await hashFile(given.path)
  const known = await store.findByContent(ctx.db, assistant.id, sha256)
  if (known) return { document: known, is_new: false }
  const format = await detectFormat(given.path, given.name)
  // An empty or damaged file is a document that failed, with a reason; only what we never read is refused.
  if (!format && given.size > 0) throw errors.UNSUPPORTED_FORMAT({ filename: given.name })
  await assertWithinQuota(ctx, assistant.tenant_id, given.size)
  await assertClean(ctx, given)
  const file = await moveToUploads(ctx, given.path)
  const added = await insertDocument(ctx, assistant, {
    ...given,
    sha256,
    file,
    content_type: format ? CONTENT_TYPES[format] : 'text/plain',
  })
  if (added) return { document: added, is_new: true }
  await rm(fileOf(ctx, file), { force: true })
  return { document: (await store.findByContent(ctx.db, assistant.id, sha256))!, is_new: false }
}

/** The document, if the caller may see it; NOT_FOUND otherwise. */
export async function getDocument(ctx: Context, scope: Scope, id: number): Promise<Document> {
  const document = await store.findDocument(ctx.db, scope, id)
  if (!document) throw common.NOT_FOUND({ document_id: id })
  return document
}

/** A tenant's documents, newest first; without a tenant, everybody's (for the CLI). */
export async function listDocuments(ctx: Context, tenant_id: number | undefined, page: store.PageOf) {
  return {
    rows: await store.listDocuments(ctx.db, tenant_id, page),
    total: await store.countDocuments(ctx.db, tenant_id, page.assistant_id),
  }
}

/** Deletes a document; what was known from it is gone from answers at once, its passages and file go in the background. */
export async function deleteDocument(ctx: Context, scope: Scope, id: number): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const gone = await store.deleteDocument(ctx.db, scope, id)
    if (!gone) throw common.NOT_FOUND({ document_id: id })
    const { tenant_id, assistant_id, file } = gone
    await publish(ctx, documentDeleted, { tenant_id, assistant_id, document_id: id, file })
  })
}

/** Reads the file of a document again, as after an update of the reader; NOT_FOUND for imported texts, which have none. */
export async function reindexDocument(ctx: Context, scope: Scope, id: number): Promise<void> {
  const { tenant_id, assistant_id, file } = await getDocument(ctx, scope, id)
  if (!file) throw common.NOT_FOUND({ document_id: id, reason: 'no file' })
  await inTransaction(ctx, async (ctx) => {
    await store.changeDocument(ctx.db, tenant_id, id, {
      status: 'processing',
      error: null,
      progress: 0,
      updated_at: ctx.now(),
    })
    await publish(ctx, documentUploaded, { tenant_id, assistant_id, document_id: id })
  })
}

async function insertDocument(
  ctx: Context,
  assistant: Target,
  file: FileAtHand & { sha256: string; file: string; content_type: string },
) {
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const added = await store.insertDocument(ctx.db, {
      tenant_id: assistant.tenant_id,
      assistant_id: assistant.id,
      external_id: null,
      filename: file.name,
      size: file.size,
      content_type: file.content_type,
      sha256: file.sha256,
      file: file.file,
      status: 'processing',
      error: null,
      progress: 0,
      chunks_count: 0,
      created_at: now,
      updated_at: now,
    })
    if (added)
      await publish(ctx, documentUploaded, {
        tenant_id: added.tenant_id,
        assistant_id: added.assistant_id,
        document_id: added.id,
      })
    return added
  })
}

async function assertWithinQuota(ctx: Context, tenant_id: number, size: number): Promise<void> {
  const { files, bytes } = await store.uploadsOf(ctx.db, tenant_id)
  const max_files = ctx.config['upload.max_files']
  const max_bytes = ctx.config['upload.quota_mb'] * MEGABYTE
  if (files >= max_files || bytes + size > max_bytes)
    throw errors.UPLOAD_QUOTA_EXCEEDED({ files, bytes, max_files, max_bytes })
}
