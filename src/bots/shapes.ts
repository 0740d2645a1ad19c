import { z } from 'zod'
import type { Locale, Texts } from '../errors.ts'
import { toIso } from '../lib/time.ts'
import type { Bot } from './bots.ts'
import { errors } from './errors.ts'

/** A token as it is pasted. */
export const BotToken = z.string().trim().min(1).max(100)

export const BotView = z
  .object({
    id: z.int(),
    assistant_id: z.int(),
    username: z.string(),
    token: z
      .string()
      .meta({ description: 'Только начало: целиком токен не показывается', example: '1234567890:ABC...' }),
    is_enabled: z.boolean(),
    status: z.enum(['starting', 'running', 'stopped', 'conflict', 'unauthorized', 'failed']),
    error: z.string().nullable().meta({ description: 'Код, если что-то не так', example: 'BOT_STARTUP_FAILED' }),
    message: z.string().nullable().meta({ description: 'То же словами' }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Bot' })

const SENTENCES: Record<string, Texts> = Object.fromEntries(
  Object.values(errors).map((maker) => [maker.code, maker.texts]),
)

/** A bot as the wire shows it. What a node that died has left behind is no news: without a living holder it is stopped. */
export function viewOf(bot: Bot, { now, locale }: { now: number; locale: Locale }): z.input<typeof BotView> {
  const { id, assistant_id, username, hint, error } = bot
  const isPolled = bot.lease_until > now
  const isOver = bot.status === 'unauthorized' || bot.status === 'failed'
  return {
    id,
    assistant_id,
    username,
    token: hint,
    is_enabled: bot.is_enabled === 1,
    status: isPolled || isOver ? bot.status : 'stopped',
    error,
    message: (error && SENTENCES[error]?.[locale]) || null,
    created_at: toIso(bot.created_at),
  }
}
