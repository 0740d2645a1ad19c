import { HOUR, MINUTE, pause } from '../../lib/time.ts'
import type { After, Polled } from '../receiving/receive.ts'
import type { Said } from '../receiving/updates.ts'
import { takeTurn } from '../sending/pace.ts'
import { count } from './counts.ts'

/** Answers a message where it was written. */
export function reply(bot: Polled, { chat, message_id, thread_id }: Said, text: string): After {
  return async (ctx) => {
    await pause(takeTurn(ctx, { bot_id: bot.id, chat_id: chat.id }, MINUTE))
    await ctx.outside.telegram.call(bot.token, 'sendMessage', {
      chat_id: chat.id,
      text,
      ...(thread_id === undefined ? {} : { message_thread_id: thread_id }),
      reply_parameters: { message_id, allow_sending_without_reply: true },
    })
  }
}

/** The same, if this person was not answered so within the hour. */
export function replyOnce(bot: Polled, said: Said, text: string): After {
  return async (ctx) => {
    const isFirst = count(ctx, `told:${bot.tenant_id}:${said.from.id}`, HOUR) === 1
    if (isFirst) await reply(bot, said, text)(ctx)
  }
}

/** Says something in a chat, if it can be said. */
export function tell(token: string, { bot_id, chat_id }: { bot_id: number; chat_id: string }, text: string): After {
  return async (ctx) => {
    await pause(takeTurn(ctx, { bot_id, chat_id }, MINUTE))
    await ctx.outside.telegram.call(token, 'sendMessage', { chat_id, text })
  }
}
