import type { Context } from '../context.ts'
import type { AppError } from '../errors.ts'
import { pause, SECOND } from '../lib/time.ts'
import { type Cause, causes, errors, type Trouble, troubleOf } from './errors.ts'
import { costOf, type Model } from './models.ts'
import { localRoute, obstacle, type Purpose, pickTokens, type Route, settleRoute, takeRoute } from './pool.ts'
import type { TokenRow } from './store.ts'

const MAX_CALLS = 3 // a visitor waits for all of them
const LONGEST_PAUSE = 3 * SECOND // for a key its provider lets rest; longer, and the embedded engine is the better answer
const LEAST_LEFT = 500 // ms; no model answers in less
const FIRST_BACKOFF = 300 // ms, doubled each time: the other side gets a moment, the visitor hardly notices
const JITTER = 0.25 // of a pause, so that many who failed together do not return together

export type Want<T> = {
  model: Model
  purpose: Purpose
  tenant_id: number | null
  /** Epoch ms by which all is over, waiting and retries included. */
  deadline: number
  signal?: AbortSignal | undefined
  /** What is wrong with an answer that arrived whole. */
  judge?: (answer: T) => Cause | null
}
export type Terms = { signal: AbortSignal; first_ms: number }
export type Attempt = {
  provider: Route['provider']
  model: string
  token_id: number | null
  /** Null for the one that answered. */
  cause: Cause | null
  ms: number
}
type Call<T> = (route: Route, terms: Terms) => Promise<T>
type Counted = { prompt_tokens?: number | null; completion_tokens?: number | null }
type Next = { route: Route; hasRival: boolean }

/**
 * Calls one route of a model after another until one answers; throws what `complete` throws.
 * A refused or failing key is marked for its cause; one that asked us to wait a moment is waited for when there is no other.
 */
export async function throughRoutes<T extends Counted>(
  ctx: Context,
  want: Want<T>,
  call: Call<T>,
): Promise<{ answer: T; route: Route; attempts: Attempt[] }> {
  const attempts: Attempt[] = []
  while (attempts.length < MAX_CALLS) {
    const next = await nextRoute(ctx, want, attempts)
    if (!next) break
    const failed = attempts.at(-1)
    if (failed) ctx.log.warn({ reason: errors.AI_PROXY_FAILOVER.code, ...failed }, 'the model is asked again')
    const { answer, trouble, ms } = await tryRoute(ctx, want, next, call)
    const { provider, model, token } = next.route
    attempts.push({ provider, model, token_id: token?.id ?? null, cause: trouble?.cause ?? null, ms })
    if (answer && !trouble) return { answer, route: next.route, attempts }
  }
  throw await whyNot(ctx, want, attempts)
}

async function tryRoute<T extends Counted>(ctx: Context, want: Want<T>, { route, hasRival }: Next, call: Call<T>) {
  const begun = ctx.now()
  const left = Math.max(0, Math.round(want.deadline - begun))
  const signal = AbortSignal.any([AbortSignal.timeout(left), ...(want.signal ? [want.signal] : [])])
  // A silent key may use half of the time when another is waiting for its turn.
  const first_ms = hasRival ? Math.ceil(left / 2) : left
  const { answer, trouble, accident } = await outcomeOf(want, () => call(route, { signal, first_ms }))
  const ms = ctx.now() - begun
  const { prompt_tokens = null, completion_tokens = null } = answer ?? {}
  const cost = costOf(want.model, prompt_tokens, completion_tokens)
  await settleRoute(ctx, route, { trouble, ms, prompt_tokens, completion_tokens, cost })
  if (accident) throw accident.error
  return { answer, trouble, ms }
}

type Result<T> = { answer?: T; trouble: Trouble | null; accident?: { error: unknown } }

async function outcomeOf<T>(want: Want<T>, call: () => Promise<T>): Promise<Result<T>> {
  try {
    const answer = await call()
    const cause = want.judge?.(answer) ?? null
    return { answer, trouble: cause && { cause, retry_after_ms: null } }
  } catch (error) {
    const trouble = troubleOf(error)
    // An error of our own, such as a listener's, says nothing about the key; it is thrown on once the usage is closed.
    if (!trouble) return { trouble: { cause: 'aborted', retry_after_ms: null }, accident: { error } }
    const isLate = trouble.cause === 'aborted' && !want.signal?.aborted
    return { trouble: isLate ? { ...trouble, cause: 'deadline' } : trouble }
  }
}

