import { call } from '../../core/api.ts'
import { count, useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { Badge } from '../../ui/avatar.tsx'
import { Card } from '../../ui/page.tsx'
import { roubles } from '../common/money.ts'
import { texts } from './texts.ts'
import type { Prices, Purse, Spent } from './types.ts'

const WEEK = 7 // days whose pace tells how long the money lasts

/** What there is, what an answer costs, and roughly how far it goes. */
export function Summary({ purse, spending }: { purse: Purse; spending: Spent | undefined }) {
  const t = useWords(texts)
  const prices = useLoad(() => call<Prices>('GET', '/api/balance/prices'))
  return (
    <Card title={t.now}>
      <p class="money-sum">{roubles(purse.balance)}</p>
      <p class="line">
        <Badge kind={purse.plan === 'trial' ? 'accent' : 'good'}>{t[purse.plan]}</Badge>
        <span class="muted">{t.plan_about[purse.plan === 'trial' ? 0 : 1]}</span>
      </p>
      {purse.debt > 0 && (
        <p class="problem">
          {t.debt}: {roubles(purse.debt)}. {t.debt_about}
        </p>
      )}
      {prices.data && spending && <Reach balance={purse.balance} prices={prices.data} spending={spending} />}
      {prices.data && <PriceList {...prices.data} />}
    </Card>
  )
}

function Reach({ balance, prices, spending }: { balance: number; prices: Prices; spending: Spent }) {
  const t = useWords(texts)
  const week = spending.days.slice(-WEEK)
  const [spent, answers] = [sumOf(week.map((day) => day.total)), sumOf(week.map((day) => day.answers))]
  // What an answer really cost of late counts the model and the channel in.
  const price = answers > 0 ? spent / answers : Math.max(...prices.prices.map((one) => one.price))
  if (price === 0) return null
  const left = Math.floor(balance / price)
  const days = spent > 0 ? Math.floor(balance / (spent / WEEK)) : undefined
  return (
    <p>
      {t.enough_for} {count(left, t.answers)}
      {days === undefined ? `. ${t.no_pace}` : `, ${t.that_is} ${count(days, t.days)} ${t.at_pace}`}
    </p>
  )
}

function PriceList({ prices, models }: Prices) {
  const t = useWords(texts)
  const dearer = models.filter((model) => model.price_multiplier !== 1)
  return (
    <div class="small muted">
      <p>
        {t.price}: {prices.map(({ channel, price }) => `${t[channel]} — ${roubles(price)}`).join(', ')}. {t.price_about}
      </p>
      {dearer.length > 0 && (
        <p>
          {t.dearer}: {dearer.map(({ label, price_multiplier }) => `${label} ×${price_multiplier}`).join(', ')}.
        </p>
      )}
    </div>
  )
}

const sumOf = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0)
