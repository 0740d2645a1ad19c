import type { Locale } from '../errors.ts'
import { DAY, HOUR, MINUTE } from '../lib/time.ts'
import type { Priority } from './store.ts'

type Step = { upTo: number; words: Record<Locale, string> }

// Ranges, because a forecast is worth no more than that.
const STEPS: Step[] = [
  { upTo: 30 * MINUTE, words: { ru: 'до 30 минут', en: 'up to 30 minutes' } },
  { upTo: HOUR, words: { ru: 'до 1 часа', en: 'up to 1 hour' } },
  { upTo: 2 * HOUR, words: { ru: '1-2 часа', en: '1-2 hours' } },
  { upTo: 4 * HOUR, words: { ru: '2-4 часа', en: '2-4 hours' } },
  { upTo: 8 * HOUR, words: { ru: '4-8 часов', en: '4-8 hours' } },
  { upTo: DAY, words: { ru: '8-24 часа', en: '8-24 hours' } },
  { upTo: 3 * DAY, words: { ru: '1-3 дня', en: '1-3 days' } },
]
const LONGER = { ru: 'больше 3 дней', en: 'more than 3 days' }

/** What is expected before anybody was answered, in ms: what one attentive person can keep. */
export const FIRST_GUESS: Record<Priority, number> = { urgent: HOUR, high: 2 * HOUR, medium: 4 * HOUR, low: DAY }

/** A time to the first answer as people say it. */
export function timeInWords(minutes: number, locale: Locale): string {
  return (STEPS.find(({ upTo }) => minutes * MINUTE <= upTo)?.words ?? LONGER)[locale]
}
