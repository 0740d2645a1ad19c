import type { Context } from '../../context.ts'
import { migrateChat, setReachable } from '../../dialogs/telegram-chats.ts'
import { OutsideFailed } from '../../outside/failures.ts'
import { neverArrived, TelegramRefused } from '../../outside/telegram.ts'
import type { Part } from './compose.ts'
import { closeFor, type Line } from './pace.ts'
import { htmlOf, plainOf } from './spans.ts'

/** How sending a part ended. `later`: nothing was sent, ask again in so many ms. `moved`: nothing was sent, the chat has another id. */
export type Outcome =
  | { state: 'sent'; telegram_message_id: string }
  | { state: 'failed' | 'unknown'; error: string }
  | { state: 'later'; wait: number }
  | { state: 'moved'; chat_id: string }
export type Letter = Line & { token: string; part: Part; reply_to: number | undefined }

/**
 * Sends one part. What Telegram refuses is an outcome; a failure in which certainly nothing was sent is thrown, to be tried again.
 * When nobody can know whether it arrived, the outcome is `unknown`: a second copy of an answer confuses a customer more than a message marked for the staff.
 */
export async function sendPart(ctx: Context, letter: Letter): Promise<Outcome> {
  try {
    return { state: 'sent', telegram_message_id: await send(ctx, letter, true) }
  } catch (error) {
    if (!(error instanceof TelegramRefused && isUnparsable(error))) return outcomeOf(ctx, letter, error)
    ctx.log.warn({ bot_id: letter.bot_id, description: error.description }, 'sent as plain text')
  }
  try {
    return { state: 'sent', telegram_message_id: await send(ctx, letter, false) }
  } catch (error) {
    return outcomeOf(ctx, letter, error)
  }
}

async function send(ctx: Context, { token, chat_id, part, reply_to }: Letter, styled: boolean): Promise<string> {
  const { spans, button } = part
  const keyboard = button && [[{ text: button.text, callback_data: button.data }]]
  const sent = await ctx.outside.telegram.call(token, 'sendMessage', {
    chat_id,
    text: styled ? htmlOf(spans) : plainOf(spans),
    link_preview_options: { is_disabled: true },
    ...(styled ? { parse_mode: 'HTML' as const } : {}),
    ...(keyboard ? { reply_markup: { inline_keyboard: keyboard } } : {}),
    ...(reply_to ? { reply_parameters: { message_id: reply_to, allow_sending_without_reply: true } } : {}),
  })
  return String(sent.message_id)
}

async function outcomeOf(ctx: Context, letter: Letter, error: unknown): Promise<Outcome> {
  if (error instanceof TelegramRefused) return refused(ctx, letter, error)
  if (error instanceof OutsideFailed && !neverArrived(error)) return { state: 'unknown', error: error.reason }
  throw error
}

async function refused(ctx: Context, line: Line, refusal: TelegramRefused): Promise<Outcome> {
  const { code, description, retry_after, migrate_to } = refusal
  // Their own trouble: they say that they did nothing.
  if (code >= 500) throw refusal
  if (retry_after !== null) {
    closeFor(ctx, line, retry_after)
    return { state: 'later', wait: retry_after }
  }
  if (migrate_to !== null) {
    await migrateChat(ctx, { bot_id: line.bot_id, from: line.chat_id, to: migrate_to })
    return { state: 'moved', chat_id: migrate_to }
  }
  if (code === 403) await setReachable(ctx, line, false)
  return { state: 'failed', error: `${code} ${description}` }
}

function isUnparsable({ code, description }: TelegramRefused): boolean {
  return code === 400 && /can't parse entities|can't find end/i.test(description)
}
