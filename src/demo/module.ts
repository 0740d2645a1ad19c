import type { Module } from '../module.ts'
import { page, pageFile } from './routes.ts'

export const demo: Module = { name: 'demo', routes: [page, pageFile] }
