import { z } from 'zod'
import type { Context } from '../context.ts'
import { toRoubles } from '../lib/money.ts'
import { DAY, MINUTE } from '../lib/time.ts'
import { type Channel, SERVICES } from './prices.ts'
import * as store from './store.ts'

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
  const sums = await store.sumByDay(ctx.db, tenant_id, {
    since: first * DAY - shift,
    shift,
    reasons: Object.values(SERVICES),
  })
  const shown = Array.from({ length: days }, (_, at) => dayOf(first + at, sums))
  return {
    tz_offset,
    days: shown.map(({ spent: _, ...day }) => day),
    total: toRoubles(shown.reduce((sum, { spent }) => sum + spent, 0)),
    answers: shown.reduce((sum, { answers }) => sum + answers, 0),
  }
}

function dayOf(day: number, sums: store.DaySum[]) {
  const paidFor = (channel: Channel) =>
    sums.find((one) => one.day === day && one.reason === SERVICES[channel]) ?? { sum: 0, answers: 0 }
  const [website, telegram] = [paidFor('website'), paidFor('telegram')]
  const spent = website.sum + telegram.sum
  return {
    date: new Date(day * DAY).toISOString().slice(0, 10),
    website: toRoubles(website.sum),
    telegram: toRoubles(telegram.sum),
    total: toRoubles(spent),
    answers: website.answers + telegram.answers,
    spent,
  }
}
