import { AppError } from '../../errors.ts'
import { openRequest } from '../../handoff/request.ts'
import { texts } from '../texts.ts'
import { dialogOf } from './dialog.ts'
import type { After, Polled, Receiver } from './receive.ts'
import type { Pressed } from './updates.ts'

/** What the button «call a human» carries. */
export const CALL_HUMAN = 'human'

const ALERT = 200 // characters of the answer to a pressed button (Bot API, answerCallbackQuery)

/** Somebody pressed a button below a message of the bot. One that we did not make, or no longer know, is answered and nothing more. */
export const buttons: Receiver = {
  takes: (_ctx, _bot, incoming) => incoming.kind === 'button',
  async receive(ctx, bot, incoming) {
    if (incoming.kind !== 'button') return []
    const { chat, from, data } = incoming
    if (!chat || data !== CALL_HUMAN) return [answerPress(bot, incoming)]
    const { dialog, locale } = await dialogOf(ctx, bot, { chat, from })
    const request_id = `telegram:${incoming.id}`
    try {
      await openRequest(ctx, dialog, { reason: 'manual', by: 'visitor', request_id })
      return [answerPress(bot, incoming, texts.called[locale]), takeButtonAway(bot, incoming)]
    } catch (error) {
      // The state machine refuses before it writes: somebody is called or there already.
      if (!(error instanceof AppError)) throw error
      return [answerPress(bot, incoming, texts.calledAlready[locale])]
    }
  },
}

/** Answers whoever pressed a button; with `alert` they have to close it. */
export function answerPress(bot: Polled, { id }: Pressed, text = '', alert = false): After {
  const args = { callback_query_id: id, text: text.slice(0, ALERT), show_alert: alert }
  return (ctx) => ctx.outside.telegram.call(bot.token, 'answerCallbackQuery', args)
}

function takeButtonAway(bot: Polled, { chat, message_id }: Pressed): After {
  return async (ctx) => {
    if (!chat || message_id === undefined) return
    await ctx.outside.telegram.call(bot.token, 'editMessageReplyMarkup', { chat_id: chat.id, message_id })
  }
}
