import type { Module } from '../module.ts'
import * as letterRoutes from './letter-routes.ts'
import * as routes from './routes.ts'

export const auth: Module = {
  name: 'auth',
  routes: [...Object.values(routes), ...Object.values(letterRoutes)],
}
