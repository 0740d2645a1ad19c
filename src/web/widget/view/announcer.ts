import { el } from '../shared/dom.ts'
import { toPlainText } from '../shared/markdown.ts'

interface Announcer {
  node: HTMLElement
  /** Takes the growing answer and speaks each sentence once it is whole. */
  draft: (text: string) => void
  /** Speaks a finished message, or what its draft has not spoken yet; an announcement has no name. */
  message: (name: string, text: string) => void
}

const KEPT = 6 // old announcements; removing one too early can cut it off

/** Tells screen readers of answers in whole sentences. */
export function createAnnouncer(): Announcer {
  const node = el('div', { class: 'spoken', role: 'status', 'aria-live': 'polite', 'aria-relevant': 'additions' })
  let told = ''

  function draft(text: string): void {
    if (!text.startsWith(told)) told = ''
    const end = lastSentenceEnd(text)
    if (end > told.length) {
      say(text.slice(told.length, end))
      told = text.slice(0, end)
    }
  }

  function message(name: string, text: string): void {
    const begun = told !== '' && text.startsWith(told)
    say(begun ? text.slice(told.length) : name ? `${name}: ${text}` : text)
    told = ''
  }

  function say(text: string): void {
    const words = toPlainText(text)
    if (words) node.append(el('p', {}, words))
    while (node.childNodes.length > KEPT) node.firstChild!.remove()
  }

  return { node, draft, message }
}

function lastSentenceEnd(text: string): number {
  const ends = [...text.matchAll(/[.!?…](?:\s*\[\d{1,2}\])*\s|\n/g)]
  const last = ends.at(-1)
  return last ? last.index + last[0].length : 0
}
