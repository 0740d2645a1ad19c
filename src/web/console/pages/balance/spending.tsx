import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { language, useWords } from '../../core/i18n.ts'
import { type Loaded, useLoad } from '../../core/load.ts'
import { useQuery } from '../../core/router.ts'
import { Choice } from '../../ui/field.tsx'
import { Show } from '../../ui/list.tsx'
import { Card } from '../../ui/page.tsx'
import { roubles } from '../common/money.ts'
import { texts } from './texts.ts'
import type { Day, Spent } from './types.ts'

type Span = '7' | '30' | '90'
type Shown = { loaded: Loaded<Spent>; span: Span; choose: (span: Span) => void }

/** What was spent on each of the last days by this browser's clock; how many days stands in the address. */
export function useSpending(): Shown {
  const [wanted, setWanted] = useQuery('days')
  const span: Span = wanted === '7' || wanted === '90' ? wanted : '30'
  const offset = -new Date().getTimezoneOffset()
  const loaded = useLoad(() => call<Spent>('GET', `/api/balance/spending?days=${span}&tz_offset=${offset}`), [span])
  return { loaded, span, choose: (next) => setWanted(next === '30' ? null : next) }
}

/** The chart of spending by day, and the same as a table. */
export function Spending({ loaded, span, choose }: Shown) {
  const t = useWords(texts)
  const spans = (['7', '30', '90'] as const).map((value) => ({ value, label: `${value} ${t.days[2]}` }))
  return (
    <Card title={t.spending}>
      <Choice label={t.span} options={spans} value={span} onChange={choose} />
      <Show loaded={loaded} rows={3}>
        {(spent) => (
          <>
            <p>
              {t.in_all}: <strong>{roubles(spent.total)}</strong>
            </p>
            <Chart days={spent.days} />
            <DaysTable days={spent.days} />
            <p class="hint">
              {t.by_clock} {zoneName(spent.tz_offset)}.
            </p>
          </>
        )}
      </Show>
    </Card>
  )
}

function Chart({ days }: { days: Day[] }) {
  const t = useWords(texts)
  const place = useRef<HTMLDivElement>(null)
  const told = useRef<HTMLParagraphElement>(null)
  const hasTelegram = days.some((day) => day.telegram > 0)
  useEffect(() => {
    let end: (() => void) | undefined
    let isGone = false
    const tell = (day: Day | undefined) => {
      if (told.current) told.current.textContent = day ? `${dateOf(day.date)} · ${roubles(day.total)}` : ''
    }
    // The table says the same, so without the drawing nothing is lost.
    const draw = import('./chart.ts').then(({ drawSpending }) => {
      if (!isGone && place.current) end = drawSpending(place.current, days, { tell, label: shortDate, sum: roubles })
    })
    draw.catch(() => place.current?.remove())
    return () => {
      isGone = true
      end?.()
    }
  }, [days])
  return (
    <figure class="spending">
      <div ref={place} class="spending-chart" role="img" aria-label={t.chart} />
      <p class="hint spending-told" ref={told} aria-hidden="true" />
      {hasTelegram && (
        <figcaption class="line small">
          <span class="spending-key website" /> {t.website} <span class="spending-key telegram" /> {t.telegram}
        </figcaption>
      )}
    </figure>
  )
}

function DaysTable({ days }: { days: Day[] }) {
  const t = useWords(texts)
  return (
    <details class="spending-table">
      <summary>{t.as_table}</summary>
      <table>
        <thead>
          <tr>
            {[t.date, t.website, t.telegram, t.sum, t.answered].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.date}>
              <th scope="row">{dateOf(day.date)}</th>
              <td>{roubles(day.website)}</td>
              <td>{roubles(day.telegram)}</td>
              <td>{roubles(day.total)}</td>
              <td>{day.answers}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

const asDate = (date: string) => new Date(`${date}T00:00:00Z`)
const formatted = (date: string, how: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language.get(), { ...how, timeZone: 'UTC' }).format(asDate(date))
const dateOf = (date: string) => formatted(date, { day: 'numeric', month: 'long' })
const shortDate = (date: string) => formatted(date, { day: 'numeric', month: 'short' })

function zoneName(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const utc = `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`
  return `${Intl.DateTimeFormat().resolvedOptions().timeZone} (${utc})`
}
