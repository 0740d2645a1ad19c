import type { z } from 'zod'
import type { balanceEmpty, balanceLow } from '../billing/events.ts'
import { publicUrl } from '../config/config.ts'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type Letter, writeLetter } from '../email/write.ts'
import { inRoubles } from '../lib/money.ts'
import type { paymentConfirmed } from '../payments/events.ts'
import { getUser } from '../users/users.ts'

type BalanceLow = z.infer<typeof balanceLow.shape>
type BalanceEmpty = z.infer<typeof balanceEmpty.shape>
type PaymentConfirmed = z.infer<typeof paymentConfirmed.shape>

/** Tells an owner that the money runs out; once each time it does, however often this runs. */
export async function tellLow(ctx: Context, { tenant_id, at, ...sums }: BalanceLow): Promise<void> {
  const [balance, threshold] = [said(ctx, sums.balance), said(ctx, sums.threshold)]
  const data = { balance, threshold, url: balancePage(ctx) }
  await tellOwner(ctx, { kind: 'balance_low', tenant_id, once: `balance.low:${tenant_id}:${at}`, data })
}

/** Tells an owner that answers have stopped for want of money; once until the next credit, however often this runs. */
export async function tellEmpty(ctx: Context, { tenant_id, at, ...sums }: BalanceEmpty): Promise<void> {
  const [balance, price] = [said(ctx, sums.balance), said(ctx, sums.price)]
  const data = { balance, price, url: balancePage(ctx) }
  await tellOwner(ctx, { kind: 'balance_empty', tenant_id, once: `balance.empty:${tenant_id}:${at}`, data })
}

/** Tells whoever paid that the money came; once per payment, however often this runs. */
export async function tellPaid(ctx: Context, { tenant_id, payment_id, email, ...sums }: PaymentConfirmed) {
  const [amount, balance] = [said(ctx, sums.amount), said(ctx, sums.balance)]
  const { locale } = ctx.config
  const about = { tenant_id, locale, once: `payment.confirmed:${payment_id}` }
  const data = { amount, balance, payment_id }
  await inTransaction(ctx, (ctx) => writeLetter(ctx, { kind: 'payment_confirmed', to: email, ...about, data }))
}

async function tellOwner<K extends 'balance_low' | 'balance_empty'>(
  ctx: Context,
  letter: Omit<Letter<K>, 'to' | 'locale'>,
): Promise<void> {
  const { locale } = ctx.config
  await inTransaction(ctx, async (ctx) => {
    const { email: to } = await getUser(ctx, letter.tenant_id)
    await writeLetter<K>(ctx, { ...letter, to, locale })
  })
}

function balancePage(ctx: Context): string {
  return `${publicUrl(ctx.config)}/console/balance`
}

function said(ctx: Context, sum: number): string {
  return inRoubles(sum, ctx.config.locale)
}
