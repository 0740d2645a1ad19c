import type { Module } from '../module.ts'
import * as routes from './routes.ts'

export const questions: Module = { name: 'questions', routes: Object.values(routes) }
