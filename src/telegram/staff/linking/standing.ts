import type { Context } from '../../../context.ts'
import { OutsideFailed } from '../../../outside/failures.ts'
import { TelegramRefused } from '../../../outside/telegram.ts'
import type { Polled } from '../../receiving/receive.ts'
import type { Group } from '../store.ts'

/** Whether a group can serve the staff, as Telegram says. `unsure` when it could not be asked. */
export type Standing = { title: string; problem: Group['problem'] | 'unsure' }

/** Asks Telegram whether a chat has topics and whether the bot may manage them. */
export async function standingOf(ctx: Context, { token, bot_id }: Polled, chat_id: string): Promise<Standing> {
  try {
    const chat = await ctx.outside.telegram.call(token, 'getChat', { chat_id })
    const title = String(chat.title ?? '').slice(0, 128)
    if (chat.type !== 'supergroup' || !chat.is_forum) return { title, problem: 'no_topics' }
    const me = await ctx.outside.telegram.call(token, 'getChatMember', { chat_id, user_id: Number(bot_id) })
    const may = me.status === 'administrator' && me.can_manage_topics === true
    return { title, problem: may ? null : 'no_rights' }
  } catch (error) {
    if (error instanceof TelegramRefused || error instanceof OutsideFailed) return { title: '', problem: 'unsure' }
    throw error
  }
}
