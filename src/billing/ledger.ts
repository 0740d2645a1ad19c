import type { Context, TxContext } from '../context.ts'
import { publish } from '../events/publish.ts'
import { GENESIS, seal } from './chain/chain.ts'
import { balanceLow } from './events.ts'
import type { EntryRow, Purse } from './store.ts'
import * as store from './store.ts'

export type { EntryRow, Purse }

/** What money comes for. */
type CreditReason = 'topup' | 'welcome_bonus' | 'adjustment'
/** What money goes for. */
export type ChargeReason = 'widget_message' | 'telegram_message' | 'adjustment'
type Reason = CreditReason | ChargeReason | 'refund' | 'debt'
/** A movement by its positive sum in kopecks; the same reason and reference is the same movement. */
type Posting<R extends Reason> = {
  tenant_id: number
  amount: number
  reason: R
  reference: string
  details?: Record<string, unknown>
}

/** What an owner has; a purse nothing was ever put into is empty. */
export async function purseOf(ctx: Context | TxContext, tenant_id: number): Promise<Purse> {
  return (await store.findPurse(ctx.db, tenant_id)) ?? emptyPurse(tenant_id)
}

/** What everybody has, by owner. */
export async function listPurses(ctx: Context, page: { limit: number; offset: number }) {
  return { purses: await store.listPurses(ctx.db, page), total: await store.countPurses(ctx.db) }
}

/** Gives money once per reason and reference, answers the entry, and pays a debt from it. A repeat changes nothing and answers the first entry. */
export async function credit(ctx: TxContext, posting: Posting<CreditReason>): Promise<EntryRow> {
  const posted = (await post(ctx, posting, posting.amount))!
  if (posted.is_new) await payDebt(ctx, posting)
  return posted.entry
}

/** Takes money once per reason and reference; false, and nothing moves, when it is not there. A repeat takes nothing more. */
export async function charge(ctx: TxContext, posting: Posting<ChargeReason>): Promise<boolean> {
  if (posting.amount === 0) return true
  const posted = await post(ctx, posting, -posting.amount)
  if (posted?.is_new) await noteLow(ctx, posted.entry)
  return posted !== undefined
}

/**
 * Takes back what the bank has returned already, once per reference. What was spent meanwhile becomes a debt that the next credits pay,
 * so the balance never falls below zero and the entries always add up to it.
 */
export async function takeBack(ctx: TxContext, posting: Posting<'refund'>): Promise<EntryRow> {
  const { balance } = await purseOf(ctx, posting.tenant_id)
  const taken = Math.min(balance, posting.amount)
  const owed = posting.amount - taken
  const details = { ...posting.details, ...(owed > 0 ? { owed } : {}) }
  return (await post(ctx, { ...posting, details }, -taken, owed))!.entry
}

async function payDebt(ctx: TxContext, { tenant_id, reason, reference }: Posting<CreditReason>): Promise<void> {
  const { balance, debt } = await purseOf(ctx, tenant_id)
  const amount = Math.min(balance, debt)
  if (amount === 0) return
  await post(ctx, { tenant_id, amount, reason: 'debt', reference: `${reason}:${reference}` }, -amount, -amount)
}

// The one place that moves money. Entry and purse change together; a rival makes the transaction run again (Postgres) or waits (SQLite).
async function post(
  ctx: TxContext,
  posting: Posting<Reason>,
  amount: number,
  debt = 0,
): Promise<{ entry: EntryRow; is_new: boolean } | undefined> {
  if (!Number.isSafeInteger(posting.amount) || posting.amount <= 0)
    throw new Error(`${posting.amount} is no sum of kopecks`)
  const known = await store.findEntry(ctx.db, posting)
  if (known) return { entry: known, is_new: false }
  const purse = await purseOf(ctx, posting.tenant_id)
  const balance = purse.balance + amount
  if (balance < 0) return undefined
  const { tenant_id, reason, reference, details = {} } = posting
  const entry = seal(
    {
      tenant_id,
      seq: purse.entries + 1,
      amount,
      reason,
      reference,
      balance_after: balance,
      details: JSON.stringify(details),
      created_at: ctx.now(),
    },
    purse.hash,
  )
  const moved = { ...moveCounters(purse, posting), balance, debt: purse.debt + debt, entries: entry.seq }
  if (!(await store.movePurse(ctx.db, purse, { ...moved, hash: entry.hash }))) throw new Error('two moved one purse')
  return { entry: await store.insertEntry(ctx.db, entry), is_new: true }
}

/** What a movement does to a purse besides its balance and debt. */
export function moveCounters(purse: Purse, { reason, amount }: { reason: string; amount: number }): Purse {
  const isCharge = reason === 'widget_message' || reason === 'telegram_message'
  const isCredit = reason === 'topup' || reason === 'welcome_bonus' || reason === 'adjustment'
  return {
    ...purse,
    spent: purse.spent + (isCharge ? amount : 0),
    bonus: purse.bonus + (reason === 'welcome_bonus' ? amount : 0),
    plan: reason === 'topup' ? 'payg' : purse.plan,
    empty_since: isCredit ? null : purse.empty_since,
  }
}

// By crossing, so that each fall is told once and no equality can be jumped over.
async function noteLow(ctx: TxContext, { tenant_id, amount, balance_after: balance }: EntryRow): Promise<void> {
  const threshold = ctx.config['billing.low_balance']
  if (balance >= threshold || balance - amount < threshold) return
  await publish(ctx, balanceLow, { tenant_id, balance, threshold, at: ctx.now() })
}

/** A purse before its first entry. */
export function emptyPurse(tenant_id: number): Purse {
  return {
    tenant_id,
    balance: 0,
    debt: 0,
    spent: 0,
    bonus: 0,
    plan: 'trial',
    entries: 0,
    hash: GENESIS,
    empty_since: null,
  }
}
