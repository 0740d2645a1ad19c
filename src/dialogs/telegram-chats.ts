import type { Context, TxContext } from '../context.ts'
import type { Locale } from '../errors.ts'
import type { Dialog } from './dialogs.ts'
import { getDialog, openDialog } from './dialogs.ts'
import * as store from './people/store.ts'
import { changeDialog } from './state.ts'

type Chat = { bot_id: number; chat_id: string }
export type Caller = Chat & {
  tenant_id: number
  assistant_id: number
  first_name: string | null
  last_name: string | null
  username: string | null
  locale: Locale
}

/** The open dialog of a chat with a bot, one that came from the site included; opened if there is none. */
export async function openTelegramDialog(ctx: TxContext, from: Caller): Promise<{ dialog: Dialog; is_new: boolean }> {
  const { tenant_id, assistant_id, chat_id, locale } = from
  const known = await store.findChatDialog(ctx.db, from)
  if (known) return { dialog: await getDialog(ctx, { tenant_id, is_admin: false }, known.id), is_new: false }
  const guest = { platform: 'telegram' as const, locale, chat: from }
  const visitor = { kind: 'visitor' as const, tenant_id, assistant_id, guest_id: `telegram:${chat_id}` }
  const opened = await openDialog(ctx, visitor, guest)
  // The assistant has another bot now, and the chat goes on with that one.
  if (opened.dialog.bot_id !== from.bot_id) await linkChat(ctx, { ...from, dialog_id: opened.dialog.id })
  return { ...opened, dialog: await getDialog(ctx, { tenant_id, is_admin: false }, opened.dialog.id) }
}

/** Goes on with a website's dialog in a chat: its messages go there, too, from now on. The chat's own open dialog is archived. */
export async function linkChat(
  ctx: TxContext,
  link: Chat & { tenant_id: number; dialog_id: number; username: string | null },
): Promise<void> {
  const { tenant_id, dialog_id, bot_id, chat_id, username } = link
  await changeDialog(ctx, { id: dialog_id, tenant_id }, async (ctx) => {
    await store.archiveChat(ctx.db, link, dialog_id)
    const chat = { bot_id, telegram_chat_id: chat_id, telegram_username: username, telegram_unreachable: 0 }
    await store.setChat(ctx.db, { tenant_id, dialog_id }, chat)
    return true
  })
}

/** Whether a chat takes messages: false once its person has blocked the bot, true when they came back. */
export async function setReachable(ctx: Context | TxContext, chat: Chat, reachable: boolean): Promise<void> {
  await store.setUnreachable(ctx.db, chat, reachable ? 0 : 1)
}

/** A group became a supergroup, which gave it another id. */
export async function migrateChat(ctx: Context | TxContext, move: { bot_id: number; from: string; to: string }) {
  await store.moveChat(ctx.db, { bot_id: move.bot_id, chat_id: move.from }, move.to)
}
