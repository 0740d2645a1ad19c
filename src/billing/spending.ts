import { z } from 'zod'
import type { Context } from '../context.ts'
import { toRoubles } from '../lib/money.ts'
import { DAY, MINUTE } from '../lib/time.ts'
import type { Channel } from './prices.ts'
import * as store from './store.ts'

const CHANNEL_OF: Record<string, Channel> = { widget_message: 'website', telegram_message: 'telegram' }

const Day = z.object({
  date: z.iso.date(),
  website: z.number(),
  telegram: z.number(),
  total: z.number().meta({ description: 'Рубли за день' }),
  answers: z.int().meta({ description: 'Сколько ответов оплачено' }),
})
export const Spending = z
  .object({
    tz_offset: z.int().meta({ description: 'Минуты к востоку от UTC, по которым считаны дни' }),
    days: z.array(Day).meta({ description: 'Все дни по порядку, последний — сегодня; день без расходов — нули' }),
    total: z.number(),
    answers: z.int(),
  })
  .meta({ id: 'Spending' })

/** What an owner paid for answers on each of the last days, today included, by channel; days are counted `tz_offset` minutes east of UTC. */
export async function spendingByDay(
  ctx: Context,
  tenant_id: number,
  { days, tz_offset }: { days: number; tz_offset: number },
): Promise<z.input<typeof Spending>> {
  const shift = tz_offset * MINUTE
  const today = Math.floor((ctx.now() + shift) / DAY)
  const first = today - days + 1
  const sums = await store.sumByDay(ctx.db, tenant_id, { since: first * DAY - shift, shift })
  const shown = Array.from({ length: days }, (_, at) => dayOf(first + at, sums))
  return {
    tz_offset,
    days: shown.map(({ spent: _, ...day }) => day),
    total: toRoubles(shown.reduce((sum, { spent }) => sum + spent, 0)),
    answers: shown.reduce((sum, { answers }) => sum + answers, 0),
  }
}

function dayOf(day: number, sums: store.DaySum[]) {
  const of = sums.filter((one) => one.day === day)
  const spent = { website: 0, telegram: 0 }
  for (const { reason, sum } of of) spent[CHANNEL_OF[reason] ?? 'website'] += sum
  const total = spent.website + spent.telegram
  return {
    date: new Date(day * DAY).toISOString().slice(0, 10),
    website: toRoubles(spent.website),
    telegram: toRoubles(spent.telegram),
    total: toRoubles(total),
    answers: of.reduce((count, one) => count + one.answers, 0),
    spent: total,
  }
}
