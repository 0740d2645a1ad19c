import { useEffect, useState } from 'preact/hooks'
import { language, useWords } from '../core/i18n.ts'
import { texts } from './texts.ts'

const MINUTE = 60_000
const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', MINUTE],
] as const
const DAYS_IN_WORDS = 6 // older than that a date says more than «9 days ago»

/** A moment as people say it («5 minutes ago»), kept true while it is shown; the exact one on hover. */
export function Time({ at }: { at: string }) {
  const t = useWords(texts)
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE)
    return () => clearInterval(timer)
  }, [])
  const exact = new Intl.DateTimeFormat(language.get(), { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at))
  return (
    <time dateTime={at} title={exact}>
      {relative(new Date(at).getTime(), Math.max(now, Date.now())) ?? t.now}
    </time>
  )
}

/** The moment in words, or undefined for less than a minute ago. */
function relative(at: number, now: number): string | undefined {
  const passed = now - at
  const step = STEPS.find(([, length]) => passed >= length)
  if (!step) return undefined
  const [unit, length] = step
  if (unit === 'day' && passed / length > DAYS_IN_WORDS)
    return new Intl.DateTimeFormat(language.get(), { day: 'numeric', month: 'short', year: 'numeric' }).format(at)
  const words = new Intl.RelativeTimeFormat(language.get(), { numeric: 'auto', style: 'short' })
  return words.format(-Math.floor(passed / length), unit)
}
