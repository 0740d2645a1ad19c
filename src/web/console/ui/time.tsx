import { useEffect, useState } from 'preact/hooks'
import { language, useWords } from '../core/i18n.ts'
import { texts } from './texts.ts'

const SECOND = 1000
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
  const now = useNow(MINUTE)
  const exact = new Intl.DateTimeFormat(language.get(), { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at))
  return (
    <time dateTime={at} title={exact}>
      {relative(new Date(at).getTime(), now) ?? t.now}
    </time>
  )
}

/** How long it has been since a moment, as a running clock: 0:42, 12:05, 3:01:17. */
export function Elapsed({ since }: { since: string }) {
  const seconds = Math.max(0, Math.floor((useNow(SECOND) - new Date(since).getTime()) / SECOND))
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return (
    <span class="clock">
      {shown.map((part, index) => (index > 0 ? String(part).padStart(2, '0') : part)).join(':')}
    </span>
  )
}

/** The present moment, drawn again every so many milliseconds. */
function useNow(every: number): number {
  const [, draw] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => draw((n) => n + 1), every)
    return () => clearInterval(timer)
  }, [every])
  return Date.now()
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
