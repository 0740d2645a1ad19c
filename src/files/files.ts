import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import type { Attachment } from '../dialogs/events.ts'
import { AppError, errors as common } from '../errors.ts'
import { errors as upload } from '../http/upload.ts'
import { errors as documents } from '../knowledge/errors.ts'
import { assertClean, type FileAtHand, fileOf, hashFile, moveToUploads } from '../knowledge/uploads.ts'
import { kindOf } from './kinds.ts'
import type { AttachmentRow } from './store.ts'
import * as store from './store.ts'

const FOLDER = 'attachments'
const MEGABYTE = 1024 * 1024
const MAX_FILES = 20 // of one dialog; a visitor who needs more should talk to somebody

const ONLY_THESE = {
  ru: 'Прикрепить можно изображение (PNG, JPEG, GIF, WebP) или PDF',
  en: 'Only an image (PNG, JPEG, GIF, WebP) or a PDF can be attached',
}

type Place = { tenant_id: number; dialog_id: number }

/** Keeps a file that came with a dialog; what is refused and what a repeat does is as with `keepFileWith`. */
export function keepFile(ctx: Context, place: Place, given: FileAtHand): Promise<Attachment> {
  return keepFileWith(ctx, place, given, (_, keep) => keep())
}

/**
 * Takes in a file that came with a dialog, under a name of our own, for `work`, which keeps it together with what it is for in one transaction, or does not.
 * The same file again in the same dialog is the kept one. Throws UNSUPPORTED_FORMAT for anything but images and PDF (by content), FILE_TOO_LARGE,
 * UPLOAD_QUOTA_EXCEEDED, VIRUS_DETECTED; nothing is left behind then. The caller clears away `given.path`.
 */
export async function keepFileWith<T>(
  ctx: Context,
  place: Place,
  given: FileAtHand,
  work: (ctx: TxContext, keep: () => Promise<Attachment>) => Promise<T>,
): Promise<T> {
  const content = { ...(await inspect(ctx, given)), file: await moveToUploads(ctx, given.path, FOLDER) }
  let kept: string | undefined
  try {
    const done = await inTransaction(ctx, async (ctx) => {
      let row: AttachmentRow | undefined
      const result = await work(ctx, async () => {
        row = await store.findByContent(ctx.db, { ...place, ...content })
        row ??= await addRow(ctx, place, content)
        return viewOf(row)
      })
      return { result, file: row?.file }
    })
    kept = done.file
    return done.result
  } finally {
    if (kept !== content.file) await rm(fileOf(ctx, content.file), { force: true })
  }
}

type Content = { name: string; size: number; content_type: string; sha256: string }

async function inspect(ctx: Context, given: FileAtHand): Promise<Content> {
  const { name, size, path } = given
  const max_bytes = maxBytes(ctx)
  if (size > max_bytes) throw upload.FILE_TOO_LARGE({ max_bytes })
  const content_type = await kindOf(path)
  if (!content_type) throw new AppError('UNSUPPORTED_FORMAT', 415, ONLY_THESE, { filename: name })
  await assertClean(ctx, given)
  return { name, size, content_type, sha256: await hashFile(path) }
}

async function addRow(ctx: TxContext, place: Place, content: Content & { file: string }): Promise<AttachmentRow> {
  if ((await store.countAttachments(ctx.db, place)) >= MAX_FILES)
    throw documents.UPLOAD_QUOTA_EXCEEDED({ max_files: MAX_FILES })
  return store.insertAttachment(ctx.db, { ...place, ...content, created_at: ctx.now() })
}

/** The size of the largest file a dialog takes. */
export function maxBytes({ config }: Pick<Context, 'config'>): number {
  return config['attachments.max_mb'] * MEGABYTE
}

/** Sends a kept file to whoever may see its dialog; NOT_FOUND for a file of another one. Nothing in it can act in our origin's name. */
export async function sendFile(ctx: Context, of: Place & { file_id: number }, res: Response): Promise<void> {
  const { file_id, tenant_id, dialog_id } = of
  const row = await store.findAttachment(ctx.db, { id: file_id, tenant_id, dialog_id })
  if (!row) throw common.NOT_FOUND({ file_id })
  const isImage = row.content_type.startsWith('image/')
  res.attachment(row.name)
  if (isImage) res.setHeader('Content-Disposition', 'inline')
  res.setHeader('Content-Type', row.content_type)
  res.setHeader('Content-Length', row.size)
  res.setHeader('Content-Security-Policy', "sandbox; default-src 'none'")
  res.setHeader('Cache-Control', 'private, max-age=3600')
  await pipeline(createReadStream(fileOf(ctx, row.file)), res).catch((error: NodeJS.ErrnoException) => {
    // Whoever asked went away in the middle.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

function viewOf({ id, name, content_type, size }: AttachmentRow): Attachment {
  return { id, name, content_type, size }
}
