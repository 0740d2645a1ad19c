import { on } from '../events/event.ts'
import { MINUTE } from '../lib/time.ts'
import type { Module } from '../module.ts'
import * as adminRoutes from './admin/routes.ts'
import * as balanceRoutes from './balance-routes.ts'
import { reconcileLater } from './bank/reconcile.ts'
import * as bankRoutes from './bank/routes.ts'
import { paymentCreated, refundBegun } from './events.ts'
import { finishRefund } from './refunds/refund.ts'
import * as routes from './routes.ts'

// A payer needs a minute or two; whoever gave up half an hour ago does not come back to the form.
const [SOON, LATER] = [3 * MINUTE, 30 * MINUTE]

export const payments: Module = {
  name: 'payments',
  routes: [routes, balanceRoutes, bankRoutes, adminRoutes].flatMap((of) => Object.values(of)),
  subscriptions: [
    on(paymentCreated, 'payments.reconcile_soon', reconcileLater, { delay: () => SOON }),
    on(paymentCreated, 'payments.reconcile_later', reconcileLater, { delay: () => LATER }),
    on(refundBegun, 'payments.finish_refund', finishRefund, {
      delay: () => SOON,
      lane: ({ refund_id }) => `payments.finish_refund:${refund_id}`,
    }),
  ],
}
