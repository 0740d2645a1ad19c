import type { Module } from '../module.ts'
import * as routes from './routes.ts'

export const widget: Module = { name: 'widget', routes: Object.values(routes) }
