import { sealingKeys } from '../config/secret-key.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { open, seal } from '../lib/crypto.ts'
import { DAY, HOUR, SECOND } from '../lib/time.ts'
import { causes, type Trouble } from './errors.ts'
import { type Model, nameAtProvider, type Provider } from './models.ts'
import type { NewUsage, SeenToken, TokenRow } from './store.ts'
import * as store from './store.ts'

const FAILURES_ALLOWED = 5 // in a row; fewer would park a key for one bad minute of its provider
const CIRCUIT_REST = 30 * SECOND // then one request probes
const UNTOLD_WAIT = 60 * SECOND // a provider that limits us without saying how long counts by the minute
const LONGEST_WAIT = HOUR // it may have been raised meanwhile; one refused request an hour is cheap to find out

export type Purpose = NewUsage['purpose']
/** One way to reach a model, taken for one call: the request is counted and its usage row is open. */
export type Route = {
  provider: Exclude<Provider, 'builtin'>
  model: string
  base_url: string
  key: string | null
  headers: Record<string, string>
  token: SeenToken | null
  usage_id: number
}
export type Outcome = {
  trouble: Trouble | null
  ms: number
  prompt_tokens?: number | null
  completion_tokens?: number | null
  cost?: number | null
}

/** The keys that serve a model, best first: priority 1 before 2, equal ones by least use today, then this month. */
export async function pickTokens(ctx: Context, model: string): Promise<TokenRow[]> {
  const now = ctx.now()
  const serving = (await store.activeTokens(ctx.db)).filter((token) => modelsOf(token).includes(model))
  const use = (token: TokenRow) => usageOf(token, now)
  return serving.sort(
    (a, b) => a.priority - b.priority || use(a).daily - use(b).daily || use(a).monthly - use(b).monthly || a.id - b.id,
  )
}

/** Why a key cannot be used now: over our own limit, or resting; undefined when it can. */
export function obstacle(token: TokenRow, now: number): 'limit' | 'rest' | undefined {
  if (token.parked_reason !== null && (token.parked_until === null || token.parked_until > now)) return 'rest'
  const { daily, monthly } = usageOf(token, now)
  const isOver = daily >= (token.daily_limit ?? Infinity) || monthly >= (token.monthly_limit ?? Infinity)
  return isOver ? 'limit' : undefined
}

type Want = { model: Model; purpose: Purpose; tenant_id: number | null }

/**
 * Takes one request of a key, counting it in the transaction that opens its usage row.
 * Undefined when another took the last one meanwhile, or when the key cannot be read: then it rests until edited.
 */
export async function takeRoute(ctx: Context, token: TokenRow, want: Want): Promise<Route | undefined> {
  const key = openKey(ctx, token)
  if (key === undefined) {
    ctx.log.error({ token_id: token.id }, 'a provider key was sealed with another secret key and must be entered again')
    await store.parkToken(ctx.db, token, { reason: 'unreadable', until: null })
    return undefined
  }
  return inLine(ctx, async (ctx) => {
    const now = ctx.now()
    const when = { now, day: dayOf(now), month: monthOf(now), probe_until: now + CIRCUIT_REST }
    const taken = await store.takeRequest(ctx.db, { id: token.id, version: token.version, ...when })
    return taken && openRoute(ctx, taken, { ...want, key })
  })
}

/** A route over a key whatever its limits and rest, to try the key itself; undefined when it cannot be read. */
export async function testRoute(ctx: Context, token: TokenRow, model: Model): Promise<Route | undefined> {
  const key = openKey(ctx, token)
  if (key === undefined) return undefined
  return inLine(ctx, (ctx) => openRoute(ctx, token, { model, purpose: 'test', tenant_id: null, key }))
}

/** The route to the local server: nothing is limited, but its use is recorded. */
export async function localRoute(ctx: Context, want: Want): Promise<Route> {
  const usage_id = await store.insertUsage(ctx.db, newUsage(ctx, want, { provider: 'ollama', token_id: null }))
  const base_url = ctx.config['ollama.url']
  return { provider: 'ollama', model: want.model.model, base_url, key: null, headers: {}, token: null, usage_id }
}

