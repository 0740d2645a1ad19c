import type { ChatHost } from '../shared/contract.ts'
import { el } from '../shared/dom.ts'
import type { Texts } from '../shared/texts.ts'
import type { Entry } from '../talk/state.ts'
import { createProse, type Prose } from './prose.ts'
import { createSources } from './sources.ts'

export interface BubbleContext {
  host: ChatHost
  texts: Texts
  onRetry: (key: string) => void
}

/** Builds the bubble of one message: the visitor's words as they are, an answer as prose with its sources. */
export function createBubble(
  { status, busy, message, key }: Entry,
  { host, texts, onRetry }: BubbleContext,
): HTMLElement {
  if (message.sender === 'user') {
    const bubble = el('div', { class: 'bubble', dir: 'auto' }, spoken(texts.you), message.text)
    return row('user', bubble, statusLine({ status, busy, retry: () => onRetry(key) }, texts))
  }
  if (message.sender === 'system' || message.message_kind === 'system') {
    return row('system', el('div', { class: 'notice', dir: 'auto' }, message.text))
  }
  const name = message.sender === 'operator' ? (message.operator_name ?? texts.assistant) : host.config.assistant.name
  const sources = createSources(message.sources ?? [], { texts, language: host.language })
  const prose = createProse(sources.makeCite)
  prose.update(message.text)
  const author = message.sender === 'operator' ? el('div', { class: 'author' }, name) : spoken(name)
  const bubble = el('div', { class: 'bubble' }, author, prose.node)
  return row('assistant', bubble, message.sources?.length ? sources.node : undefined)
}

/** Builds the bubble of an answer that is still growing. */
export function createDraft({ host }: BubbleContext): { node: HTMLElement; update: Prose['update'] } {
  const prose = createProse((n) => el('span', { class: 'cite' }, String(n)))
  const node = row('assistant', el('div', { class: 'bubble draft' }, spoken(host.config.assistant.name), prose.node))
  return { node, update: prose.update }
}

/** Builds the three dots that stand for an answer not yet begun. */
export function createTyping(texts: Texts): HTMLElement {
  const dots = [0, 1, 2].map(() => el('i', { 'aria-hidden': 'true' }))
  return row('assistant', el('div', { class: 'bubble typing' }, el('span', { class: 'spoken' }, texts.typing), ...dots))
}

function row(sender: string, ...content: (Node | undefined)[]): HTMLElement {
  return el('div', { class: `row ${sender}` }, ...content)
}

function spoken(name: string): Node {
  return el('span', { class: 'spoken' }, `${name}: `)
}

function statusLine(
  { status, busy, retry }: Pick<Entry, 'status' | 'busy'> & { retry: () => void },
  texts: Texts,
): HTMLElement {
  if (status === 'failed') {
    const button = el('button', { type: 'button', class: 'retry', click: retry }, texts.retry)
    return el('div', { class: 'status failed' }, `${texts.failed} · `, button)
  }
  if (busy) return el('div', { class: 'status' }, texts.busy)
  return el('div', { class: `status ${status}` }, status === 'sent' ? texts.sent : texts.sending)
}
