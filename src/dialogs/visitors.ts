import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { errors as common } from '../errors.ts'
import type { Visitor } from '../http/route.ts'
import type { Dialog } from './dialogs.ts'
import { getMessage } from './messages.ts'
import * as store from './people/store.ts'
import { changeDialog } from './state.ts'

export type Rating = { message_id: number; rating: 'up' | 'down'; comment: string | null }
type Names = { name?: string | undefined; email?: string | undefined }

/** Keeps the address a visitor left to be answered at. */
export async function leaveContact(ctx: Context, dialog: Dialog, contact: Names & { email: string }): Promise<void> {
  const { id: dialog_id, tenant_id } = dialog
  await changeDialog(ctx, dialog, async (ctx) => {
    await store.nameDialog(ctx.db, { tenant_id, dialog_id }, columnsOf(contact))
    return true
  })
}

/** Names the visitor in their open dialogs, as the site vouched for, and answers in how many; the caller has checked the site's signature. */
export async function identifyVisitor(
  ctx: Context,
  visitor: Visitor,
  who: Names & { external_id: string },
): Promise<number> {
  const { tenant_id } = visitor
  return inTransaction(ctx, async (ctx) => {
    const dialogs = await store.openDialogsOf(ctx.db, visitor)
    for (const { id } of dialogs)
      await changeDialog(ctx, { id, tenant_id }, async (ctx) => {
        const names = { ...columnsOf(who), external_id: who.external_id }
        await store.nameDialog(ctx.db, { tenant_id, dialog_id: id }, names)
        return true
      })
    return dialogs.length
  })
}

/** Keeps what a visitor thinks of an answer, or of the dialog as a whole; a second opinion replaces the first. NOT_FOUND for a message of another dialog. */
export async function rateAnswer(
  ctx: Context,
  dialog: Dialog,
  given: { message_id?: number | undefined; rating: 'up' | 'down'; comment?: string | undefined },
): Promise<void> {
  const { message_id = 0, rating, comment = null } = given
  const { id: dialog_id, tenant_id } = dialog
  if (message_id !== 0) {
    const message = await getMessage(ctx, tenant_id, message_id)
    if (message.dialog_id !== dialog_id) throw common.NOT_FOUND({ message_id })
  }
  await changeDialog(ctx, dialog, async (ctx) => {
    await store.putRating(ctx.db, { dialog_id, message_id, tenant_id, rating, comment, created_at: ctx.now() })
    return true
  })
}

/** What the visitor thought of the answers of a dialog; `message_id` 0 is the dialog as a whole. */
export function ratingsOf(ctx: Context, dialog: Pick<Dialog, 'id' | 'tenant_id'>): Promise<Rating[]> {
  return store.ratingsOf(ctx.db, { tenant_id: dialog.tenant_id, dialog_id: dialog.id })
}

function columnsOf({ name, email }: Names) {
  return { ...(name ? { first_name: name, last_name: null } : {}), ...(email ? { email } : {}) }
}
