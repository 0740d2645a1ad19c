import { z } from 'zod'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { errors as common, invalid } from '../errors.ts'
import { cleanText } from '../lib/text.ts'
import { toIso } from '../lib/time.ts'
import type { CannedRow } from './store.ts'
import * as store from './store.ts'

const MAX_REPLIES = 500 // a list a person can still search

export const Shortcut = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}_-]{1,40}$/u)
  .meta({ description: 'Набирается после «/»' })
export const CannedView = z
  .object({ id: z.int(), shortcut: z.string(), text: z.string(), updated_at: z.iso.datetime() })
  .meta({ id: 'CannedReply' })

/** A team's ready replies by shortcut. */
export async function listCanned(ctx: Context, tenant_id: number) {
  return (await store.cannedReplies(ctx.db, tenant_id)).map(viewOf)
}

/** Adds a ready reply; VALIDATION_ERROR when the shortcut is taken or there are too many. */
export async function addCanned(ctx: Context, tenant_id: number, reply: { shortcut: string; text: string }) {
  return inTransaction(ctx, async (ctx) => {
    if ((await store.countCanned(ctx.db, tenant_id)) >= MAX_REPLIES)
      throw invalid('shortcut', `готовых ответов не больше ${MAX_REPLIES}`, `at most ${MAX_REPLIES} ready replies`)
    const row = await store.insertCanned(ctx.db, { tenant_id, ...clean(reply), updated_at: ctx.now() })
    if (!row) throw taken()
    return viewOf(row)
  })
}

/** Changes what is given; NOT_FOUND, or VALIDATION_ERROR when the new shortcut belongs to another reply. */
export async function changeCanned(
  ctx: Context,
  of: { tenant_id: number; id: number },
  change: { shortcut?: string; text?: string },
) {
  return inTransaction(ctx, async (ctx) => {
    const holder = change.shortcut && (await store.findByShortcut(ctx.db, of.tenant_id, change.shortcut))
    if (holder && holder.id !== of.id) throw taken()
    const row = await store.changeCanned(ctx.db, of, { ...clean(change), updated_at: ctx.now() })
    if (!row) throw common.NOT_FOUND({ canned_reply_id: of.id })
    return viewOf(row)
  })
}

/** Deletes a ready reply, or NOT_FOUND. */
export async function removeCanned(ctx: Context, of: { tenant_id: number; id: number }): Promise<void> {
  if (!(await store.deleteCanned(ctx.db, of))) throw common.NOT_FOUND({ canned_reply_id: of.id })
}

function clean<T extends { text?: string }>(reply: T): T {
  return reply.text === undefined ? reply : { ...reply, text: cleanText(reply.text) }
}

function taken() {
  return invalid('shortcut', 'такое сокращение уже есть', 'this shortcut is taken')
}

function viewOf({ id, shortcut, text, updated_at }: CannedRow) {
  return { id, shortcut, text, updated_at: toIso(updated_at) }
}
