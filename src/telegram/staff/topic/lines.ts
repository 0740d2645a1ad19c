import type { Context } from '../../../context.ts'
import type { Dialog } from '../../../dialogs/dialogs.ts'
import { dialogStream, type MessageView, messageCreated, messageUpdated } from '../../../dialogs/events.ts'
import { getMessage } from '../../../dialogs/messages.ts'
import type { Locale } from '../../../errors.ts'
import { eventsAfter, type PastEvent } from '../../../events/read.ts'
import { nameOf } from '../../../handoff/desk/queue.ts'
import {
  handoffCancelled,
  handoffDelayed,
  handoffReleased,
  handoffRequested,
  handoffStarted,
} from '../../../handoff/events.ts'
import { isWithStaff } from '../../../handoff/states.ts'
import { messageIdIn } from '../../receiving/sources.ts'
import { MAX_MESSAGE, plainOf, type Span } from '../../sending/spans.ts'
import type { Desk } from '../group.ts'
import { texts } from '../texts.ts'
import { consoleLink } from './card.ts'
import { isBeforeStaff } from './open.ts'

/** Some facts in a row as one message, up to the number `upto`; or one that calls for a new card. */
export type Batch = { spans: Span[]; upto: number; card: boolean }

const AT_ONCE = 50 // facts read together
const GAP: Span = { text: '\n\n', marks: [] }

/** The next facts of a dialog that its topic has not shown, as many as one message holds; undefined when there are none. */
export async function nextBatch(ctx: Context, desk: Desk, dialog: Dialog, seq: number): Promise<Batch | undefined> {
  const facts = await eventsAfter(ctx, dialogStream(dialog.id), seq, AT_ONCE)
  const batch: Batch = { spans: [], upto: seq, card: false }
  for (const fact of facts) {
    // What came before the card is a message of its own.
    if (fact.name === handoffRequested.name) return batch.upto > seq ? batch : { spans: [], upto: fact.seq, card: true }
    const spans = await spansOf(ctx, desk, dialog, fact)
    const isFull = batch.spans.length > 0 && plainOf([...batch.spans, GAP, ...spans]).length > MAX_MESSAGE
    if (isFull) return batch
    if (spans.length > 0) batch.spans.push(...(batch.spans.length > 0 ? [GAP] : []), ...spans)
    batch.upto = fact.seq
  }
  return facts.length === 0 ? undefined : batch
}

async function spansOf(ctx: Context, desk: Desk, dialog: Dialog, fact: PastEvent): Promise<Span[]> {
  const { locale } = desk
  switch (fact.name) {
    case messageCreated.name: {
      const { message, handoff_status } = messageCreated.shape.parse(fact.payload)
      return isWithStaff(handoff_status) && (await isNews(ctx, desk, message)) ? said(ctx, dialog, message, locale) : []
    }
    case messageUpdated.name: {
      const { message, edited } = messageUpdated.shape.parse(fact.payload)
      return edited && isBeforeStaff(dialog) && (await isNews(ctx, desk, message))
        ? said(ctx, dialog, message, locale, true)
        : []
    }
    case handoffStarted.name: {
      const { operator, transferred_from } = handoffStarted.shape.parse(fact.payload)
      return notice((transferred_from === null ? texts.led : texts.transferred)(operator.name)[locale])
    }
    case handoffDelayed.name:
      return notice(texts.delayed[locale])
    case handoffCancelled.name:
      return notice(texts.cancelled[locale])
    case handoffReleased.name: {
      const { nobody_came, return_to_ai } = handoffReleased.shape.parse(fact.payload)
      return notice((nobody_came ? texts.nobodyCame : return_to_ai ? texts.released : texts.closed)[locale])
    }
    default:
      return []
  }
}

// What was written in the group itself needs no echo; the assistant is silent while staff looks on.
async function isNews(ctx: Context, { tenant_id, chat_id }: Desk, message: MessageView): Promise<boolean> {
  if (message.message_kind === 'system' || (message.sender !== 'user' && message.sender !== 'operator')) return false
  if (message.sender === 'user') return true
  const { source_id } = await getMessage(ctx, tenant_id, message.id)
  return messageIdIn(source_id, chat_id) === undefined
}

function said(ctx: Context, dialog: Dialog, message: MessageView, locale: Locale, edited = false): Span[] {
  const { text, attachments, sender, operator_name } = message
  const who = sender === 'user' ? nameOf(dialog, locale) : `👤 ${operator_name ?? ''}`
  const files = attachments.map(({ name }) => `📎 ${name}`)
  const where = files.length > 0 && ctx.config.public_url ? [consoleLink(ctx, dialog.id)] : []
  const words = [text, ...files, ...where].filter(Boolean).join('\n')
  return [
    { text: who, marks: ['b'] },
    ...(edited ? [{ text: ` ${texts.edited[locale]}`, marks: ['i' as const] }] : []),
    { text: `\n${words}`, marks: [] },
  ]
}

function notice(text: string): Span[] {
  return [{ text, marks: ['i'] }]
}
