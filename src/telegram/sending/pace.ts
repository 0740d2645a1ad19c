import type { Context } from '../../context.ts'
import type { Bus } from '../../events/bus.ts'
import { pause, SECOND } from '../../lib/time.ts'

/** Where a message goes: a chat of one bot. */
export type Line = { bot_id: number; chat_id: string }
type Rule = { every: number; burst: number }
type Pace = { next: Map<string, number>; closed: Map<string, number> }

// What Telegram bears: about one message a second in a chat, 20 a minute in a group, 30 a second in all (its FAQ).
const CHAT: Rule = { every: 1000, burst: 3 }
const GROUP: Rule = { every: 5000, burst: 8 } // 8 at once and 12 more within the minute
const BOT: Rule = { every: 40, burst: 5 }
const PATIENCE = 2 * SECOND // a longer pause is kept as a task, so that it holds no worker
const MANY = 10_000 // lines remembered before the idle ones are dropped

// One pace for each running appliance; its bus is what all its contexts share.
const paces = new WeakMap<Bus, Pace>()

/** Waits for the turn of a message if it comes soon, and answers 0; else answers at once in how many ms to ask again. */
export async function awaitTurn(ctx: Context, line: Line): Promise<number> {
  const wait = takeTurn(ctx, line, PATIENCE)
  if (wait > PATIENCE) return wait
  await pause(wait)
  return 0
}

/** How many ms a message for this chat must wait; when that is at most `patience`, its turn is taken. Each node counts for itself. */
export function takeTurn(ctx: Context, line: Line, patience: number): number {
  const { next, closed } = paceOf(ctx)
  const now = ctx.now()
  const rules = rulesOf(line)
  const waits = rules.map(([key, rule]) => (next.get(key) ?? 0) - rule.every * (rule.burst - 1) - now)
  const wait = Math.max(0, ...waits, ...rules.map(([key]) => (closed.get(key) ?? 0) - now))
  if (wait > patience) return wait
  for (const [key, { every }] of rules) next.set(key, Math.max(next.get(key) ?? 0, now + wait) + every)
  if (next.size > MANY) forget(next, now)
  return wait
}

/** Telegram asked for a pause: in this chat, and once a second chat of the bot is told the same, for the whole bot. */
export function closeFor(ctx: Context, line: Line, ms: number): void {
  const { closed } = paceOf(ctx)
  const now = ctx.now()
  forget(closed, now)
  const own = chatKey(line)
  const isBot = [...closed.keys()].some((key) => key !== own && key.startsWith(`${line.bot_id}:`))
  closed.set(isBot ? botKey(line) : own, now + ms)
}

function paceOf(ctx: Pick<Context, 'bus'>): Pace {
  const pace = paces.get(ctx.bus) ?? { next: new Map(), closed: new Map() }
  paces.set(ctx.bus, pace)
  return pace
}

function rulesOf(line: Line): [string, Rule][] {
  return [
    [chatKey(line), line.chat_id.startsWith('-') ? GROUP : CHAT],
    [botKey(line), BOT],
  ]
}

const chatKey = ({ bot_id, chat_id }: Line) => `${bot_id}:${chat_id}`
const botKey = ({ bot_id }: Line) => `${bot_id}`

function forget(moments: Map<string, number>, now: number): void {
  for (const [key, moment] of moments) if (moment <= now) moments.delete(key)
}
