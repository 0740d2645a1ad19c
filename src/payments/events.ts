import { z } from 'zod'
import { event } from '../events/event.ts'

const Place = z.object({ tenant_id: z.int(), payment_id: z.string() })
const stream = ({ payment_id }: { payment_id: string }) => `payment:${payment_id}`

/** A payment was written down and is about to be opened at the bank. */
export const paymentCreated = event('payment.created', Place, stream)

/** The money has come and is on the balance. All sums are kopecks. */
export const paymentConfirmed = event(
  'payment.confirmed',
  Place.extend({ amount: z.int(), balance: z.int(), email: z.string(), at: z.int() }),
  stream,
)

/** A refund is about to be asked of the bank. */
export const refundBegun = event('payment.refund.begun', Place.extend({ refund_id: z.string() }), stream)

/** Money went back to its payer; `refunded` is how much in all. All sums are kopecks. */
export const paymentRefunded = event(
  'payment.refunded',
  Place.extend({ amount: z.int(), refunded: z.int(), at: z.int() }),
  stream,
)
