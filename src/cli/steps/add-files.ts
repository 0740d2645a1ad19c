import type { Assistant } from '../../assistants/assistants.ts'
import type { Context } from '../../context.ts'
import { AppError, type Locale } from '../../errors.ts'
import { errors as uploads } from '../../http/upload.ts'
import { addDocument, type Document } from '../../knowledge/documents.ts'
import type { FileAtHand } from '../../knowledge/uploads.ts'
import { openProgress } from '../shell/output.ts'
import { filesAt } from './files.ts'
import { waitUntilRead } from './indexing.ts'

export type Added = { added: number; chunks: number; known: number; failed: { file: string; reason: string }[] }
type Taken = { document: Document; path: string; is_new: boolean }

const MEGABYTE = 1024 * 1024

/** Takes files and folders into an assistant's knowledge and waits until they are read. A file that fails is listed with its reason, the rest goes on; one that is known already is counted apart. */
export async function addFiles(
  ctx: Context,
  assistant: Assistant,
  paths: string[],
  say: (ru: string, en: string) => string,
): Promise<Added> {
  const progress = openProgress()
  const files = await filesAt(paths)
  const { taken, failed } = await takeAll(ctx, assistant, files)
  const ids = taken.map((one) => one.document.id)
  const read = await waitUntilRead(ctx, ids, (done, what) => progress.show(done, ids.length, what))
  progress.end()
  const ended = taken.map((one, at) => ({ ...one, document: read[at]! }))
  const bad = ended.filter((one) => one.document.status === 'failed')
  const good = ended.filter((one) => one.document.status === 'completed' && one.is_new)
  const reason = (error: string | null) => error ?? say('не прочитан', 'it was not read')
  return {
    added: good.length,
    chunks: good.reduce((sum, one) => sum + one.document.chunks_count, 0),
    known: ended.filter((one) => !one.is_new && one.document.status === 'completed').length,
    failed: [...failed, ...bad.map((one) => ({ file: one.path, reason: reason(one.document.error) }))],
  }
}

async function takeAll(ctx: Context, assistant: Assistant, files: FileAtHand[]) {
  const taken: Taken[] = []
  const failed: Added['failed'] = []
  for (const file of files) {
    try {
      assertSize(ctx, file)
      const { document, is_new } = await addDocument(ctx, assistant, file)
      // Two paths with the same content are one document.
      if (!taken.some((one) => one.document.id === document.id)) taken.push({ document, is_new, path: file.path })
    } catch (error) {
      failed.push({ file: file.path, reason: reasonOf(error, ctx.config.locale) })
    }
  }
  return { taken, failed }
}

function assertSize(ctx: Context, file: FileAtHand): void {
  const max_bytes = ctx.config['upload.max_mb'] * MEGABYTE
  if (file.size > max_bytes) throw uploads.FILE_TOO_LARGE({ max_bytes })
}

function reasonOf(error: unknown, locale: Locale): string {
  if (error instanceof AppError) return error.texts[locale]
  const { code } = error as NodeJS.ErrnoException
  // Only what concerns this one file; a failing disk or database ends the whole command.
  if (code === 'EACCES' || code === 'EPERM') return locale === 'en' ? 'it may not be read' : 'нет права на чтение'
  throw error
}
