import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { errors as upload } from '../http/upload.ts'
import { assertClean, type FileAtHand, fileOf, hashFile, moveToUploads } from '../knowledge/uploads.ts'
import { kindOf } from './kinds.ts'

/** What is known of a file that was looked at, and where it lies now. */
export type Content = { name: string; size: number; content_type: string; sha256: string; file: string }

const MEGABYTE = 1024 * 1024

const ONLY_THESE = {
  ru: 'Прикрепить можно изображение (PNG, JPEG, GIF, WebP) или PDF',
  en: 'Only an image (PNG, JPEG, GIF, WebP) or a PDF can be attached',
}

/** The size of the largest file that can be attached. */
export function maxBytes({ config }: Pick<Context, 'config'>): number {
  return config['attachments.max_mb'] * MEGABYTE
}

/**
 * Looks at a file and moves it to `folder` under a name of our own for `work`, which answers with the name of the file it kept, this one or an older one; one that is not kept is removed.
 * Throws UNSUPPORTED_FORMAT for anything but images and PDF (by content), FILE_TOO_LARGE, VIRUS_DETECTED; nothing is left behind then. The caller clears away `given.path`.
 */
export async function takeIn<T>(
  ctx: Context,
  given: FileAtHand,
  folder: string,
  work: (content: Content) => Promise<{ result: T; file: string | undefined }>,
): Promise<T> {
  const content = { ...(await inspect(ctx, given)), file: await moveToUploads(ctx, given.path, folder) }
  let kept: string | undefined
  try {
    const done = await work(content)
    kept = done.file
    return done.result
  } finally {
    if (kept !== content.file) await rm(fileOf(ctx, content.file), { force: true })
  }
}

async function inspect(ctx: Context, given: FileAtHand): Promise<Omit<Content, 'file'>> {
  const { name, size, path } = given
  const max_bytes = maxBytes(ctx)
  if (size > max_bytes) throw upload.FILE_TOO_LARGE({ max_bytes })
  const content_type = await kindOf(path)
  if (!content_type) throw new AppError('UNSUPPORTED_FORMAT', 415, ONLY_THESE, { filename: name })
  await assertClean(ctx, given)
  return { name, size, content_type, sha256: await hashFile(path) }
}

/** Sends a kept file, to be shown in place or to be saved. Nothing in it can act in our origin's name. */
export async function sendContent(
  ctx: Context,
  { name, size, content_type, file }: Omit<Content, 'sha256'>,
  res: Response,
  { inline = false }: { inline?: boolean } = {},
): Promise<void> {
  res.attachment(name)
  if (inline) res.setHeader('Content-Disposition', 'inline')
  res.setHeader('Content-Type', content_type)
  res.setHeader('Content-Length', size)
  res.setHeader('Content-Security-Policy', "sandbox; default-src 'none'")
  res.setHeader('Cache-Control', 'private, max-age=3600')
  await pipeline(createReadStream(fileOf(ctx, file)), res).catch((error: NodeJS.ErrnoException) => {
    // Whoever asked went away in the middle.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}
