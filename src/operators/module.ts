import type { Module } from '../module.ts'
import * as routes from './routes.ts'

export const operators: Module = { name: 'operators', routes: Object.values(routes) }
