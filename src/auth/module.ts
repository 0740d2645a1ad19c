import { on } from '../events/event.ts'
import type { Module } from '../module.ts'
import { letterWanted, sendLetter } from './codes.ts'
import * as letterRoutes from './letter-routes.ts'
import * as routes from './routes.ts'

export const auth: Module = {
  name: 'auth',
  routes: [...Object.values(routes), ...Object.values(letterRoutes)],
  subscriptions: [on(letterWanted, 'auth.send_letter', sendLetter)],
}
