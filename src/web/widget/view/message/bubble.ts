import type { Attachment, ChatHost, Message, Vote } from '../../shared/contract.ts'
import { el } from '../../shared/dom.ts'
import { sizeInWords } from '../../shared/sizes.ts'
import type { Texts } from '../../shared/texts.ts'
import { type Conversation, type Entry, isHuman } from '../../talk/state.ts'
import { createAttachments } from './attachments.ts'
import { createProse, type Prose } from './prose.ts'
import { createSources } from './sources.ts'
import { createVotes } from './votes.ts'

export interface BubbleContext {
  host: ChatHost
  texts: Texts
  onRetry: (key: string) => void
  onVote: (message_id: number, vote: Vote) => void
  onCall: () => void
  openFile: (file: Attachment) => Promise<Blob>
}

export interface Bubble {
  node: HTMLElement
  /** Shows what changes around a message while the message stays. */
  update: (talk: Conversation) => void
}

const fixed = (node: HTMLElement): Bubble => ({ node, update: () => undefined })

/** Builds the bubble of one message: the visitor's words as they are, an answer as prose with its sources. */
export function createBubble(entry: Entry, context: BubbleContext): Bubble {
  const { message } = entry
  if (message.sender === 'user') return fixed(createOwn(entry, context))
  if (message.sender === 'system' || message.message_kind === 'system')
    return fixed(row('system', el('div', { class: 'notice', dir: 'auto' }, message.text)))
  return message.sender === 'operator' ? fixed(createReply(message, context)) : createAnswer(message, context)
}

function createOwn(entry: Entry, context: BubbleContext): HTMLElement {
  const { message, file } = entry
  const { texts } = context
  const openFile = file ? async () => file : context.openFile
  const words = message.text && el('div', { class: 'bubble', dir: 'auto' }, spoken(texts.you), message.text)
  return row('user', filesOf(message, { ...context, openFile }), words || undefined, createStatus(entry, context))
}

function createReply(message: Message, context: BubbleContext): HTMLElement {
  const author = el('div', { class: 'author' }, message.operator_name ?? context.texts.assistant)
  const prose = createProse()
  prose.update(message.text)
  const words = message.text ? el('div', { class: 'bubble' }, author, prose.node) : author
  return row('assistant', words, filesOf(message, context))
}

function createAnswer(message: Message, context: BubbleContext): Bubble {
  const { host, texts, onVote, onCall } = context
  const sources = createSources(message.sources ?? [], { texts, language: host.language })
  const prose = createProse(sources.makeCite)
  prose.update(message.text)
  const votes = createVotes(texts, (vote) => onVote(message.id, vote))
  const call =
    message.answered === false && el('button', { class: 'suggestion', type: 'button', click: onCall }, texts.call)
  const node = row(
    'assistant',
    el('div', { class: 'bubble' }, spoken(host.config.assistant.name), prose.node),
    message.sources?.length ? sources.node : undefined,
    call || undefined,
    votes.node,
  )
  const update = (talk: Conversation) => {
    votes.show(talk.votes[message.id])
    if (call) call.hidden = isHuman(talk.desk)
  }
  return { node, update }
}

/** Builds the bubble of an answer that is still growing. */
export function createDraft({ host }: BubbleContext): { node: HTMLElement; update: Prose['update'] } {
  const prose = createProse((n) => el('span', { class: 'cite' }, String(n)))
  const node = row('assistant', el('div', { class: 'bubble draft' }, spoken(host.config.assistant.name), prose.node))
  return { node, update: prose.update }
}

/** Builds the three dots that stand for words not yet there; what they mean is said to screen readers. */
export function createTyping(meaning: string): HTMLElement {
  const dots = [0, 1, 2].map(() => el('i', { 'aria-hidden': 'true' }))
  return row('assistant', el('div', { class: 'bubble typing' }, el('span', { class: 'spoken' }, meaning), ...dots))
}

function filesOf({ attachments }: Message, { host, texts, openFile }: BubbleContext): HTMLElement | undefined {
  if (!attachments?.length) return undefined
  return createAttachments(attachments, { texts, language: host.language, open: openFile })
}

function row(sender: string, ...content: (Node | undefined)[]): HTMLElement {
  return el('div', { class: `row ${sender}` }, ...content)
}

function spoken(name: string): Node {
  return el('span', { class: 'spoken' }, `${name}: `)
}

function createStatus(entry: Entry, { texts, host, onRetry }: BubbleContext): HTMLElement {
  const { status, busy, key, refusal, progress } = entry
  if (refusal) return el('div', { class: 'status failed' }, refusalInWords(refusal, { texts, host }))
  if (status === 'failed') {
    const button = el('button', { type: 'button', class: 'retry', click: () => onRetry(key) }, texts.retry)
    return el('div', { class: 'status failed' }, `${texts.failed} · `, button)
  }
  if (busy) return el('div', { class: 'status' }, texts.busy)
  if (status === 'sent') return el('div', { class: 'status sent' }, texts.sent)
  if (progress === undefined) return el('div', { class: 'status sending' }, texts.sending)
  return el('div', { class: 'status' }, `${texts.sending} ${Math.round(progress * 100)} %`)
}

function refusalInWords(code: string, { texts, host }: Pick<BubbleContext, 'texts' | 'host'>): string {
  if (code === 'FILE_TOO_LARGE') return `${texts.tooLarge} ${sizeInWords(host.config.max_file_bytes, host.language)}`
  return code === 'UPLOAD_QUOTA_EXCEEDED' ? texts.tooMany : texts.badKind
}
