import type { Dialog } from '../../dialogs/dialogs.ts'
import type { Source } from '../../dialogs/events.ts'
import type { Message } from '../../dialogs/messages.ts'
import type { Locale } from '../../errors.ts'
import { isWithStaff } from '../../handoff/states.ts'
import { trimTo } from '../../lib/text.ts'
import { CALL_HUMAN } from '../receiving/buttons.ts'
import { isGreeting } from '../receiving/sources.ts'
import { texts } from '../texts.ts'
import { readMarkdown } from './markdown.ts'
import { MAX_MESSAGE, type Span, splitSpans } from './spans.ts'

/** One message for Telegram, with a button below it or none. */
export type Part = { spans: Span[]; button: { text: string; data: string } | undefined }

const TITLES = 3 // sources named below an answer
const TITLE = 60 // characters of each: one line on a telephone

/** A stored message as Telegram shows it, in parts of at most 4096. The last one has the button to call a human where that is of use. */
export function composeParts(message: Message, dialog: Pick<Dialog, 'locale' | 'handoff_status'>): Part[] {
  const parts = splitSpans(spansOf(message, dialog.locale), MAX_MESSAGE)
  const isOffered = message.answered === 0 || isGreeting(message.source_id)
  const button =
    isOffered && !isWithStaff(dialog.handoff_status)
      ? { text: texts.callHuman[dialog.locale], data: CALL_HUMAN }
      : undefined
  return parts.map((spans, at) => ({ spans, button: at === parts.length - 1 ? button : undefined }))
}

function spansOf(message: Message, locale: Locale): Span[] {
  const { sender, kind, text, operator_name } = message
  const words: Span = { text, marks: [] }
  if (kind === 'system' || sender === 'system') return [words]
  if (sender === 'operator')
    return operator_name
      ? [
          { text: operator_name, marks: ['b'] },
          { text: `\n${text}`, marks: [] },
        ]
      : [words]
  return [...readMarkdown(text), ...sourcesLine(message, locale)]
}

function sourcesLine({ sources }: Message, locale: Locale): Span[] {
  const all = sources === null ? [] : (JSON.parse(sources) as Source[])
  const titles = [...new Set(all.map(({ title }) => title.trim()).filter(Boolean))].slice(0, TITLES)
  if (titles.length === 0) return []
  const list = titles.map((title) => trimTo(title, TITLE)).join(', ')
  return [{ text: `\n\n${texts.sources[locale]}: ${list}`, marks: ['i'] }]
}
