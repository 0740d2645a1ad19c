import { publicUrl } from '../../config/config.ts'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import type { Locale } from '../../errors.ts'
import { pause, SECOND } from '../../lib/time.ts'
import { BankRefused, type Tbank } from '../../outside/bank/tbank.ts'
import { OutsideFailed, OutsideRefused } from '../../outside/failures.ts'
import { errors } from '../errors.ts'
import type { Payment } from '../store.ts'
import * as store from '../store.ts'
import { receiptOf } from './receipt.ts'
import { reconcilePayment } from './reconcile.ts'
import { recordState } from './state.ts'

const UNDER_WAY = 25 * SECOND // the bank is given up after twenty; until then another request may still be opening it
const GLANCE = 100 // ms between two looks at what another request is doing
const REPEATED_ORDER = '20'

/** Has the bank open a payment and answers it with the address to pay at. One that is open already is answered as it is; one whose Init was lost is looked up first, never opened twice. */
export async function openAtBank(
  ctx: Context,
  bank: Tbank,
  payment: Payment,
  { is_new, locale }: { is_new: boolean; locale: Locale },
): Promise<Payment> {
  const mine = is_new ? payment : await claim(ctx, bank, payment)
  if (mine.payment_url !== null) return mine
  // The bank has it, but only its lost answer held the address to pay at.
  if (mine.status !== 'INIT') throw errors.PAYMENT_CREATION_FAILED({ reason: 'begin a new payment' })
  return init(ctx, bank, mine, locale)
}

async function claim(ctx: Context, bank: Tbank, payment: Payment): Promise<Payment> {
  const seen = await settledBy(ctx, payment)
  if (seen.payment_url !== null || seen.status !== 'INIT') return seen
  const mine = await store.claimOpening(ctx.db, seen, ctx.now())
  if (!mine) throw errors.PAYMENT_CREATION_FAILED({ reason: 'another request is opening it' })
  return reconcilePayment(ctx, bank, mine).catch(notOpened)
}

async function settledBy(ctx: Context, payment: Payment): Promise<Payment> {
  for (;;) {
    const seen = (await store.findOrder(ctx.db, payment.id)) ?? payment
    const isUnderWay = seen.status === 'INIT' && ctx.now() - seen.asked_at < UNDER_WAY
    if (!isUnderWay) return seen
    await pause(GLANCE)
  }
}

async function init(ctx: Context, bank: Tbank, payment: Payment, locale: Locale): Promise<Payment> {
  const opened = await bank.init(orderOf(ctx, payment, locale)).catch(async (error: unknown) => {
    if (error instanceof BankRefused && !error.is_temporary && error.code !== REPEATED_ORDER)
      await store.changePayment(ctx.db, payment, { status: 'REJECTED', error_code: error.code })
    return notOpened(error)
  })
  return inTransaction(ctx, async (ctx) => {
    // A notice may have been faster than the answer.
    const now = (await store.findOrder(ctx.db, payment.id)) ?? payment
    const { payment_url } = opened
    const shown = (await store.changePayment(ctx.db, now, { payment_url })) ?? now
    return recordState(ctx, shown, { ...opened, source: 'answer', amount: payment.amount })
  })
}

function orderOf({ config }: Context, payment: Payment, language: Locale) {
  const { id, amount, description, customer_email: email } = payment
  return {
    ...{ order_id: id, amount, description, language },
    customer: String(payment.tenant_id),
    // Without a public address the bank uses the one set for the terminal.
    notification_url: config.public_url && `${publicUrl(config)}/api/payments/webhook`,
    success_url: numbered(payment.return_url, id),
    fail_url: numbered(payment.fail_url, id),
    receipt: receiptOf(config, { amount, email, description }),
  }
}

// Whoever asked for the payment did not know its number yet.
function numbered(url: string | null, id: string): string | undefined {
  return url?.replaceAll('{payment_id}', id)
}

function notOpened(error: unknown): never {
  if (error instanceof BankRefused) throw errors.PAYMENT_CREATION_FAILED({ bank_code: error.code })
  if (error instanceof OutsideFailed || error instanceof OutsideRefused)
    throw errors.PAYMENT_CREATION_FAILED({ reason: 'the bank did not answer' })
  throw error
}
