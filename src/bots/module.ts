import type { Module } from '../module.ts'

/** Bots have no endpoints of their own here: who may connect one depends on the assistant, which comes later in the order. */
export const bots: Module = { name: 'bots' }
