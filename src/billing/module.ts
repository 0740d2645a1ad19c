import type { Module } from '../module.ts'
import * as routes from './routes.ts'

export const billing: Module = { name: 'billing', routes: Object.values(routes) }
