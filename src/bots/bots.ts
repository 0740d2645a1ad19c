import { sealingKeys } from '../config/secret-key.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import type { Scope } from '../db/tenant.ts'
import { errors as common } from '../errors.ts'
import { open, seal } from '../lib/crypto.ts'
import { SECOND } from '../lib/time.ts'
import { OutsideFailed } from '../outside/failures.ts'
import { TelegramRefused } from '../outside/telegram.ts'
import { errors } from './errors.ts'
import type { BotRow } from './store.ts'
import * as store from './store.ts'

export type Bot = BotRow
/** A token that Telegram has just accepted, with what it said about the bot. */
export type CheckedToken = { token: string; bot_id: string; username: string }
type Place = { tenant_id: number; assistant_id: number }

// The server's rule (telegram-bot-api): digits without a leading zero, a colon, a secret.
const TOKEN = /^[1-9]\d{0,15}:[A-Za-z0-9_-]{30,60}$/
const PATIENCE = 10 * SECOND // a person waits for the check

/** Asks Telegram whose token this is. Throws INVALID_TELEGRAM_TOKEN for one it refuses, BOT_STARTUP_FAILED when it cannot be asked. */
export async function checkToken(ctx: Context, token: string): Promise<CheckedToken> {
  if (!TOKEN.test(token)) throw errors.INVALID_TELEGRAM_TOKEN()
  try {
    const me = await ctx.outside.telegram.call(token, 'getMe', {}, { deadline: PATIENCE })
    return { token, bot_id: token.split(':')[0]!, username: String(me.username ?? '').slice(0, 64) }
  } catch (error) {
    throw refusalOf(error)
  }
}

/** Connects a bot to an assistant of the tenant; the same bot again only gets the new token. The caller has made sure of the assistant. */
export async function connectBot(ctx: Context, place: Place, token: string): Promise<Bot> {
  const checked = await checkToken(ctx, token)
  return inTransaction(ctx, (ctx) => keepBot(ctx, place, checked))
}

/** The same in the caller's transaction, with a token that was checked before it. Throws BOT_ALREADY_EXISTS for a bot that another assistant has, whoever's it is. */
export async function keepBot(ctx: TxContext, place: Place, checked: CheckedToken): Promise<Bot> {
  const other = await store.findByTelegramId(ctx.db, checked.bot_id)
  if (other && other.assistant_id !== place.assistant_id) throw errors.BOT_ALREADY_EXISTS()
  const before = other ?? (await store.findBotOf(ctx.db, place.assistant_id)) ?? (await addRow(ctx, place, checked))
  const { bot_id, username, token } = checked
  const isOther = before.bot_id !== bot_id
  const row = await store.changeBot(ctx.db, before, {
    bot_id,
    username,
    ...sealToken(ctx, before.id, token),
    is_enabled: 1,
    status: 'stopped',
    error: null,
    updated_at: ctx.now(),
    // Another bot counts its updates anew.
    ...(isOther ? { update_offset: 0 } : {}),
  })
  return row!
}

/** Disconnects the bot of an assistant, if it has one: it falls silent within a second, its dialogs stay. */
export async function disconnectBot(ctx: Context | TxContext, place: Place): Promise<void> {
  const bot = await store.findBotOf(ctx.db, place.assistant_id)
  if (bot?.tenant_id === place.tenant_id) await store.deleteBot(ctx.db, bot)
}

/** The bot, if the caller may see it; NOT_FOUND otherwise. */
export async function getBot(ctx: Context | TxContext, scope: Scope, id: number): Promise<Bot> {
  const bot = await store.findBot(ctx.db, scope, id)
  if (!bot) throw common.NOT_FOUND({ bot_id: id })
  return bot
}

/** The bots a caller may see, in the order they were connected. */
export function listBots(ctx: Context, scope: Scope): Promise<Bot[]> {
  return store.listBots(ctx.db, scope)
}

/** The bots of these assistants, by assistant. */
export async function botsByAssistant(ctx: Context | TxContext, assistant_ids: number[]): Promise<Map<number, Bot>> {
  const bots = assistant_ids.length === 0 ? [] : await store.botsOf(ctx.db, assistant_ids)
  return new Map(bots.map((bot) => [bot.assistant_id, bot]))
}

/** Switches a bot on, also one that had given up, or off; the node that polls it notices within a second. NOT_FOUND for a foreign one. */
export async function switchBot(ctx: Context, scope: Scope, { id, on }: { id: number; on: boolean }): Promise<Bot> {
  const bot = await getBot(ctx, scope, id)
  const change = { is_enabled: on ? 1 : 0, status: 'stopped' as const, error: null }
  return (await store.changeBot(ctx.db, bot, change)) ?? bot
}

/** Deletes a bot with its token; NOT_FOUND for a foreign one. */
export async function removeBot(ctx: Context, scope: Scope, id: number): Promise<void> {
  await store.deleteBot(ctx.db, await getBot(ctx, scope, id))
}

/** Asks Telegram about a connected bot: its name there, and how long the answer took in ms. Throws as `checkToken`. */
export async function testBot(ctx: Context, scope: Scope, id: number): Promise<{ username: string; ms: number }> {
  const begun = performance.now()
  const { username } = await checkToken(ctx, tokenOf(ctx, await getBot(ctx, scope, id)) ?? '')
  return { username, ms: Math.round(performance.now() - begun) }
}

/** The token of a bot in clear, only to be used at once; undefined when it was sealed with another secret key. */
export function tokenOf(ctx: Pick<Context, 'config'>, bot: Pick<Bot, 'id' | 'sealed'>): string | undefined {
  try {
    return open(sealingKeys(ctx.config), bot.sealed, placeOf(bot.id))
  } catch {
    // As after a restore without the key: this bot needs its token anew, the others go on.
    return undefined
  }
}

async function addRow(ctx: TxContext, place: Place, { bot_id, username }: CheckedToken): Promise<Bot> {
  const now = ctx.now()
  // The seal is bound to the row, so it can only be made once the row has its number.
  const unsealed = { bot_id, username, sealed: '', hint: '' }
  const row = await store.insertBot(ctx.db, { ...place, ...unsealed, created_at: now, updated_at: now })
  if (!row) throw errors.BOT_ALREADY_EXISTS()
  return row
}

function sealToken(ctx: Pick<Context, 'config'>, id: number, token: string): { sealed: string; hint: string } {
  const [number = '', secret = ''] = token.split(':')
  return { sealed: seal(sealingKeys(ctx.config)[0], token, placeOf(id)), hint: `${number}:${secret.slice(0, 3)}...` }
}

function placeOf(id: number): string {
  return `bots:${id}:sealed`
}

// Telegram answers 404 to what does not even look like a token.
function refusalOf(error: unknown): unknown {
  if (error instanceof TelegramRefused)
    return error.code === 401 || error.code === 404 ? errors.INVALID_TELEGRAM_TOKEN() : errors.BOT_STARTUP_FAILED()
  return error instanceof OutsideFailed ? errors.BOT_STARTUP_FAILED({ reason: error.reason }) : error
}
