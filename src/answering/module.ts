import { dialogStream, messageCreated } from '../dialogs/events.ts'
import { on } from '../events/event.ts'
import { handoffCancelled, handoffReleased } from '../handoff/events.ts'
import type { Module } from '../module.ts'
import { answerMessage, apologise, resumeAnswering } from './answer.ts'
import * as routes from './routes.ts'

// All that answers in one dialog does so in order.
const laneOf = ({ dialog_id }: { dialog_id: number }) => `answering:${dialogStream(dialog_id)}`

export const answering: Module = {
  name: 'answering',
  routes: Object.values(routes),
  subscriptions: [
    on(messageCreated, 'answering.answer', answerMessage, {
      when: ({ message }) => message.sender === 'user',
      whenDead: apologise,
      lane: laneOf,
    }),
    on(handoffReleased, 'answering.resume', resumeAnswering, { when: ({ nobody_came }) => nobody_came, lane: laneOf }),
    on(handoffCancelled, 'answering.resume_after_cancel', resumeAnswering, { lane: laneOf }),
  ],
}
