import { type Assistant, getAssistant } from '../../assistants/assistants.ts'
import type { Context, TxContext } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import type { Dialog } from '../../dialogs/dialogs.ts'
import { openTelegramDialog, setReachable } from '../../dialogs/telegram-chats.ts'
import type { Locale } from '../../errors.ts'
import type { Polled } from './receive.ts'
import type { Chat, Person } from './updates.ts'

/** The open dialog of a chat with its assistant and the language to speak; opened if there is none. Whoever writes is reachable. */
export async function dialogOf(
  ctx: Context | TxContext,
  bot: Polled,
  { chat, from }: { chat: Chat; from: Person },
): Promise<{ dialog: Dialog; assistant: Assistant; locale: Locale }> {
  return inTransaction(ctx, async (ctx) => {
    const { tenant_id, assistant_id, id: bot_id } = bot
    const assistant = await getAssistant(ctx, { tenant_id, is_admin: false }, assistant_id)
    const names = chat.is_group ? { first_name: chat.title, last_name: null, username: chat.username } : from
    const { first_name, last_name, username } = names
    const { dialog } = await openTelegramDialog(ctx, {
      tenant_id,
      assistant_id,
      bot_id,
      chat_id: chat.id,
      first_name,
      last_name,
      username,
      locale: from.locale ?? assistant.locale,
    })
    if (dialog.telegram_unreachable) await setReachable(ctx, { bot_id, chat_id: chat.id }, true)
    return { dialog, assistant, locale: dialog.locale }
  })
}
