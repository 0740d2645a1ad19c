import type { Context, TxContext } from '../context.ts'
import type { Scope } from '../db/tenant.ts'
import { PENDING } from './bank/statuses.ts'
import { errors } from './errors.ts'
import type { Payment, PaymentFilter } from './store.ts'
import * as store from './store.ts'

export type { Payment }

/** The payment, if the caller may see it; PAYMENT_NOT_FOUND otherwise. */
export async function getPayment(ctx: Context | TxContext, scope: Scope, id: string): Promise<Payment> {
  const payment = await store.findPayment(ctx.db, scope, id)
  if (!payment) throw errors.PAYMENT_NOT_FOUND()
  return payment
}

/** Payments, newest first. */
export async function listPayments(
  ctx: Context,
  scope: Scope,
  filter: PaymentFilter & { limit: number; offset: number },
) {
  const payments = await store.listPayments(ctx.db, scope, filter)
  const total = await store.countPayments(ctx.db, scope, filter)
  return { payments, total, has_more: filter.offset + payments.length < total }
}

/** How many payments of an owner are under way. */
export function countPending(ctx: Context, tenant_id: number): Promise<number> {
  return store.countInStatus(ctx.db, tenant_id, PENDING)
}
