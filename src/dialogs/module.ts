import { assistantDeleted } from '../assistants/assistants.ts'
import { on } from '../events/event.ts'
import type { Module } from '../module.ts'
import { archiveDialogsOf } from './dialogs.ts'
import * as routes from './routes.ts'

export const dialogs: Module = {
  name: 'dialogs',
  routes: [routes.list, routes.one, routes.messages, routes.events],
  subscriptions: [on(assistantDeleted, 'dialogs.archive', archiveDialogsOf)],
}
