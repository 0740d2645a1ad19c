import type { Language, Message } from './contract.ts'
import type { Texts } from './texts.ts'

const PAUSE_MS = 15 * 60_000 // a pause longer than this reads as a new visit

/** Words the moments at which a conversation goes on after a pause. */
export function createClock(language: Language, texts: Texts) {
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' })
  const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long' })

  /** A label such as "Сегодня, 14:05" when one belongs between two messages, else an empty string. */
  function labelBetween(before: Message | undefined, message: Message): string {
    const at = new Date(message.created_at)
    if (Number.isNaN(at.getTime())) return ''
    if (before && at.getTime() - new Date(before.created_at).getTime() < PAUSE_MS) return ''
    return `${day(at)}, ${time.format(at)}`
  }

  function day(at: Date): string {
    const today = new Date()
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
    if (at.toDateString() === today.toDateString()) return texts.today
    if (at.toDateString() === yesterday.toDateString()) return texts.yesterday
    return date.format(at)
  }

  return { labelBetween }
}
