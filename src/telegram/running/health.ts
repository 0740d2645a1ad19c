import type { Bot } from '../../bots/bots.ts'
import { errors } from '../../bots/errors.ts'
import { SECOND } from '../../lib/time.ts'
import { TelegramRefused } from '../../outside/telegram.ts'

/** How a bot is doing, and how long it rests before the next question. */
export type Health = {
  status: Bot['status']
  error: string | null
  failures: number
  pause: number
  drops_webhook: boolean
}

export const SOUND: Health = { status: 'running', error: null, failures: 0, pause: 0, drops_webhook: false }

// Each question of ours ends the other program's, and Telegram answers it three seconds late; yet when the other one is gone, visitors wait for us.
const CONFLICT: [number, number] = [3 * SECOND, 9 * SECOND]
const NETWORK: [number, number] = [SECOND, 30 * SECOND]

/** What a failed question says about a bot. */
export function judge(error: unknown, before: Health): Health {
  const failures = before.failures + 1
  const health = { failures, drops_webhook: false }
  if (!(error instanceof TelegramRefused)) return { ...health, ...troubled(before), pause: growing(NETWORK, failures) }
  const { code, description, retry_after } = error
  if (code === 401 || code === 404)
    return { ...health, status: 'unauthorized', error: errors.INVALID_TELEGRAM_TOKEN.code, pause: 0 }
  if (code === 409 && /webhook/i.test(description))
    return { ...health, status: 'starting', error: null, pause: growing(CONFLICT, failures), drops_webhook: true }
  if (code === 409)
    return { ...health, status: 'conflict', error: errors.BOT_RUNS_ELSEWHERE.code, pause: growing(CONFLICT, failures) }
  return { ...health, ...troubled(before), pause: retry_after ?? growing(NETWORK, failures) }
}

// A bot that has worked goes on trying and shows it; one that has not says that it did not start.
function troubled(before: Health): Pick<Health, 'status' | 'error'> {
  return before.status === 'running' && before.failures < 3
    ? { status: 'running', error: null }
    : { status: 'failed', error: errors.BOT_STARTUP_FAILED.code }
}

// The last tenth is drawn at random, so that many bots do not come back at once.
function growing([shortest, longest]: [number, number], failures: number): number {
  const whole = Math.min(longest, shortest * 2 ** (failures - 1))
  return Math.max(shortest, whole * (0.9 + Math.random() / 10))
}
