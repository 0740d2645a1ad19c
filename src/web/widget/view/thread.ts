import { el, icon } from '../shared/dom.ts'
import { createClock } from '../shared/times.ts'
import { type Conversation, type Entry, openQuestion } from '../talk/state.ts'
import { type Bubble, type BubbleContext, createBubble, createDraft, createTyping } from './message/bubble.ts'
import { createProse } from './message/prose.ts'

export interface ThreadContext extends BubbleContext {
  onSuggestion: (text: string) => void
  onEarlier: () => void
}

export interface Thread {
  node: HTMLElement
  render: (talk: Conversation) => void
  toEnd: () => void
}

const TYPING_MS = 60_000 // longer than a local model on a small machine needs for its first words
const PATIENCE_MS = 10 * 60_000 // an answer that late comes without being waited for
const NEAR_END_PX = 80

/** Shows the conversation as it stands and stays at its end while the visitor reads there. */
export function createThread(context: ThreadContext): Thread {
  const { texts, host } = context
  const clock = createClock(host.language, texts)
  const earlier = el(
    'button',
    { class: 'earlier', type: 'button', click: context.onEarlier, hidden: true },
    texts.earlier,
  )
  const greeting = createGreeting(context)
  const entries = el('div', { class: 'entries' })
  const tail = el('div', { class: 'tail' })
  const log = el(
    'div',
    { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': texts.messages, tabindex: 0, scroll: onScroll },
    earlier,
    greeting.node,
    entries,
    tail,
  )
  const latest = el(
    'button',
    { class: 'latest', type: 'button', 'aria-label': texts.latest, click: toEnd, hidden: true },
    icon('m6 9.5 6 6 6-6'),
  )
  const node = el('div', { class: 'thread' }, log, latest)
  const rows = new Map<string, { entry: Entry; time: string; node: HTMLElement; update: Bubble['update'] }>()
  let atEnd = true
  let top = 0
  let draft: ReturnType<typeof createDraft> | undefined
  let again: ReturnType<typeof setTimeout> | undefined

  function render(talk: Conversation): void {
    // What stands around the conversation may just have grown: then the end has moved and not the reader.
    const stays = isAtEnd() || (atEnd && log.scrollTop >= top)
    const height = log.scrollHeight
    const grewAbove = talk.entries.length > 0 && rows.size > 0 && !rows.has(talk.entries[0]!.key)
    earlier.hidden = !talk.has_more
    greeting.show({ first: !talk.has_more, fresh: talk.entries.length === 0 })
    renderEntries(talk.entries)
    for (const row of rows.values()) row.update(talk)
    renderTail(talk)
    if (grewAbove) log.scrollTop += log.scrollHeight - height
    else if (stays) toEnd()
    onScroll()
  }

  function renderEntries(wanted: Entry[]): void {
    const keys = new Set(wanted.map(({ key }) => key))
    for (const [key, row] of rows) {
      if (keys.has(key)) continue
      row.node.remove()
      rows.delete(key)
    }
    for (const [index, entry] of wanted.entries()) {
      const row = rowOf(entry, clock.labelBetween(wanted[index - 1]?.message, entry.message))
      const place = entries.childNodes[index] ?? null
      if (row !== place) entries.insertBefore(row, place)
    }
  }

  function rowOf(entry: Entry, time: string): HTMLElement {
    const before = rows.get(entry.key)
    if (before?.entry === entry && before.time === time) return before.node
    const bubble = createBubble(entry, context)
    const node = el('div', { class: 'entry' }, time && el('div', { class: 'time' }, time), bubble.node)
    before?.node.replaceWith(node)
    rows.set(entry.key, { entry, time, node, update: bubble.update })
    return node
  }

  function renderTail(talk: Conversation): void {
    clearTimeout(again)
    if (talk.draft) {
      draft ??= createDraft(context)
      draft.update(talk.draft.text)
      if (tail.firstChild !== draft.node) tail.replaceChildren(draft.node)
      return
    }
    draft = undefined
    if (talk.typing) {
      showInTail(`${talk.typing} ${texts.writes}`, createTyping)
      return
    }
    const waited = Date.now() - (host.store.read().asked_at ?? 0)
    if (!openQuestion(talk) || waited > PATIENCE_MS) {
      tail.replaceChildren()
      return
    }
    const isTyping = waited < TYPING_MS
    if (isTyping) again = setTimeout(() => renderTail(talk), TYPING_MS - waited + 50)
    if (isTyping) showInTail(texts.typing, createTyping)
    else showInTail(texts.slow, (text) => el('div', { class: 'notice' }, text))
  }

  // What stands there already is left alone, or its dots would begin anew at each change elsewhere.
  function showInTail(text: string, create: (text: string) => HTMLElement): void {
    if (tail.firstChild && tail.textContent === text) return
    tail.replaceChildren(create(text))
  }

  function isAtEnd(): boolean {
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX
  }

  function onScroll(): void {
    atEnd = isAtEnd()
    top = log.scrollTop
    latest.hidden = atEnd
  }

  // A taller field, a notice or a phone's keyboard takes its height from the conversation.
  function onResize(): void {
    if (atEnd) toEnd()
    onScroll()
  }

  function toEnd(): void {
    log.scrollTop = log.scrollHeight
  }

  new ResizeObserver(onResize).observe(log)
  return { node, render, toEnd }
}

function createGreeting({ host, texts, onSuggestion }: ThreadContext) {
  const { config, language } = host
  const prose = createProse()
  prose.update(config.texts[language]?.greeting ?? config.greeting)
  const bubble = el('div', { class: 'row assistant' }, el('div', { class: 'bubble' }, prose.node))
  const chips = config.suggestions.map((text) =>
    el('button', { class: 'suggestion', type: 'button', dir: 'auto', click: () => onSuggestion(text) }, text),
  )
  const suggestions = el('div', { class: 'suggestions', role: 'group', 'aria-label': texts.suggestions }, ...chips)
  const node = el('div', { class: 'greeting' }, bubble, suggestions)
  const show = ({ first, fresh }: { first: boolean; fresh: boolean }) => {
    node.hidden = !first
    suggestions.hidden = !fresh || chips.length === 0
  }
  return { node, show }
}
