import { z } from 'zod'
import { rawRoute, route } from '../http/route.ts'
import { Page } from '../http/shapes.ts'
import { toRoubles } from '../lib/money.ts'
import { priceMultipliers } from '../llm/models.ts'
import { exportTransactions } from './export.ts'
import { basePrice, CHANNELS } from './prices.ts'
import { Spending, spendingByDay } from './spending.ts'
import { listTransactions, Transaction } from './statement.ts'

const tag = 'Биллинг'
const type = z.enum(['debit', 'credit']).optional()
// The farthest zones are UTC−12 and UTC+14.
const Offset = z
  .string()
  .regex(/^-?\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(-720).max(840))
  .default(0)
  .meta({ override: { type: 'integer', minimum: -720, maximum: 840, default: 0 } })
const Days = z.enum(['7', '30', '90']).default('30').transform(Number)

export const transactions = route({
  method: 'get',
  path: '/api/balance/transactions',
  tag,
  summary: 'История транзакций, новые сверху',
  access: 'user',
  query: Page.extend({ type }),
  response: z.object({ transactions: z.array(Transaction), total: z.int() }),
  handler: ({ ctx, caller, query, locale }) => listTransactions(ctx, caller.tenant_id, { ...query, locale }),
})

export const transactionsFile = rawRoute({
  method: 'get',
  path: '/api/balance/transactions/export',
  tag,
  summary: 'История транзакций файлом CSV, старые сверху; разделители по языку запроса',
  access: 'user',
  query: z.object({ type }),
  raw: ({ ctx, caller, query, locale }, _req, res) =>
    exportTransactions(ctx, caller.tenant_id, { ...query, locale }, res),
})

export const spending = route({
  method: 'get',
  path: '/api/balance/spending',
  tag,
  summary: 'Расходы на ответы по дням и каналам за 7, 30 или 90 дней',
  access: 'user',
  query: z.object({
    days: Days.meta({ override: { type: 'integer', enum: [7, 30, 90], default: 30 } }),
    tz_offset: Offset.meta({ description: 'Минуты к востоку от UTC: дни считаются по этим часам' }),
  }),
  response: Spending,
  handler: ({ ctx, caller, query }) => spendingByDay(ctx, caller.tenant_id, query),
})

export const prices = route({
  method: 'get',
  path: '/api/balance/prices',
  tag,
  summary: 'Сколько стоит ответ ассистента',
  access: 'user',
  response: z.object({
    enabled: z.boolean().meta({ description: 'false: ответы ничего не стоят' }),
    currency: z.literal('RUB'),
    prices: z.array(z.object({ channel: z.enum(['website', 'telegram']), price: z.number() })),
    models: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        price_multiplier: z.number().meta({ description: 'На сколько умножается цена' }),
      }),
    ),
  }),
  handler: async ({ ctx: { config } }) => ({
    enabled: config['billing.enabled'],
    currency: 'RUB',
    prices: CHANNELS.map((channel) => ({ channel, price: toRoubles(basePrice(config, channel)) })),
    models: priceMultipliers(),
  }),
})
