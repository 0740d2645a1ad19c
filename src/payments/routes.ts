import { z } from 'zod'
import { errors as billing } from '../billing/errors.ts'
import { route } from '../http/route.ts'
import { Page } from '../http/shapes.ts'
import { toRoubles } from '../lib/money.ts'
import { Email } from '../users/shapes.ts'
import { errors } from './errors.ts'
import { getPayment, listPayments } from './find.ts'
import { createPayment } from './payments.ts'
import { refundPayment } from './refunds/refund.ts'
import { Address, Created, Description, Listed, PaymentId, Roubles, Status, StatusFilter, viewOf } from './shapes.ts'

const tag = 'Платежи'
const params = z.object({ id: PaymentId })

export const create = route({
  method: 'post',
  path: '/api/payments/create',
  tag,
  summary: 'Создание платежа: деньги на балансе после подтверждения банком. Idempotency-Key защищает от повтора',
  access: 'user',
  limits: [{ name: 'payment', by: ({ caller }) => `payment:${(caller as { id: number }).id}` }],
  body: z.object({
    amount: Roubles,
    description: Description.default('Пополнение баланса'),
    return_url: Address.optional().meta({ description: '{payment_id} в адресе заменяется номером платежа' }),
    fail_url: Address.optional(),
    customer_email: Email.optional(),
  }),
  status: 201,
  response: Created,
  errors: [errors.INVALID_PAYMENT_AMOUNT, errors.PAYMENT_CREATION_FAILED],
  handler: async ({ ctx, caller, body, ...call }) => {
    const { tenant_id, email: customer_email } = caller
    const { idempotency_key, base_url, locale } = call
    const order = { tenant_id, customer_email, ...body, idempotency_key, base_url, locale }
    return viewOf(await createPayment(ctx, order, errors.INVALID_PAYMENT_AMOUNT))
  },
})

export const status = route({
  method: 'get',
  path: '/api/payments/:id/status',
  tag,
  summary: 'Статус платежа',
  access: 'user',
  params,
  response: Status,
  errors: [errors.PAYMENT_NOT_FOUND],
  handler: async ({ ctx, caller, params }) => viewOf(await getPayment(ctx, caller, params.id)),
})

export const history = route({
  method: 'get',
  path: '/api/payments/history',
  tag,
  summary: 'История платежей, новые сверху',
  access: 'user',
  query: Page.extend({ status: StatusFilter }),
  response: z.object({ payments: z.array(Listed), total: z.int(), has_more: z.boolean() }),
  handler: async ({ ctx, caller, query }) => {
    // An admin's own, too: everybody's payments are at `/api/admin/payments`.
    const { payments, ...rest } = await listPayments(ctx, { ...caller, is_admin: false }, query)
    return { payments: payments.map(viewOf), ...rest }
  },
})

export const refund = route({
  method: 'post',
  path: '/api/payments/:id/refund',
  tag,
  summary: 'Возврат платежа, весь или часть. Idempotency-Key защищает от повтора',
  access: 'admin',
  params,
  body: z.object({
    amount: Roubles.optional().meta({ description: 'Рубли; без суммы возвращается всё, что осталось' }),
    reason: z.string().trim().max(500).optional(),
    force: z
      .boolean()
      .optional()
      .meta({ description: 'Вернуть, даже если деньги уже потрачены: остаток станет долгом' }),
  }),
  response: z.object({
    success: z.boolean(),
    payment_id: z.string(),
    refund_id: z.string(),
    amount: z.number().meta({ description: 'Сколько возвращено сейчас' }),
    refunded_amount: z.number().meta({ description: 'Сколько возвращено всего' }),
    status: z.string(),
  }),
  errors: [
    errors.PAYMENT_NOT_FOUND,
    errors.INVALID_PAYMENT_AMOUNT,
    errors.PAYMENT_ALREADY_PROCESSED,
    errors.PAYMENT_FAILED,
    billing.INSUFFICIENT_BALANCE,
  ],
  handler: async ({ ctx, caller, params, body, idempotency_key }) => {
    const order = { ...body, payment_id: params.id, requested_by: `user:${caller.id}`, idempotency_key }
    const { payment, refund } = await refundPayment(ctx, order)
    return {
      ...viewOf(payment),
      success: refund.state === 'done',
      refund_id: refund.id,
      amount: toRoubles(refund.amount),
    }
  },
})
