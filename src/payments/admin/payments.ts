import { z } from 'zod'
import type { Context } from '../../context.ts'
import { EVERYBODY } from '../../db/tenant.ts'
import { toRoubles } from '../../lib/money.ts'
import { toIso } from '../../lib/time.ts'
import { addressesOf } from '../../users/addresses.ts'
import { userMeantBy } from '../../users/users.ts'
import { reconcilePayment } from '../bank/reconcile.ts'
import { asBankFailure, errors } from '../errors.ts'
import { getPayment, listPayments, type Payment } from '../find.ts'
import { refundsOf } from '../refunds/store.ts'
import { Listed, Status, viewOf } from '../shapes.ts'
import { stepsOf } from '../store.ts'

const Owned = { owner_id: z.int(), owner_email: z.string().nullable(), bank_payment_id: z.string().nullable() }
export const AnyPayment = Listed.extend(Owned).meta({ id: 'AnyPayment' })
export const PaymentDetail = Status.extend({
  ...Owned,
  description: z.string(),
  customer_email: z.string(),
  steps: z
    .array(
      z.object({
        at: z.iso.datetime(),
        status: z.string(),
        amount: z.number().nullable(),
        source: z.enum(['notice', 'answer', 'question']).meta({ description: 'Уведомление, ответ банка или вопрос' }),
        error_code: z.string().nullable(),
      }),
    )
    .meta({ description: 'Что и как мы узнавали от банка; повторы, которые ничего не меняют, не хранятся' }),
  refunds: z.array(
    z.object({
      refund_id: z.string(),
      amount: z.number(),
      state: z.enum(['pending', 'done', 'refused']),
      reason: z.string().nullable(),
      requested_by: z.string(),
      error_code: z.string().nullable(),
      created_at: z.iso.datetime(),
    }),
  ),
}).meta({ id: 'PaymentDetail' })

/** Everybody's payments, newest first, or one owner's by address or ID; NOT_FOUND when there is no such account. */
export async function listAll(
  ctx: Context,
  { owner, ...filter }: { owner?: string | undefined; status?: string | undefined; limit: number; offset: number },
) {
  const scope = owner === undefined ? EVERYBODY : { tenant_id: (await userMeantBy(ctx, owner)).id, is_admin: false }
  const { payments, ...rest } = await listPayments(ctx, scope, filter)
  const emails = await addressesOf(
    ctx,
    payments.map((one) => one.tenant_id),
  )
  return { payments: payments.map((one) => ownedView(one, emails)), ...rest }
}

/** One payment with everything that was heard of it and its refunds; PAYMENT_NOT_FOUND. */
export async function showPayment(ctx: Context, id: string): Promise<z.input<typeof PaymentDetail>> {
  const payment = await getPayment(ctx, EVERYBODY, id)
  const emails = await addressesOf(ctx, [payment.tenant_id])
  const [steps, refunds] = [await stepsOf(ctx.db, payment), await refundsOf(ctx.db, payment)]
  return {
    ...ownedView(payment, emails),
    customer_email: payment.customer_email,
    steps: steps.map(({ at, status, amount, source, error_code }) => ({
      ...{ status, source, error_code },
      at: toIso(at),
      amount: amount === null ? null : toRoubles(amount),
    })),
    refunds: refunds.map(({ id: refund_id, amount, state, reason, requested_by, error_code, created_at }) => ({
      ...{ refund_id, state, reason, requested_by, error_code },
      amount: toRoubles(amount),
      created_at: toIso(created_at),
    })),
  }
}

/** Asks the bank about one payment now, takes in what it says, and answers the payment; PAYMENT_FAILED when it cannot be asked. Safe to repeat. */
export async function askBank(ctx: Context, id: string): Promise<z.input<typeof PaymentDetail>> {
  const payment = await getPayment(ctx, EVERYBODY, id)
  const bank = ctx.outside.tbank
  if (!bank) throw errors.PAYMENT_FAILED({ reason: 'no terminal is configured' })
  await reconcilePayment(ctx, bank, payment).catch(asBankFailure)
  return showPayment(ctx, id)
}

function ownedView(payment: Payment, emails: Map<number, string>) {
  const { tenant_id: owner_id, bank_id: bank_payment_id } = payment
  return { ...viewOf(payment), owner_id, bank_payment_id, owner_email: emails.get(owner_id) ?? null }
}
