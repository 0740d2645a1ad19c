import type { Module } from '../module.ts'

/** Sockets have no routes: `app.ts` hands their handshakes to `upgrade.ts`. */
export const sockets: Module = { name: 'sockets' }
