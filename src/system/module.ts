import type { Module } from '../module.ts'
import { systemHealth } from './routes.ts'

export const system: Module = { name: 'system', routes: [systemHealth] }
