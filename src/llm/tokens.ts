import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { errors as common, invalid, type Texts } from '../errors.ts'
import { SECOND } from '../lib/time.ts'
import { type Cause, causes, troubleOf } from './errors.ts'
import { BUILTIN, isLocalName, type Model } from './models.ts'
import { modelsOf, type Route, sealKey, settleRoute, testRoute, usageOf } from './pool.ts'
import type { TokenRow } from './store.ts'
import * as store from './store.ts'

export type TokenDraft = {
  name: string
  /** The provider's key itself. */
  token: string
  provider: TokenRow['provider']
  base_url: string | null
  model_access: string[]
  daily_limit: number | null
  monthly_limit: number | null
  priority: number
  is_active: boolean
  notes: string
}
/** A key as it may be shown: `token` is only a hint of it, usages are of the current UTC day and month. */
export type Token = Omit<TokenDraft, 'token'> & {
  id: number
  token: string
  daily_usage: number
  monthly_usage: number
  parked_until: number | null
  parked_reason: string | null
  created_at: number
}

const TEST_WAIT = 20 * SECOND // a person is waiting, but a cold provider deserves its time

/** Adds a key, sealed at rest. Throws VALIDATION_ERROR for a model or address that makes no sense. */
export async function addToken(ctx: Context, draft: TokenDraft): Promise<Token> {
  assertSensible(ctx, draft)
  const { token, ...fields } = draft
  return inTransaction(ctx, async (ctx) => {
    const unsealed = { ...columnsOf(fields), sealed: '', hint: '', parked_reason: null, parked_until: null }
    const { id } = await store.insertToken(ctx.db, { ...(unsealed as Columns), created_at: ctx.now() })
    // The seal is bound to the row, so it can only be made once the row has its number.
    const row = await store.changeToken(ctx.db, id, sealKey(ctx, id, token))
    return toView(row!, ctx.now())
  })
}

/** The keys, those asked first at the top. */
export async function listTokens(
  ctx: Context,
  page: { limit: number; offset: number },
): Promise<{ rows: Token[]; total: number }> {
  const rows = await store.listTokens(ctx.db, page)
  return { rows: rows.map((row) => toView(row, ctx.now())), total: await store.countTokens(ctx.db) }
}

/**
 * Changes the fields that are given; a parked key works again. A `token` equal to its own hint is left as it is.
 * Throws NOT_FOUND, or VALIDATION_ERROR as `addToken`.
 */
export async function editToken(ctx: Context, id: number, change: Partial<TokenDraft>): Promise<Token> {
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const before = await getRow(ctx, id)
    assertSensible(ctx, { ...toView(before, now), ...change })
    const { token, ...fields } = change
    const isNew = token !== undefined && token !== before.hint
    const secret = isNew ? sealKey(ctx, id, token) : {}
    const row = await store.changeToken(ctx.db, id, { ...columnsOf(fields), ...secret })
    return toView(row!, now)
  })
}

/** Forgets a key; what it was used for stays recorded. NOT_FOUND when there is none. */
export async function removeToken(ctx: Context, id: number): Promise<void> {
  if (!(await store.deleteToken(ctx.db, id))) throw common.NOT_FOUND()
}

export type TokenTest = { ok: boolean; cause: Cause | null; model: string; texts: Texts; ms: number }

/** Makes one tiny call with a key, whatever its limits, and says in a sentence what came of it; a key that works is unparked. */
export async function testToken(ctx: Context, id: number): Promise<TokenTest> {
  const row = await getRow(ctx, id)
  const name = modelsOf(row)[0]!
  const model: Model = { name, provider: row.provider, model: name, label: name, price_multiplier: 1 }
  const route = await testRoute(ctx, row, model)
  if (!route) return { ok: false, cause: 'unreadable', model: name, texts: causes.unreadable.texts, ms: 0 }
  const begun = ctx.now()
  const trouble = await tinyCall(ctx, route).then(
    () => null,
    (error) => troubleOf(error) ?? Promise.reject(error),
  )
  const ms = ctx.now() - begun
  // Our own patience ended, nobody cancelled anything.
  const settled = trouble?.cause === 'aborted' ? { ...trouble, cause: 'timeout' as const } : trouble
  await settleRoute(ctx, route, { trouble: settled, ms })
  const texts = settled ? causes[settled.cause].texts : { ru: 'Ключ работает', en: 'The key works' }
  return { ok: !settled, cause: settled?.cause ?? null, model: name, texts, ms }
}

async function tinyCall(ctx: Context, { base_url, key, headers, model }: Route): Promise<void> {
  const request = { base_url, key, headers, model, signal: AbortSignal.timeout(TEST_WAIT) }
  if (/embed|^emb:/.test(model)) return void (await ctx.outside.openai.embed({ ...request, input: ['?'] }))
  await ctx.outside.openai.chat({ ...request, turns: [{ role: 'user', content: '?' }], max_tokens: 1 })
}

async function getRow(ctx: Pick<Context, 'db'>, id: number): Promise<TokenRow> {
  const row = await store.findToken(ctx.db, id)
  if (!row) throw common.NOT_FOUND()
  return row
}

function assertSensible(
  { config }: Pick<Context, 'config'>,
  token: Pick<TokenDraft, 'provider' | 'base_url' | 'model_access'>,
): void {
  const ours = token.model_access.find((name) => name === BUILTIN.name || isLocalName(name))
  if (ours) throw invalid('model_access', `для «${ours}» ключ не нужен`, `«${ours}» needs no key`)
  if (token.base_url !== null) assertPlainUrl(token.base_url)
  const needsFolder = token.provider === 'yandex' && token.model_access.some((name) => !name.includes('://'))
  if (needsFolder && !config['yandex.folder']) {
    throw invalid('provider', 'сначала задайте yandex.folder', 'set yandex.folder first')
  }
}

function assertPlainUrl(text: string): void {
  const url = URL.parse(text)
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash
  if (!isPlain) {
    throw invalid(
      'base_url',
      'нужен адрес http(s) без пароля и параметров',
      'an http(s) address without password or query is needed',
    )
  }
}

type Columns = Parameters<typeof store.insertToken>[1]

function columnsOf({ model_access, is_active, ...fields }: Partial<Omit<TokenDraft, 'token'>>): Partial<Columns> {
  return {
    ...fields,
    ...(model_access && { model_access: JSON.stringify([...new Set(model_access)]) }),
    ...(is_active !== undefined && { is_active: is_active ? 1 : 0 }),
  }
}

function toView(row: TokenRow, now: number): Token {
  const { daily, monthly } = usageOf(row, now)
  const isResting = row.parked_until === null || row.parked_until > now
  const { id, name, provider, base_url, daily_limit, monthly_limit, priority, notes, created_at } = row
  return {
    ...{ id, name, provider, base_url, daily_limit, monthly_limit, priority, notes, created_at },
    token: row.hint,
    model_access: modelsOf(row),
    daily_usage: daily,
    monthly_usage: monthly,
    is_active: row.is_active === 1,
    parked_reason: isResting ? row.parked_reason : null,
    parked_until: isResting ? row.parked_until : null,
  }
}
