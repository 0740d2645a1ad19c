import { z } from 'zod'
import type { Locale } from '../errors.ts'
import { Page } from '../http/shapes.ts'
import { cleanText, oneLine } from '../lib/text.ts'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import { Email } from '../users/shapes.ts'
import type { FileRow } from './attachments/attachments.ts'
import type { Talk, Ticket } from './find.ts'
import { timeInWords } from './promise.ts'
import type { MessageRow } from './store.ts'
import type { Spoken } from './talk.ts'

export const tag = 'Поддержка'

export const STATUSES = ['open', 'in_progress', 'closed'] as const
export const PRIORITIES = ['low', 'medium', 'high', 'urgent'] as const

const MAX_ATTACHMENTS = 10
const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export const TicketId = z.string().regex(/^[\w-]{1,36}$/)
// Cleaned before it is measured: what is nothing but control characters is nothing.
export const Words = z
  .string()
  .overwrite((text) => cleanText(text).trim())
  .min(1)
  .max(10_000)
const Attachments = z
  .array(z.string().trim().min(1).max(255))
  .max(MAX_ATTACHMENTS)
  .default([])
  .meta({ description: 'id загруженных файлов; прочие имена сохраняются как подписи' })

export const NewTicket = z.object({
  subject: z
    .string()
    .overwrite((text) => oneLine(cleanText(text)).trim())
    .min(1)
    .max(200),
  message: Words,
  priority: z.enum(PRIORITIES).default('medium'),
  category: z.enum(['billing', 'technical', 'account', 'other']).default('other'),
  user_email: Email.optional(),
  attachments: Attachments,
})
export const Reply = z.object({ message: Words, attachments: Attachments })
export const Filter = Page.extend({
  status: z.enum(STATUSES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  unread: Flag.optional().meta({ description: 'Только с ответом, который владелец ещё не видел' }),
  unanswered: Flag.optional().meta({ description: 'Только те, что ждут ответа поддержки' }),
})

export const AttachmentView = z
  .object({ id: z.string(), name: z.string(), content_type: z.string(), size: z.int() })
  .meta({ id: 'TicketAttachment' })
export const MessageView = z
  .object({
    id: z.int(),
    author: z.enum(['owner', 'support']),
    author_name: z.string(),
    message: z.string(),
    attachments: z.array(AttachmentView),
    labels: z.array(z.string()).meta({ description: 'Имена файлов, которые были только названы' }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'TicketMessage' })
export const Created = z
  .object({
    ticket_id: z.string(),
    status: z.literal('created'),
    priority: z.enum(PRIORITIES),
    estimated_response_time: z.string(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'NewTicket' })
export const TicketView = Created.extend({
  status: z.enum(STATUSES),
  subject: z.string(),
  category: z.enum(['billing', 'technical', 'account', 'other']),
  user_email: z.string(),
  owner_id: z.int(),
  owner_email: z.string(),
  unread: z.boolean().meta({ description: 'Есть ответ, который владелец ещё не видел' }),
  unanswered: z.boolean().meta({ description: 'Ждёт ответа поддержки' }),
  updated_at: z.iso.datetime(),
  answered_at: z.iso.datetime().nullable(),
  closed_at: z.iso.datetime().nullable(),
}).meta({ id: 'Ticket' })
export const TalkView = TicketView.extend({ messages: z.array(MessageView) }).meta({ id: 'TicketTalk' })
export const Said = MessageView.extend({ ticket_id: z.string(), status: z.enum(STATUSES) }).meta({ id: 'TicketReply' })

/** A ticket as the wire shows it. */
export function viewOf(ticket: Ticket, locale: Locale): z.input<typeof TicketView> {
  const { subject, category, status, priority, user_email, owner_email } = ticket
  return {
    ticket_id: ticket.id,
    owner_id: ticket.tenant_id,
    ...{ subject, category, status, priority, user_email, owner_email },
    estimated_response_time: timeInWords(ticket.promised_minutes, locale),
    unread: ticket.last_answer_id > ticket.owner_seen_id,
    unanswered: ticket.status !== 'closed' && ticket.last_reply_id > ticket.last_answer_id,
    created_at: toIso(ticket.created_at),
    updated_at: toIso(ticket.updated_at),
    answered_at: toIsoOrNull(ticket.answered_at),
    closed_at: toIsoOrNull(ticket.closed_at),
  }
}

/** A page of tickets, for a counted list. */
export function pageOf({ tickets, total }: { tickets: Ticket[]; total: number }, locale: Locale) {
  return { rows: tickets.map((one) => viewOf(one, locale)), total }
}

/** A ticket with what was said in it. */
export function talkOf({ ticket, messages, files }: Talk, locale: Locale): z.input<typeof TalkView> {
  return { ...viewOf(ticket, locale), messages: messages.map((one) => messageOf(one, files)) }
}

/** What was just said, and the state it left its ticket in. */
export function saidOf({ message, files, status }: Spoken): z.input<typeof Said> {
  return { ...messageOf(message, files), ticket_id: message.ticket_id, status }
}

function messageOf(row: MessageRow, files: FileRow[]): z.input<typeof MessageView> {
  const { id, author, author_name, message } = row
  return {
    ...{ id, author, author_name, message },
    labels: z.array(z.string()).parse(JSON.parse(row.labels)),
    attachments: files.filter((file) => file.message_id === id).map((file) => AttachmentView.parse(file)),
    created_at: toIso(row.created_at),
  }
}