/** Closes the usage row and draws the consequence for the key, in one transaction. A key that was edited meanwhile is left alone. */
export function settleRoute(ctx: Context, route: Route, { trouble, ...outcome }: Outcome): Promise<void> {
  return inLine(ctx, async (ctx) => {
    await store.finishUsage(ctx.db, route.usage_id, { ...outcome, outcome: trouble?.cause ?? 'ok' })
    if (route.token && trouble) await markToken(ctx, route.token, trouble)
    if (route.token && !trouble) await clearToken(ctx, route.token)
  })
}

/** Takes note of a key's text for its row: sealed for this row only, with a hint that may be shown. */
export function sealKey(ctx: Pick<Context, 'config'>, id: number, key: string): { sealed: string; hint: string } {
  return { sealed: seal(sealingKeys(ctx.config)[0], key, place(id)), hint: hintOf(key) }
}

/** Usage in the current UTC day and month; what was counted in an earlier one is zero now. */
export function usageOf(token: TokenRow, now: number): { daily: number; monthly: number } {
  return {
    daily: token.usage_day === dayOf(now) ? token.daily_usage : 0,
    monthly: token.usage_month === monthOf(now) ? token.monthly_usage : 0,
  }
}

/** The names a key gives access to. */
export function modelsOf(token: Pick<TokenRow, 'model_access'>): string[] {
  return JSON.parse(token.model_access) as string[]
}

let lastInLine: Promise<unknown> = Promise.resolve()

/** One transaction after another: all of them touch the row of the same few keys, and Postgres would undo all but one of those at once. */
function inLine<T>(ctx: Context, work: (ctx: TxContext) => Promise<T>): Promise<T> {
  const begin = () => inTransaction(ctx, work)
  const next = lastInLine.then(begin, begin)
  lastInLine = next
  return next
}

async function openRoute(ctx: TxContext, token: TokenRow, { key, ...want }: Want & { key: string }): Promise<Route> {
  const { id, version, provider } = token
  const isYandex = provider === 'yandex'
  return {
    provider,
    model: nameAtProvider(ctx.config, provider, want.model.name),
    base_url: token.base_url ?? ctx.config[isYandex ? 'yandex.base_url' : 'openai.base_url'],
    key,
    // Yandex keeps what is sent unless told not to; these are customers' words.
    headers: isYandex ? { 'x-data-logging-enabled': 'false' } : {},
    token: { id, version },
    usage_id: await store.insertUsage(ctx.db, newUsage(ctx, want, { provider, token_id: id })),
  }
}

function newUsage(
  ctx: Pick<Context, 'now'>,
  { model, purpose, tenant_id }: Want,
  over: Pick<NewUsage, 'provider' | 'token_id'>,
): NewUsage {
  return { ...over, tenant_id, model: model.name, purpose, created_at: ctx.now(), cost: null, ms: null }
}

async function markToken(ctx: TxContext, token: SeenToken, { cause, retry_after_ms }: Trouble): Promise<void> {
  const { mark } = causes[cause]
  const now = ctx.now()
  if (mark === 'edit') await store.parkToken(ctx.db, token, { reason: cause, until: null })
  if (mark === 'wait') {
    const wait = Math.min(retry_after_ms ?? UNTOLD_WAIT, LONGEST_WAIT)
    await store.parkToken(ctx.db, token, { reason: cause, until: now + wait })
  }
  if (mark === 'count') {
    await store.noteFailure(ctx.db, token, { allowed: FAILURES_ALLOWED, until: now + CIRCUIT_REST })
  }
}

/** A healthy key is not written to, so that parallel answers do not queue for its row. */
async function clearToken(ctx: TxContext, seen: SeenToken): Promise<void> {
  const token = await store.findToken(ctx.db, seen.id)
  if (token && (token.failures > 0 || token.parked_reason !== null)) await store.noteSuccess(ctx.db, seen)
}

function openKey(ctx: Pick<Context, 'config'>, { id, sealed }: TokenRow): string | undefined {
  try {
    return open(sealingKeys(ctx.config), sealed, place(id))
  } catch {
    // Another secret key, as after a restore without it: this key is lost, the others and the visitor are not.
    return undefined
  }
}

function place(id: number): string {
  return `ai_tokens:${id}:sealed`
}

/** `sk-...last4`; the end of a short key would be too much of it. */
function hintOf(key: string): string {
  const prefix = /^[A-Za-z]{2,6}-/.exec(key)?.[0] ?? ''
  return `${prefix}...${key.length >= 16 ? key.slice(-4) : ''}`
}

function dayOf(now: number): number {
  return Math.floor(now / DAY)
}

function monthOf(now: number): number {
  const date = new Date(now)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
