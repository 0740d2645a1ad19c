import { z } from 'zod'
import { toKopecks, toRoubles } from '../lib/money.ts'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import type { Card } from './bank/state.ts'
import { isPaid, isPayable, OPEN } from './bank/statuses.ts'
import type { Payment } from './store.ts'

const TOO_MUCH = 1e12 // above it a number is printed with an exponent; the limits of a payment refuse it anyway

/** Roubles of a request → kopecks: at most two decimals, never rounded. What is no sum of a payment is left to its limits. */
export const Roubles = z
  .number()
  .refine((sum) => Math.abs(sum) >= TOO_MUCH || toKopecks(sum) !== undefined, 'не больше двух знаков после запятой')
  .transform((sum) => (Math.abs(sum) >= TOO_MUCH ? Math.sign(sum) * Number.MAX_SAFE_INTEGER : (toKopecks(sum) ?? 0)))

export const StatusFilter = z
  .string()
  .regex(/^[A-Z0-9_]{1,30}$/)
  .optional()
export const PaymentId = z.string().regex(/^[\w-]{1,36}$/)
export const Address = z.string().min(1).max(2000)
// The bank cuts it at 140, and a line break has no place on a receipt.
export const Description = z
  .string()
  .trim()
  .min(1)
  .max(140)
  .regex(/^[^\p{C}]*$/u, 'одна строка')

const View = z.object({
  payment_id: z.string(),
  amount: z.number().meta({ description: 'Рубли' }),
  refunded_amount: z.number(),
  status: z.string().meta({ description: 'Статус в словах банка: NEW, AUTHORIZED, CONFIRMED, REJECTED…' }),
  created_at: z.iso.datetime(),
  confirmed_at: z.iso.datetime().nullable(),
  is_open: z.boolean().meta({ description: 'true: может ещё измениться без возврата' }),
  continue_url: z.string().nullable().meta({ description: 'Где продолжить оплату; null — платить больше нечего' }),
})
export const Created = View.omit({ refunded_amount: true, confirmed_at: true, is_open: true, continue_url: true })
  .extend({ payment_url: z.string(), terminal_key: z.string() })
  .meta({ id: 'NewPayment' })
export const Listed = View.extend({ description: z.string() }).meta({ id: 'Payment' })
export const Status = View.extend({
  success: z.boolean(),
  error_code: z.string().nullable(),
  details: z.object({ pan: z.string().nullable(), exp_date: z.string().nullable(), card_id: z.string().nullable() }),
}).meta({ id: 'PaymentStatus' })

/** A payment as the wire shows it; one that the bank has not answered yet is simply new. */
export function viewOf(payment: Payment): z.input<typeof Created> & z.input<typeof Listed> & z.input<typeof Status> {
  const card = payment.card === null ? null : (JSON.parse(payment.card) as Card)
  return {
    payment_id: payment.id,
    payment_url: payment.payment_url ?? '',
    terminal_key: payment.terminal_key,
    description: payment.description,
    amount: toRoubles(payment.amount),
    refunded_amount: toRoubles(payment.refunded),
    status: payment.status === 'INIT' ? 'NEW' : payment.status,
    success: isPaid(payment.status),
    error_code: payment.error_code,
    details: card ?? { pan: null, exp_date: null, card_id: null },
    created_at: toIso(payment.created_at),
    confirmed_at: toIsoOrNull(payment.confirmed_at),
    is_open: OPEN.includes(payment.status),
    continue_url: isPayable(payment.status) ? payment.payment_url : null,
  }
}
