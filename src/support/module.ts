import type { Module } from '../module.ts'
import * as adminRoutes from './admin-routes.ts'
import * as attachments from './attachments/routes.ts'
import * as routes from './routes.ts'

export const support: Module = {
  name: 'support',
  routes: [...Object.values(routes), ...Object.values(attachments), ...Object.values(adminRoutes)],
}
