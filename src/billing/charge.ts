import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { publish } from '../events/publish.ts'
import { toRoubles } from '../lib/money.ts'
import { errors } from './errors.ts'
import { balanceEmpty } from './events.ts'
import { charge, credit, emptyPurse, purseOf } from './ledger.ts'
import { type Channel, priceOf, SERVICES } from './prices.ts'
import * as store from './store.ts'

/** An answer about to be given or delivered, as far as its price goes. */
export type Priced = { tenant_id: number; channel: Channel; model: string }
export type Delivered = Priced & { dialog_id: number; question_id: number }

/** Throws INSUFFICIENT_BALANCE when an answer could not be paid; asked before money is spent on a model. */
export async function assertCanAfford(ctx: Context, { tenant_id, ...answer }: Priced): Promise<void> {
  const price = priceOf(ctx.config, answer)
  if (price === 0) return
  const { balance } = await purseOf(ctx, tenant_id)
  if (balance < price) throw errors.INSUFFICIENT_BALANCE({ balance: toRoubles(balance), price: toRoubles(price) })
}

/** Charges a delivered answer, once per question, in the transaction that stores it; false when it cannot be paid. */
export async function chargeAnswer(ctx: TxContext, answer: Delivered): Promise<boolean> {
  const { tenant_id, channel, model, dialog_id, question_id } = answer
  return charge(ctx, {
    tenant_id,
    amount: priceOf(ctx.config, answer),
    reason: SERVICES[channel],
    reference: `question:${question_id}`,
    details: { dialog_id, message_count: 1, model },
  })
}

/** Announces that answers stop for want of money: once until the next credit, however many are refused. */
export async function noteUnpaid(ctx: TxContext, { tenant_id, ...answer }: Priced): Promise<void> {
  const at = ctx.now()
  const began = await store.markEmpty(ctx.db, emptyPurse(tenant_id), at)
  if (!began) return
  await publish(ctx, balanceEmpty, { tenant_id, balance: began.balance, price: priceOf(ctx.config, answer), at })
}

/** Gives the welcome bonus, once per owner; nothing while billing is off. */
export async function giveWelcomeBonus(ctx: TxContext, tenant_id: number): Promise<void> {
  const amount = ctx.config['billing.welcome_bonus']
  if (!ctx.config['billing.enabled'] || amount === 0) return
  await credit(ctx, { tenant_id, amount, reason: 'welcome_bonus', reference: `user:${tenant_id}` })
}

/** Moves a balance by hand, up or down, once per reference; INSUFFICIENT_BALANCE rather than below zero. Answers the new balance. */
export async function adjustBalance(
  ctx: Context,
  by: { tenant_id: number; kopecks: number; why: string; reference: string },
): Promise<number> {
  return inTransaction(ctx, async (ctx) => {
    const { tenant_id, kopecks, why, reference } = by
    const posting = { tenant_id, amount: Math.abs(kopecks), reason: 'adjustment' as const, reference, details: { why } }
    if (kopecks > 0) await credit(ctx, posting)
    else if (!(await charge(ctx, posting))) throw errors.INSUFFICIENT_BALANCE()
    return (await purseOf(ctx, tenant_id)).balance
  })
}
