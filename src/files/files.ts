import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import type { Context } from '../context.ts'
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

/**
 * Keeps a file that came with a dialog, under a name of our own; the same file again in the same dialog is the kept one.
 * Throws UNSUPPORTED_FORMAT for anything but images and PDF (by content), FILE_TOO_LARGE, UPLOAD_QUOTA_EXCEEDED, VIRUS_DETECTED. The caller clears away `given.path`.
 */
export async function keepFile(ctx: Context, place: Place, given: FileAtHand): Promise<Attachment> {
  const max_bytes = ctx.config['attachments.max_mb'] * MEGABYTE
  if (given.size > max_bytes) throw upload.FILE_TOO_LARGE({ max_bytes })
  const content_type = await kindOf(given.path)
  if (!content_type) throw new AppError('UNSUPPORTED_FORMAT', 415, ONLY_THESE, { filename: given.name })
  const sha256 = await hashFile(given.path)
  const known = await store.findByContent(ctx.db, { ...place, sha256, name: given.name })
  if (known) return viewOf(known)
  if ((await store.countAttachments(ctx.db, place)) >= MAX_FILES)
    throw documents.UPLOAD_QUOTA_EXCEEDED({ max_files: MAX_FILES })
  await assertClean(ctx, given)
  const file = await moveToUploads(ctx, given.path, FOLDER)
  try {
    const { name, size } = given
    const row = { ...place, name, size, content_type, sha256, file, created_at: ctx.now() }
    return viewOf(await store.insertAttachment(ctx.db, row))
  } catch (error) {
    await rm(fileOf(ctx, file), { force: true })
    throw error
  }
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
