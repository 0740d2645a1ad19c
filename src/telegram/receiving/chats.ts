import { migrateChat, setReachable } from '../../dialogs/telegram-chats.ts'
import type { Receiver } from './receive.ts'

/** What happens to a chat itself: somebody blocked the bot or came back, a group got another id. */
export const chats: Receiver = {
  takes: (_ctx, _bot, incoming) => incoming.kind === 'membership' || incoming.kind === 'moved',
  async receive(ctx, bot, incoming) {
    if (incoming.kind === 'moved') await migrateChat(ctx, { bot_id: bot.id, from: incoming.from, to: incoming.to })
    if (incoming.kind === 'membership')
      await setReachable(ctx, { bot_id: bot.id, chat_id: incoming.chat.id }, incoming.is_there)
    return []
  },
}
