import type { Module } from '../module.ts'
import * as pages from './routes.ts'
import * as session from './session-routes.ts'

export const console: Module = { name: 'console', routes: [...Object.values(session), ...Object.values(pages)] }
