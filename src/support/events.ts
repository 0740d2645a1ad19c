import { z } from 'zod'
import { event } from '../events/event.ts'

const Place = z.object({ tenant_id: z.int(), ticket_id: z.string() })
const Said = Place.extend({ message_id: z.int() })
const stream = ({ ticket_id }: { ticket_id: string }) => `ticket:${ticket_id}`

/** An owner wrote to support. */
export const ticketCreated = event('ticket.created', Said, stream)

/** Support answered its owner. */
export const ticketAnswered = event('ticket.answered', Said, stream)

/** The owner wrote again. */
export const ticketReplied = event('ticket.replied', Said, stream)

/** The matter is closed. */
export const ticketClosed = event('ticket.closed', Place.extend({ by: z.enum(['owner', 'support']) }), stream)
