import { randomUUID } from 'node:crypto'
import { errors as billing } from '../../billing/errors.ts'
import { purseOf } from '../../billing/ledger.ts'
import type { Context, TxContext } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import { EVERYBODY } from '../../db/tenant.ts'
import { invalid } from '../../errors.ts'
import { publish } from '../../events/publish.ts'
import { toRoubles } from '../../lib/money.ts'
import { BankRefused, type BankState } from '../../outside/bank/tbank.ts'
import { OutsideFailed, OutsideRefused } from '../../outside/failures.ts'
import { receiptOf } from '../bank/receipt.ts'
import { recordState } from '../bank/state.ts'
import { isPaid } from '../bank/statuses.ts'
import { errors } from '../errors.ts'
import { refundBegun } from '../events.ts'
import { getPayment } from '../find.ts'
import type { Payment } from '../store.ts'
import type { Refund } from './store.ts'
import * as store from './store.ts'

export type { Refund }

const UNDER_WAY = 'REFUNDING' // the bank has accepted it and will tell when it is done

export type RefundOrder = {
  payment_id: string
  /** Kopecks; all that is left when absent. */
  amount?: number | undefined
  reason?: string | undefined
  /** Also when the money was spent: what is missing becomes a debt. */
  force?: boolean | undefined
  requested_by: string
  idempotency_key?: string | undefined
}

/**
 * Gives money back through the bank and takes it from the balance in the transaction that records the bank's OK. The same Idempotency-Key again answers the same refund.
 * Throws INVALID_PAYMENT_AMOUNT for more than is left, PAYMENT_ALREADY_PROCESSED when nothing is left, INSUFFICIENT_BALANCE when it was spent (unless forced),
 * PAYMENT_FAILED when the bank refuses or does not answer; what became of the latter is found out later.
 */
export async function refundPayment(ctx: Context, order: RefundOrder): Promise<{ payment: Payment; refund: Refund }> {
  const refund = await inTransaction(ctx, (ctx) => writeDown(ctx, order))
  if (refund.state === 'pending') await askForMoneyBack(ctx, refund)
  const payment = await getPayment(ctx, EVERYBODY, order.payment_id)
  const ended = (await store.findRefund(ctx.db, refund.tenant_id, refund.id)) ?? refund
  if (ended.state === 'refused') throw errors.PAYMENT_FAILED({ bank_code: ended.error_code })
  return { payment, refund: ended }
}

/** Finds out what became of a refund whose answer was lost, and asks for it again only if the bank has not given it. Safe to repeat. */
export async function finishRefund(
  ctx: Context,
  { tenant_id, refund_id }: { tenant_id: number; refund_id: string },
): Promise<void> {
  const refund = await store.findRefund(ctx.db, tenant_id, refund_id)
  if (refund?.state !== 'pending' || !ctx.outside.tbank) return
  const payment = await getPayment(ctx, EVERYBODY, refund.payment_id)
  const state = await ctx.outside.tbank.getState(payment.bank_id ?? '')
  const isGiven = await inTransaction(ctx, (ctx) => lookForIt(ctx, refund, state))
  if (!isGiven) await askForMoneyBack(ctx, refund)
}

async function writeDown(ctx: TxContext, order: RefundOrder): Promise<Refund> {
  const payment = await getPayment(ctx, EVERYBODY, order.payment_id)
  const of = { payment_id: payment.id, tenant_id: payment.tenant_id }
  const known = order.idempotency_key && (await store.findByKey(ctx.db, of, order.idempotency_key))
  if (known) return sameOrder(known, order)
  const left = payment.amount - payment.refunded - (await store.sumIn(ctx.db, of, 'pending'))
  const amount = order.amount ?? left
  assertRefundable(payment, amount, left)
  const { balance } = await purseOf(ctx, payment.tenant_id)
  if (balance < amount && !order.force)
    throw billing.INSUFFICIENT_BALANCE({ balance: toRoubles(balance), amount: toRoubles(amount) })
  const refund = await store.insertRefund(ctx.db, {
    id: randomUUID(),
    ...of,
    amount,
    state: 'pending',
    reason: order.reason ?? null,
    requested_by: order.requested_by,
    idempotency_key: order.idempotency_key ?? null,
    created_at: ctx.now(),
  })
  await publish(ctx, refundBegun, { ...of, refund_id: refund.id })
  return refund
}

function sameOrder(known: Refund, order: RefundOrder): Refund {
  if (order.amount === undefined || order.amount === known.amount) return known
  throw invalid('Idempotency-Key', 'ключ уже занят другим возвратом', 'the key belongs to another refund')
}

function assertRefundable(payment: Payment, amount: number, left: number): void {
  if (payment.refunded === payment.amount) throw errors.PAYMENT_ALREADY_PROCESSED({ status: payment.status })
  const most = isPaid(payment.status) ? left : 0
  if (!(amount > 0 && amount <= most)) throw errors.INVALID_PAYMENT_AMOUNT({ refundable: toRoubles(most) })
}

async function askForMoneyBack(ctx: Context, refund: Refund): Promise<void> {
  const payment = await getPayment(ctx, EVERYBODY, refund.payment_id)
  const bank = ctx.outside.tbank
  if (!bank) throw errors.PAYMENT_FAILED({ reason: 'no terminal is configured' })
  const { amount } = refund
  const receipt = receiptOf(ctx.config, { amount, email: payment.customer_email, description: payment.description })
  const request = { bank_id: payment.bank_id ?? '', amount, request_id: refund.id, receipt }
  const { status, new_amount } = await bank.cancel(request).catch((error: unknown) => notGiven(ctx, refund, error))
  await inTransaction(ctx, async (ctx) => {
    const now = await getPayment(ctx, EVERYBODY, refund.payment_id)
    await recordState(ctx, now, {
      status,
      source: 'answer',
      bank_id: request.bank_id,
      amount: new_amount ?? now.amount - now.refunded - amount,
    })
    if (status !== UNDER_WAY) await store.endRefund(ctx.db, refund, { state: 'done', error_code: null })
  })
}

// What has gone back beyond our other refunds can only be this one; a second try would be the payer's gain.
async function lookForIt(ctx: TxContext, refund: Refund, state: BankState): Promise<boolean> {
  const payment = await recordState(ctx, await getPayment(ctx, EVERYBODY, refund.payment_id), state)
  const others = await store.sumIn(ctx.db, refund, 'done')
  const isGiven = payment.refunded - others >= refund.amount
  if (isGiven) await store.endRefund(ctx.db, refund, { state: 'done', error_code: null })
  return isGiven || state.status === UNDER_WAY
}

async function notGiven(ctx: Context, refund: Refund, error: unknown): Promise<never> {
  if (error instanceof BankRefused && !error.is_temporary) {
    await store.endRefund(ctx.db, refund, { state: 'refused', error_code: error.code })
    throw errors.PAYMENT_FAILED({ bank_code: error.code })
  }
  if (error instanceof BankRefused || error instanceof OutsideFailed || error instanceof OutsideRefused)
    throw errors.PAYMENT_FAILED({ refund_id: refund.id, reason: 'the bank did not answer; it will be asked again' })
  throw error
}
