import { balanceEmpty, balanceLow } from '../billing/events.ts'
import { on } from '../events/event.ts'
import { handoffDelayed, handoffRequested } from '../handoff/events.ts'
import type { Module } from '../module.ts'
import { paymentConfirmed } from '../payments/events.ts'
import { ticketAnswered, ticketClosed, ticketCreated, ticketReplied } from '../support/events.ts'
import { tellEmpty, tellLow, tellPaid } from './money.ts'
import * as routes from './routes.ts'
import { tellAnswered, tellClosed, tellOpened, tellSupport } from './tickets.ts'
import { tellTeam } from './waiting.ts'

export const letters: Module = {
  name: 'letters',
  routes: Object.values(routes),
  subscriptions: [
    on(balanceLow, 'letters.balance_low', tellLow),
    on(balanceEmpty, 'letters.balance_empty', tellEmpty),
    on(paymentConfirmed, 'letters.payment_confirmed', tellPaid),
    on(handoffRequested, 'letters.handoff_requested', tellTeam),
    on(handoffDelayed, 'letters.handoff_delayed', tellTeam),
    on(ticketCreated, 'letters.ticket_created', tellOpened),
    on(ticketReplied, 'letters.ticket_replied', tellSupport),
    on(ticketAnswered, 'letters.ticket_answered', tellAnswered),
    on(ticketClosed, 'letters.ticket_closed', tellClosed),
  ],
}
