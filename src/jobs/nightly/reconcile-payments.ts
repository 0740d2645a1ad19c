import { reconcilePayments } from '../../payments/bank/reconcile.ts'
import { inThread } from '../in-thread.ts'

await inThread(async (ctx) => {
  await reconcilePayments(ctx)
})
