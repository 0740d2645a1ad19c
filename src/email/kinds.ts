import { z } from 'zod'
import { DAY, HOUR, MINUTE } from '../lib/time.ts'

/** One address, and nothing but: no list, no name, no line end. */
export const Address = z.email().max(255)

const Url = z.url({ protocol: /^https?$/ }).max(2000)
const Line = z.string().max(500)
const Long = z.string().max(10_000)
const Ticket = z.object({ number: z.union([z.string().max(50), z.int()]), subject: Line, message: Long, url: Url })

type Traits = {
  data: z.ZodType
  /** How long it is worth sending. */
  life: number
  /** It grants something: what it says is forgotten as soon as it is sent. */
  secret: boolean
  /** Strangers can cause it: one mailbox gets only so many of the kinds that share this name. */
  group: 'codes' | 'invitations' | 'handoff' | null
}
const notice = <D extends z.ZodType>(data: D) => ({ data, life: DAY, secret: false, group: null }) satisfies Traits

/** Every kind of letter: what its template is given, and how it is treated. */
export const kinds = {
  confirm: { data: z.object({ code: Line }), life: 15 * MINUTE, secret: true, group: 'codes' },
  reset: { data: z.object({ code: Line, url: Url }), life: HOUR, secret: true, group: 'codes' },
  known: { data: z.object({ url: Url }), life: DAY, secret: false, group: 'codes' },
  welcome: notice(z.object({ url: Url })),
  invitation: { data: z.object({ url: Url, by: Line }), life: DAY, secret: true, group: 'invitations' },
  payment_confirmed: notice(z.object({ amount: Line, balance: Line, payment_id: Line })),
  balance_low: notice(z.object({ balance: Line, threshold: Line, url: Url })),
  balance_empty: notice(z.object({ balance: Line, price: Line, url: Url })),
  handoff_waiting: {
    data: z.object({ visitor: Line, assistant: Line, reason: Line, message: Long, url: Url }),
    life: HOUR, // nobody helps a visitor of yesterday by it
    secret: false,
    group: 'handoff',
  },
  ticket_created: notice(Ticket),
  ticket_incoming: notice(Ticket.extend({ from: Address })),
  ticket_answered: notice(Ticket),
  ticket_closed: notice(Ticket.omit({ message: true })),
  contact: notice(z.object({ name: Line, email: Address, phone: Line, subject: Line, message: Long })),
  test: notice(z.object({ host: Line })),
} satisfies Record<string, Traits>

export type Kind = keyof typeof kinds
export type Data<K extends Kind> = z.infer<(typeof kinds)[K]['data']>

/** The kinds that count together against what one mailbox gets. */
export function kindsLike(kind: Kind): Kind[] {
  const { group } = kinds[kind]
  return (Object.keys(kinds) as Kind[]).filter((one) => group !== null && kinds[one].group === group)
}
