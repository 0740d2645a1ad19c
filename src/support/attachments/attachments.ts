import { rm } from 'node:fs/promises'
import type { Response } from 'express'
import type { Context, TxContext } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import type { Scope } from '../../db/tenant.ts'
import { errors as common } from '../../errors.ts'
import { sendContent, takeIn } from '../../files/content.ts'
import { shownName } from '../../http/upload.ts'
import { errors as documents } from '../../knowledge/errors.ts'
import { type FileAtHand, fileOf } from '../../knowledge/uploads.ts'
import { randomId } from '../../lib/ids.ts'
import * as store from './store.ts'
import { type FileRow, filesOfTicket } from './store.ts'

export type { FileRow }
export { filesOfTicket }

const FOLDER = 'support'
const PREFIX = 'file_'
const IS_ID = /^file_[\w-]{22}$/
const MAX_UNCLAIMED = 20 // two messages full of files that are being written; more is somebody filling the disk

/**
 * Keeps a file until a message of the same person takes it, or for a day. The caller clears away `given.path`.
 * Throws what `takeIn` does, and UPLOAD_QUOTA_EXCEEDED when too many wait for their message.
 */
export async function keepFile(
  ctx: Context,
  by: { id: number; tenant_id: number },
  given: FileAtHand,
): Promise<FileRow> {
  return takeIn(ctx, given, FOLDER, (content) =>
    inTransaction(ctx, async (ctx) => {
      if ((await store.countUnclaimed(ctx.db, by.tenant_id)) >= MAX_UNCLAIMED)
        throw documents.UPLOAD_QUOTA_EXCEEDED({ max_files: MAX_UNCLAIMED })
      const place = { tenant_id: by.tenant_id, uploaded_by: by.id, ticket_id: null, message_id: null }
      const result = await store.insertFile(ctx.db, {
        ...{ id: randomId(PREFIX), ...place, ...content },
        created_at: ctx.now(),
      })
      return { result, file: result.file }
    }),
  )
}

/** Of what was named as attachments the names that are no ids, as they may be shown. */
export function labelsIn(named: string[]): string[] {
  return named.filter((one) => !IS_ID.test(one)).map(shownName)
}

/** Gives the named uploads of a person to a message; NOT_FOUND for one of somebody else or one that went with another message. */
export async function claimFiles(
  ctx: TxContext,
  by: { id: number },
  named: string[],
  to: { tenant_id: number; ticket_id: string; message_id: number },
): Promise<void> {
  for (const id of new Set(named.filter((one) => IS_ID.test(one)))) {
    const claimed = await store.claimFile(ctx.db, { id, uploaded_by: by.id }, to)
    if (!claimed) throw common.NOT_FOUND({ attachment_id: id })
  }
}

/** Sends a file to whoever may see its ticket, to be saved; NOT_FOUND otherwise. */
export async function sendFile(ctx: Context, scope: Scope, id: string, res: Response): Promise<void> {
  const row = await store.findFile(ctx.db, scope, id)
  if (!row) throw common.NOT_FOUND()
  await sendContent(ctx, row, res)
}

/** Removes uploads from before `before` that no message took. A kill in between leaves a file that nothing names. */
export async function forgetUnclaimed(ctx: Context, before: number): Promise<void> {
  const gone = await store.deleteUnclaimed(ctx.db, before)
  for (const { file } of gone) await rm(fileOf(ctx, file), { force: true })
}
