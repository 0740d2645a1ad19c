import type { Module } from '../module.ts'
import * as routes from './routes.ts'

export const users: Module = { name: 'users', routes: Object.values(routes) }
