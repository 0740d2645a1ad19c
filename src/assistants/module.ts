import type { Module } from '../module.ts'
import * as routes from './routes.ts'

export const assistants: Module = {
  name: 'assistants',
  routes: [routes.templates, ...Object.values(routes).filter((one) => one !== routes.templates)],
}