async function nextRoute<T>(ctx: Context, want: Want<T>, attempts: Attempt[]): Promise<Next | undefined> {
  want.signal?.throwIfAborted()
  const last = attempts.at(-1)
  if (last?.cause && causes[last.cause].then === 'stop') return undefined
  if (want.deadline - ctx.now() < LEAST_LEFT) return undefined
  if (want.model.provider !== 'ollama') return nextKey(ctx, want, attempts)
  if (last?.cause && causes[last.cause].then === 'next') return undefined
  await backOff(want, attempts.length)
  return { route: await localRoute(ctx, want), hasRival: false }
}

async function nextKey<T>(ctx: Context, want: Want<T>, attempts: Attempt[]): Promise<Next | undefined> {
  let ready = await readyTokens(ctx, want, attempts)
  if (ready.length === 0 && (await waitForRest(ctx, want))) ready = await readyTokens(ctx, want, attempts)
  for (const token of ready) {
    await backOff(want, triesOf(token, attempts))
    const route = await takeRoute(ctx, token, want)
    const hasRival = ready.some((other) => other !== token && triesOf(other, attempts) === 0)
    if (route) return { route, hasRival }
  }
  return undefined
}

/** Keys that may be asked now: those not yet asked for this request first, else best first. */
async function readyTokens<T>(ctx: Context, want: Want<T>, attempts: Attempt[]): Promise<TokenRow[]> {
  const unfit = new Set(attempts.filter((one) => one.cause && isUnfit(one.cause)).map((one) => one.token_id))
  const tokens = await pickTokens(ctx, want.model.name)
  return tokens
    .filter((token) => !unfit.has(token.id) && obstacle(token, ctx.now()) === undefined)
    .sort((a, b) => triesOf(a, attempts) - triesOf(b, attempts))
}

/** A key that only has to wait is fit again afterwards. */
function isUnfit(cause: Cause): boolean {
  return causes[cause].then === 'next' && causes[cause].mark !== 'wait'
}

/** Waits for the key that is ready soonest, if that is worth a visitor's while; says whether it waited. */
async function waitForRest<T>(ctx: Context, want: Want<T>): Promise<boolean> {
  const now = ctx.now()
  const resting = (await pickTokens(ctx, want.model.name)).filter((token) => token.parked_reason === 'rate_limit')
  const soonest = Math.min(...resting.map((token) => token.parked_until ?? Infinity))
  const latest = Math.min(now + LONGEST_PAUSE, want.deadline - LEAST_LEFT)
  if (soonest > latest) return false
  await pause(soonest - now, want.signal)
  return true
}

function triesOf(token: TokenRow, attempts: Attempt[]): number {
  return attempts.filter((one) => one.token_id === token.id).length
}

async function backOff<T>(want: Want<T>, tries: number): Promise<void> {
  if (tries === 0) return
  const wait = FIRST_BACKOFF * 2 ** (tries - 1)
  await pause(wait * (1 - JITTER * Math.random()), want.signal)
}

async function whyNot<T>(ctx: Context, want: Want<T>, attempts: Attempt[]): Promise<AppError> {
  want.signal?.throwIfAborted()
  const last = attempts.at(-1)?.cause
  const isLate = want.deadline - ctx.now() < LEAST_LEFT || last === 'deadline' || last === 'timeout'
  if (isLate) return errors.AI_REQUEST_TIMEOUT({ attempts })
  const tokens = await pickTokens(ctx, want.model.name)
  const isUsedUp = tokens.length > 0 && tokens.every((token) => obstacle(token, ctx.now()) === 'limit')
  if (isUsedUp && attempts.length === 0) return errors.AI_TOKEN_LIMIT_EXCEEDED({ attempts })
  return errors.AI_PROVIDER_UNAVAILABLE({ attempts })
}
