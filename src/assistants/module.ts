import type { Module } from '../module.ts'
import * as routes from './routes.ts'

export const assistants: Module = { name: 'assistants', routes: Object.values(routes) }
