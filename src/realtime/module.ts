import type { Module } from '../module.ts'
import { sseStats } from './routes.ts'

export const realtime: Module = { name: 'realtime', routes: [sseStats] }
