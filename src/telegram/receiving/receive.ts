import { passUpdate } from '../../bots/polled.ts'
import type { Context, TxContext } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import type { Attachment } from '../../dialogs/events.ts'
import { AppError } from '../../errors.ts'
import { staffGroup } from '../staff/desk.ts'
import { linking } from '../staff/linking/link.ts'
import type { Standing } from '../staff/linking/standing.ts'
import * as store from '../store.ts'
import { buttons } from './buttons.ts'
import { chats } from './chats.ts'
import { edits } from './edits.ts'
import { messages } from './messages.ts'
import { type Incoming, readUpdate } from './updates.ts'

/** A bot as its loop knows it. */
export type Polled = {
  id: number
  tenant_id: number
  assistant_id: number
  bot_id: string
  username: string
  token: string
  /** The node that polls it. */
  holder: string
}
export type Update = Record<string, unknown> & { update_id: number }
/** What is fetched before the transaction. */
export type Fetched = { attachments: Attachment[]; is_lost: boolean; standing?: Standing }
/** What is done after the commit, for what it is worth: nobody waits for it, and its failure is only logged. */
export type After = (ctx: Context) => Promise<unknown>
/** One who may want an update. */
export type Receiver = {
  takes: (ctx: Context, bot: Polled, incoming: Incoming) => boolean | Promise<boolean>
  fetch?: (ctx: Context, bot: Polled, incoming: Incoming) => Promise<Fetched | undefined>
  /** All it changes is one transaction with the offset. Answers what is done after it. */
  receive: (ctx: TxContext, bot: Polled, incoming: Incoming, fetched: Fetched | undefined) => Promise<After[]>
}

/** Asked in this order; the first that takes an update is the only one that hears of it. What the staff's own group wants stands before the visitors' receivers. */
const receivers: Receiver[] = [linking, staffGroup, chats, buttons, edits, messages]

const MAX_KEPT = 4000 // characters of an update that is set aside: enough to see what it was

/**
 * Handles one update: everything it changes and the new offset are one transaction, so a repeat changes nothing.
 * What makes no sense, or is refused, is set aside; an accident is thrown and nothing has happened then.
 */
export async function receiveUpdate(ctx: Context, bot: Polled, update: Update): Promise<void> {
  const incoming = readUpdate(update, bot)
  if (incoming.kind === 'broken') {
    await setAside(ctx, bot, { update, reason: incoming.reason })
    return finish(ctx, [answerBroken(bot, update)])
  }
  try {
    await finish(ctx, await handle(ctx, bot, { incoming, update_id: update.update_id }))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await setAside(ctx, bot, { update, reason: error.code })
  }
}

/** Passes over an update that cannot be handled; it stays to be looked at. */
export async function setAside(ctx: Context, bot: Polled, of: { update: Update; reason: string }): Promise<void> {
  const { update, reason } = of
  const { update_id } = update
  await inTransaction(ctx, async (ctx) => {
    if (!(await passUpdate(ctx, { id: bot.id, holder: bot.holder, update_id }))) return
    // JSON escapes what no database takes: NUL and half letters.
    const body = JSON.stringify(update).toWellFormed().slice(0, MAX_KEPT)
    await store.insertSkipped(ctx.db, { bot_id: bot.id, update_id, reason, body, created_at: ctx.now() })
  })
  ctx.log.warn({ bot_id: bot.id, update_id, reason }, 'an update was set aside')
}

async function handle(
  ctx: Context,
  bot: Polled,
  { incoming, update_id }: { incoming: Incoming; update_id: number },
): Promise<After[]> {
  const receiver = await whoTakes(ctx, bot, incoming)
  const fetched = await receiver?.fetch?.(ctx, bot, incoming)
  return inTransaction(ctx, async (ctx) => {
    const isNew = await passUpdate(ctx, { id: bot.id, holder: bot.holder, update_id })
    return isNew && receiver ? receiver.receive(ctx, bot, incoming, fetched) : []
  })
}

async function whoTakes(ctx: Context, bot: Polled, incoming: Incoming): Promise<Receiver | undefined> {
  for (const one of receivers) if (await one.takes(ctx, bot, incoming)) return one
  return undefined
}

async function finish(ctx: Context, works: After[]): Promise<void> {
  for (const work of works)
    void work(ctx).catch((err) => ctx.log.info({ err }, 'something small in Telegram did not work'))
}

// Whoever pressed a button sees a clock on it until the bot answers.
function answerBroken(bot: Polled, update: Update): After {
  const id = (update.callback_query as { id?: unknown } | null | undefined)?.id
  return async (ctx) => {
    if (typeof id !== 'string' || id.length > 100) return
    await ctx.outside.telegram.call(bot.token, 'answerCallbackQuery', { callback_query_id: id })
  }
}
