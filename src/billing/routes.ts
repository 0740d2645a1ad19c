import { z } from 'zod'
import { route } from '../http/route.ts'
import { Page } from '../http/shapes.ts'
import { toRoubles } from '../lib/money.ts'
import { priceMultipliers } from '../llm/models.ts'
import { basePrice, CHANNELS } from './prices.ts'
import { listTransactions, Transaction } from './statement.ts'

const tag = 'Биллинг'

export const transactions = route({
  method: 'get',
  path: '/api/balance/transactions',
  tag,
  summary: 'История транзакций, новые сверху',
  access: 'user',
  query: Page.extend({ type: z.enum(['debit', 'credit']).optional() }),
  response: z.object({ transactions: z.array(Transaction), total: z.int() }),
  handler: ({ ctx, caller, query, locale }) => listTransactions(ctx, caller.tenant_id, { ...query, locale }),
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
