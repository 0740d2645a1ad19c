import type { Module } from '../module.ts'
import * as routes from './routes.ts'

export const inbox: Module = { name: 'inbox', routes: Object.values(routes) }
