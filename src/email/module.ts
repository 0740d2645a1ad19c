import { on } from '../events/event.ts'
import type { Module } from '../module.ts'
import * as routes from './routes.ts'
import { noteBroken, sendLetter } from './send.ts'
import { letterDue } from './write.ts'

export const email: Module = {
  name: 'email',
  routes: Object.values(routes),
  subscriptions: [
    on(letterDue, 'email.send_letter', sendLetter, {
      delay: ({ rest }) => rest,
      // A rest must hold back nothing, not even an earlier turn of the same letter.
      lane: ({ letter_id, turn }) => `email.send_letter:${letter_id}:${turn}`,
      whenDead: noteBroken,
    }),
  ],
}
