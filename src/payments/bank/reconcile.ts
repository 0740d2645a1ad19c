import type { Context } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import { DAY, MINUTE } from '../../lib/time.ts'
import { BankRefused, type BankState, type Tbank } from '../../outside/bank/tbank.ts'
import { finishRefund } from '../refunds/refund.ts'
import { pendingRefunds } from '../refunds/store.ts'
import type { Payment } from '../store.ts'
import * as store from '../store.ts'
import { recordState } from './state.ts'
import { furtherOf, OPEN } from './statuses.ts'

const PAGE = 100
const ASKED_ABOUT = 100 * DAY // older than any hold or form of the bank lives
const OPENING = 2 * MINUTE // an Init is answered or given up long before
export type Reconciled = { asked: number; changed: number; failed: number }

/** Asks the bank about every payment that may still be paid and every refund whose end is unknown. A failure of one is logged and does not stop the rest. */
export async function reconcilePayments(ctx: Context): Promise<Reconciled> {
  const result = { asked: 0, changed: 0, failed: 0 }
  if (!ctx.outside.tbank) return result
  const since = ctx.now() - ASKED_ABOUT
  let after = ''
  for (;;) {
    const page = await store.paymentsInStatus(ctx.db, OPEN, { since, after, limit: PAGE })
    for (const payment of page) await count(ctx, result, payment)
    if (page.length < PAGE) break
    after = page.at(-1)!.id
  }
  for (const refund of await pendingRefunds(ctx.db, ctx.now() - OPENING))
    await finishRefund(ctx, { tenant_id: refund.tenant_id, refund_id: refund.id }).catch((err) => noteFailure(ctx, err))
  return result
}

/** Asks the bank about a payment of a fact some time after it was made; one that is settled is left alone. */
export async function reconcileLater(
  ctx: Context,
  { tenant_id, payment_id }: { tenant_id: number; payment_id: string },
): Promise<void> {
  const payment = await store.findPayment(ctx.db, { tenant_id, is_admin: false }, payment_id)
  if (!payment || !OPEN.includes(payment.status) || !ctx.outside.tbank) return
  await reconcilePayment(ctx, ctx.outside.tbank, payment)
}

/** Asks the bank about one payment and takes in what it says; a payment the bank never heard of is CANCELED. Safe to repeat. */
export async function reconcilePayment(ctx: Context, bank: Tbank, payment: Payment): Promise<Payment> {
  const asked_in = payment.status
  const state = payment.bank_id === null ? await lookUp(bank, payment.id) : await bank.getState(payment.bank_id)
  return inTransaction(ctx, async (ctx) => {
    const now = (await store.findOrder(ctx.db, payment.id)) ?? payment
    if (state) return recordState(ctx, now, { ...state, asked_in })
    const isAbandoned = now.status === 'INIT' && ctx.now() - now.asked_at > OPENING
    if (!isAbandoned) return now
    return (await store.changePayment(ctx.db, now, { status: 'CANCELED', error_code: 'not_opened' })) ?? now
  })
}

// An order may have been tried more than once; the try that got furthest is the one that counts.
async function lookUp(bank: Tbank, order_id: string): Promise<BankState | undefined> {
  const tries = await bank.checkOrder(order_id)
  return tries.reduce<BankState | undefined>(
    (best, one) => (best && furtherOf(best.status, one.status) === best.status ? best : one),
    undefined,
  )
}

async function count(ctx: Context, result: Reconciled, payment: Payment): Promise<void> {
  result.asked++
  try {
    const { status } = await reconcilePayment(ctx, ctx.outside.tbank!, payment)
    if (status !== payment.status) result.changed++
  } catch (error) {
    result.failed++
    noteFailure(ctx, error)
  }
}

function noteFailure(ctx: Context, error: unknown): void {
  const reason = error instanceof BankRefused ? error.code : undefined
  ctx.log.error({ err: error, reason }, 'the bank could not be asked about a payment')
}
