import type { Context, TxContext } from '../context.ts'
import { EVERYBODY } from '../db/tenant.ts'
import { DAY, SECOND } from '../lib/time.ts'
import type { Bot } from './bots.ts'
import * as store from './store.ts'

const LEASE = 10 * SECOND // a node that died gives its bots back after this; a living one extends it each second
const UNNUMBERED = 6 * DAY // after a week without updates Telegram goes on at a random number

/** The bots that are to be polled, whoever's. */
export function wantedBots(ctx: Context): Promise<Bot[]> {
  return store.wantedBots(ctx.db)
}

/** Takes a bot for this node, or keeps it for some more seconds; false when another node has it, or it was switched off. */
export function claimBot(ctx: Context, id: number, holder: string): Promise<boolean> {
  const now = ctx.now()
  return store.claimBot(ctx.db, { id, holder, now, lease_until: now + LEASE })
}

/** Lets a bot go, so that another node may take it at once. What ended it for good stays in its status. */
export async function releaseBot(ctx: Context, id: number, holder: string): Promise<void> {
  await store.freeBot(ctx.db, { id, holder })
}

/** Takes back what the predecessor on this machine polled; only for the holder of the instance lock. */
export async function releaseAllBots(ctx: Context): Promise<void> {
  await store.freeAllBots(ctx.db)
}

/** Notes how a bot is doing, while this node has it. */
export async function noteStatus(
  ctx: Context,
  { id, holder }: { id: number; holder: string },
  status: { status: Bot['status']; error: string | null; username?: string },
): Promise<void> {
  await store.setStatus(ctx.db, { id, holder }, status)
}

/** Moves a bot past an update, in the transaction that handles it; false when it was handled before, or another node has the bot. */
export function passUpdate(ctx: TxContext, of: { id: number; holder: string; update_id: number }): Promise<boolean> {
  return store.advance(ctx.db, { ...of, now: ctx.now() })
}

/** The number to ask Telegram for; 0 after days of silence, because the next update may then have a lower one than the last. */
export async function offsetOf(ctx: Context, bot: Pick<Bot, 'id'>, holder: string): Promise<number> {
  const row = await store.findBot(ctx.db, EVERYBODY, bot.id)
  if (!row || row.update_offset === 0 || ctx.now() - row.updated_at < UNNUMBERED) return row?.update_offset ?? 0
  await store.forgetOffset(ctx.db, { id: bot.id, holder })
  return 0
}
