import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import type { Scope } from '../db/tenant.ts'
import { errors as common, type Locale } from '../errors.ts'
import { publish } from '../events/publish.ts'
import type { Visitor } from '../http/route.ts'
import { dialogOpened } from './events.ts'
import type { DialogFilter, DialogRow, DialogWithLast } from './store.ts'
import * as store from './store.ts'

export type { DialogFilter }
export type Dialog = DialogWithLast
export type Guest = {
  platform: DialogRow['platform']
  locale: Locale
  page_url?: string | undefined
  page_title?: string | undefined
  /** The chat with a bot in which the visitor writes. */
  chat?: {
    bot_id: number
    chat_id: string
    username: string | null
    first_name: string | null
    last_name: string | null
  }
}

/** A tenant's dialogs, the most recently spoken in first. */
export async function listDialogs(ctx: Context, tenant_id: number, filter: DialogFilter) {
  const total = await store.countDialogs(ctx.db, tenant_id, filter)
  const dialogs = await store.listDialogs(ctx.db, tenant_id, filter)
  return { dialogs, total, has_more: filter.offset + dialogs.length < total }
}

/** The dialog, if the caller may see it; NOT_FOUND otherwise. */
export async function getDialog(ctx: Context | TxContext, scope: Scope, id: number): Promise<Dialog> {
  const dialog = await store.findDialog(ctx.db, scope, id)
  if (!dialog) throw common.NOT_FOUND({ dialog_id: id })
  return dialog
}

/** The same with how much of it staff has not seen. */
export async function getDialogWithUnread(ctx: Context, scope: Scope, id: number): Promise<Dialog> {
  const dialog = await getDialog(ctx, scope, id)
  return { ...dialog, unread: await store.countUnread(ctx.db, id, dialog.seen_id) }
}

/** The visitor's own dialog; anybody else's is NOT_FOUND. */
export async function getGuestDialog(ctx: Context, visitor: Visitor, id: number): Promise<Dialog> {
  const dialog = await getDialog(ctx, { tenant_id: visitor.tenant_id, is_admin: false }, id)
  if (dialog.guest_id !== visitor.guest_id || dialog.assistant_id !== visitor.assistant_id)
    throw common.NOT_FOUND({ dialog_id: id })
  return dialog
}

export async function listGuestDialogs(ctx: Context, visitor: Visitor, page: { limit: number; offset: number }) {
  const total = await store.countGuestDialogs(ctx.db, visitor)
  const dialogs = await store.guestDialogs(ctx.db, visitor, page)
  return { dialogs, total, has_more: page.offset + dialogs.length < total }
}

/** The guest's open dialog with the assistant, opened if there is none; of two calls at once one opens it and both get it. */
export async function openDialog(
  ctx: Context | TxContext,
  visitor: Visitor,
  guest: Guest,
): Promise<{ dialog: Dialog; is_new: boolean }> {
  return inTransaction(ctx, async (ctx) => {
    const { tenant_id, assistant_id, guest_id } = visitor
    const key = { assistant_id, guest_id, platform: guest.platform }
    const opened = await store.findOpenDialog(ctx.db, key)
    const added = opened ? undefined : await store.insertDialog(ctx.db, newDialog(visitor, guest, ctx.now()))
    const id = (opened ?? added ?? (await store.findOpenDialog(ctx.db, key)))!.id
    if (added) await publish(ctx, dialogOpened, { tenant_id, dialog_id: id })
    return { dialog: await getDialog(ctx, { tenant_id, is_admin: false }, id), is_new: added !== undefined }
  })
}

/** Archives what an assistant that is no more has talked about. */
export async function archiveDialogsOf(
  ctx: Context,
  { tenant_id, assistant_id }: { tenant_id: number; assistant_id: number },
): Promise<void> {
  await store.archiveDialogsOf(ctx.db, tenant_id, assistant_id)
}

function newDialog({ tenant_id, assistant_id, guest_id }: Visitor, guest: Guest, now: number) {
  const { platform, locale, page_url = null, page_title = null, chat } = guest
  return {
    tenant_id,
    assistant_id,
    guest_id,
    platform,
    locale,
    page_url,
    page_title,
    first_name: chat?.first_name ?? null,
    last_name: chat?.last_name ?? null,
    bot_id: chat?.bot_id ?? null,
    telegram_chat_id: chat?.chat_id ?? null,
    telegram_username: chat?.username ?? null,
    created_at: now,
  }
}
