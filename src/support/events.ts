import { z } from 'zod'
import { event } from '../events/event.ts'

const Place = z.object({ tenant_id: z.int(), ticket_id: z.string() })
const stream = ({ ticket_id }: { ticket_id: string }) => `ticket:${ticket_id}`

/** An owner wrote to support. */
export const ticketCreated = event('ticket.created', Place, stream)

/** Support answered its owner. */
export const ticketAnswered = event('ticket.answered', Place, stream)

/** The owner wrote again. */
export const ticketReplied = event('ticket.replied', Place, stream)

/** The matter is closed, by whichever side. */
export const ticketClosed = event('ticket.closed', Place, stream)
