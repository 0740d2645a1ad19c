import { z } from 'zod'
import { errors as billing } from '../billing/errors.ts'
import { purseOf } from '../billing/ledger.ts'
import { route } from '../http/route.ts'
import { toRoubles } from '../lib/money.ts'
import { errors } from './errors.ts'
import { countPending } from './find.ts'
import { createPayment } from './payments.ts'
import { Address, Created, Roubles, viewOf } from './shapes.ts'

const tag = 'Биллинг'

export const balance = route({
  method: 'get',
  path: '/api/balance',
  tag,
  summary: 'Баланс',
  access: 'user',
  response: z.object({
    balance: z.number().meta({ description: 'Рубли' }),
    welcome_bonus: z.number().meta({ description: 'Начислено бонусов за всё время' }),
    total_spent: z.number(),
    debt: z.number().meta({ description: 'Возвращено банком после того, как было потрачено; гасится пополнениями' }),
    pending_transactions: z.int().meta({ description: 'Платежи, которые ещё не завершены' }),
    plan: z.enum(['trial', 'payg']),
    currency: z.literal('RUB'),
  }),
  handler: async ({ ctx, caller }) => {
    const purse = await purseOf(ctx, caller.tenant_id)
    return {
      balance: toRoubles(purse.balance),
      welcome_bonus: toRoubles(purse.bonus),
      total_spent: toRoubles(purse.spent),
      debt: toRoubles(purse.debt),
      pending_transactions: await countPending(ctx, caller.tenant_id),
      plan: purse.plan,
      currency: 'RUB',
    }
  },
})

export const topUp = route({
  method: 'post',
  path: '/api/balance/top-up',
  tag,
  summary: 'Пополнение баланса: создаёт платёж. Idempotency-Key защищает от повтора',
  access: 'user',
  limits: [{ name: 'top_up', by: ({ caller }) => `top-up:${(caller as { id: number }).id}` }],
  body: z.object({
    amount: Roubles,
    payment_method: z.enum(['card', 'sbp']).default('card').meta({ description: 'Способ выбирают на странице банка' }),
    return_url: Address.optional(),
    fail_url: Address.optional(),
  }),
  status: 201,
  response: Created,
  errors: [billing.INVALID_AMOUNT, errors.PAYMENT_CREATION_FAILED],
  handler: async ({ ctx, caller, body, ...call }) => {
    const { tenant_id, email: customer_email } = caller
    const { amount, return_url, fail_url } = body
    const { idempotency_key, base_url, locale } = call
    const description = { ru: 'Пополнение баланса', en: 'Balance top-up' }[locale]
    const order = { tenant_id, customer_email, amount, description, return_url, fail_url }
    return viewOf(await createPayment(ctx, { ...order, idempotency_key, base_url, locale }, billing.INVALID_AMOUNT))
  },
})

export const terms = route({
  method: 'get',
  path: '/api/payments/terms',
  tag,
  summary: 'Можно ли пополнить баланс, какими суммами, и нужен ли адрес для чека',
  access: 'user',
  response: z.object({
    billing: z.boolean().meta({ description: 'false: ответы ничего не стоят' }),
    top_up: z.boolean().meta({ description: 'false: терминал банка не настроен' }),
    min: z.number(),
    max: z.number(),
    receipt: z.boolean(),
    currency: z.literal('RUB'),
  }),
  handler: async ({ ctx: { config, outside } }) => ({
    billing: config['billing.enabled'],
    top_up: outside.tbank !== undefined,
    min: toRoubles(config['payments.min']),
    max: toRoubles(config['payments.max']),
    receipt: config['tbank.receipt'],
    currency: 'RUB',
  }),
})
