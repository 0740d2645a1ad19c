import { randomUUID } from 'node:crypto'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type ErrorMaker, invalid, type Locale } from '../errors.ts'
import { publish } from '../events/publish.ts'
import { sha256 } from '../lib/crypto.ts'
import { toRoubles } from '../lib/money.ts'
import { openAtBank } from './bank/open.ts'
import { errors } from './errors.ts'
import { paymentCreated } from './events.ts'
import type { Payment } from './store.ts'
import * as store from './store.ts'
import { assertOwnUrls } from './urls.ts'

export type Order = {
  tenant_id: number
  /** Kopecks. */
  amount: number
  description: string
  customer_email: string
  return_url?: string | undefined
  fail_url?: string | undefined
  idempotency_key: string | undefined
  base_url: string
  locale: Locale
}

/**
 * Opens a payment at the bank; nothing is credited before the bank confirms it. The same Idempotency-Key again answers the same payment.
 * Throws `wrongSum` outside the limits, VALIDATION_ERROR for a foreign address or another order under a known key, PAYMENT_CREATION_FAILED when the bank
 * refuses or does not answer: then the payment is settled by asking the bank later, and nobody can pay it unseen.
 */
export async function createPayment(ctx: Context, order: Order, wrongSum: ErrorMaker): Promise<Payment> {
  assertSum(ctx, order.amount, wrongSum)
  await assertOwnUrls(ctx, order, { return_url: order.return_url, fail_url: order.fail_url })
  const bank = ctx.outside.tbank
  if (!bank) throw errors.PAYMENT_CREATION_FAILED({ reason: 'no terminal is configured' })
  const { payment, is_new } = await inTransaction(ctx, (ctx) => writeDown(ctx, order, bank.terminal_key))
  return openAtBank(ctx, bank, payment, { is_new, locale: order.locale })
}

function assertSum({ config }: Context, amount: number, wrongSum: ErrorMaker): void {
  const [min, max] = [config['payments.min'], config['payments.max']]
  if (!(amount >= min && amount <= max)) throw wrongSum({ min: toRoubles(min), max: toRoubles(max) })
}

// Before the bank is asked, so that whatever it does there is a row here to ask it about.
async function writeDown(ctx: TxContext, order: Order, terminal_key: string) {
  const { tenant_id, amount, description, customer_email, return_url = null, fail_url = null } = order
  const { idempotency_key = null } = order
  const request_hash = sha256(JSON.stringify([amount, description, customer_email, return_url, fail_url]))
  const now = ctx.now()
  const payment = await store.insertPayment(ctx.db, {
    id: randomUUID(),
    ...{ tenant_id, amount, description, customer_email, return_url, fail_url, terminal_key },
    ...{ idempotency_key, request_hash, status: 'INIT', created_at: now, asked_at: now },
  })
  if (payment) {
    await publish(ctx, paymentCreated, { tenant_id, payment_id: payment.id })
    return { payment, is_new: true }
  }
  const known = (await store.findByKey(ctx.db, tenant_id, idempotency_key ?? ''))!
  if (known.request_hash !== request_hash)
    throw invalid('Idempotency-Key', 'ключ уже занят другим платежом', 'the key belongs to another payment')
  return { payment: known, is_new: false }
}
