import { credit, purseOf, takeBack } from '../../billing/ledger.ts'
import type { TxContext } from '../../context.ts'
import { publish } from '../../events/publish.ts'
import { paymentConfirmed, paymentRefunded } from '../events.ts'
import type { Payment, Step } from '../store.ts'
import * as store from '../store.ts'
import { furtherOf, isPaid, isStatus, refundedBy } from './statuses.ts'

/** What the bank says of a payment, whichever way we heard it. */
export type Heard = {
  status: string
  bank_id: string
  /** The sum that is paid now, in kopecks: less than at first after a partial refund. */
  amount: number | undefined
  error_code?: string | null
  card?: Card | null
  /** How we heard; a question when nothing else is said. */
  source?: Step['source']
  /** We asked just now, and it was in this status when we did. */
  asked_in?: string
}
export type Card = { pan: string | null; exp_date: string | null; card_id: string | null }

/**
 * Takes in what the bank says, with all that follows from it, in one transaction: the status goes on, never back; money is credited once, when it is
 * paid; what went back is taken from the balance once. Safe to repeat in any order. Answers the payment as it is then.
 */
export async function recordState(ctx: TxContext, payment: Payment, heard: Heard): Promise<Payment> {
  if (!isStatus(heard.status)) return payment
  const status = furtherOf(payment.status, heard.status, heard.asked_in === payment.status)
  const returned = Math.max(payment.refunded, refundedBy(heard, payment.amount))
  const is_paid = payment.confirmed_at !== null || isPaid(status)
  // A hold that was let go returns no money of ours.
  const refunded = is_paid ? returned : payment.refunded
  if (status === payment.status && refunded === payment.refunded && payment.bank_id !== null) return payment
  const changed = await store.changePayment(ctx.db, payment, {
    status,
    refunded,
    bank_id: payment.bank_id ?? heard.bank_id,
    error_code: heard.error_code ?? null,
    card: heard.card ? JSON.stringify(heard.card) : payment.card,
    confirmed_at: payment.confirmed_at ?? (is_paid ? ctx.now() : null),
  })
  if (!changed) throw new Error('two changed one payment')
  await noteStep(ctx, changed, heard)
  if (is_paid && payment.confirmed_at === null) await creditPayment(ctx, changed)
  if (refunded > payment.refunded) await takeRefundBack(ctx, changed, refunded - payment.refunded)
  return changed
}

async function noteStep(ctx: TxContext, { id: payment_id, tenant_id }: Payment, heard: Heard): Promise<void> {
  const { status, amount = null, source = 'question', error_code = null } = heard
  await store.insertStep(ctx.db, { tenant_id, payment_id, status, amount, source, error_code, at: ctx.now() })
}

async function creditPayment(ctx: TxContext, { id, tenant_id, amount, customer_email }: Payment): Promise<void> {
  await credit(ctx, { tenant_id, amount, reason: 'topup', reference: id, details: { payment_id: id } })
  const { balance } = await purseOf(ctx, tenant_id)
  const fact = { tenant_id, payment_id: id, amount, balance, email: customer_email, at: ctx.now() }
  await publish(ctx, paymentConfirmed, fact)
}

async function takeRefundBack(ctx: TxContext, { id, tenant_id, refunded }: Payment, amount: number): Promise<void> {
  // By how much went back in all, so that the same news twice is the same entry.
  const reference = `${id}:${refunded}`
  await takeBack(ctx, { tenant_id, amount, reason: 'refund', reference, details: { payment_id: id } })
  await publish(ctx, paymentRefunded, { tenant_id, payment_id: id, amount, refunded, at: ctx.now() })
}
