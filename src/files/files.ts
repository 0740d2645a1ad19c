import type { Response } from 'express'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import type { Attachment } from '../dialogs/events.ts'
import { errors as common } from '../errors.ts'
import { errors as documents } from '../knowledge/errors.ts'
import type { FileAtHand } from '../knowledge/uploads.ts'
import { type Content, sendContent, takeIn } from './content.ts'
import type { AttachmentRow } from './store.ts'
import * as store from './store.ts'

const FOLDER = 'attachments'
const MAX_FILES = 20 // of one dialog; a visitor who needs more should talk to somebody

type Place = { tenant_id: number; dialog_id: number }

/** Keeps a file that came with a dialog; what is refused and what a repeat does is as with `keepFileWith`. */
export function keepFile(ctx: Context, place: Place, given: FileAtHand): Promise<Attachment> {
  return keepFileWith(ctx, place, given, (_, keep) => keep())
}

/**
 * Takes in a file that came with a dialog for `work`, which keeps it together with what it is for in one transaction, or does not.
 * The same file again in the same dialog is the kept one. Throws what `takeIn` does, and UPLOAD_QUOTA_EXCEEDED. The caller clears away `given.path`.
 */
export async function keepFileWith<T>(
  ctx: Context,
  place: Place,
  given: FileAtHand,
  work: (ctx: TxContext, keep: () => Promise<Attachment>) => Promise<T>,
): Promise<T> {
  return takeIn(ctx, given, FOLDER, (content) =>
    inTransaction(ctx, async (ctx) => {
      let row: AttachmentRow | undefined
      const result = await work(ctx, async () => {
        row = await store.findByContent(ctx.db, { ...place, ...content })
        row ??= await addRow(ctx, place, content)
        return viewOf(row)
      })
      return { result, file: row?.file }
    }),
  )
}

async function addRow(ctx: TxContext, place: Place, content: Content): Promise<AttachmentRow> {
  if ((await store.countAttachments(ctx.db, place)) >= MAX_FILES)
    throw documents.UPLOAD_QUOTA_EXCEEDED({ max_files: MAX_FILES })
  return store.insertAttachment(ctx.db, { ...place, ...content, created_at: ctx.now() })
}

/** Sends a kept file to whoever may see its dialog; NOT_FOUND for a file of another one. */
export async function sendFile(ctx: Context, of: Place & { file_id: number }, res: Response): Promise<void> {
  const { file_id, tenant_id, dialog_id } = of
  const row = await store.findAttachment(ctx.db, { id: file_id, tenant_id, dialog_id })
  if (!row) throw common.NOT_FOUND({ file_id })
  await sendContent(ctx, row, res, { inline: row.content_type.startsWith('image/') })
}

function viewOf({ id, name, content_type, size }: AttachmentRow): Attachment {
  return { id, name, content_type, size }
}
