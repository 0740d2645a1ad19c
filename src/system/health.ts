import type { Context } from '../context.ts'
import { engineOf } from '../db/database.ts'
import { SECOND, toIso } from '../lib/time.ts'
import * as store from './store.ts'

const FRESH = 5 * SECOND // a monitor that asks each second costs the database nothing

export type Health = { healthy: boolean; timestamp: string; database: { response_time: string }; streams: number }

const last = new WeakMap<Context, { at: number; health: Promise<Health> }>()

/** Whether the appliance works, asked anew at most every five seconds. */
export function health(ctx: Context): Promise<Health> {
  const known = last.get(ctx)
  if (known && performance.now() - known.at < FRESH) return known.health
  const fresh = { at: performance.now(), health: measure(ctx) }
  last.set(ctx, fresh)
  return fresh.health
}

async function measure(ctx: Context): Promise<Health> {
  const begun = performance.now()
  const healthy = await store.askDatabase(ctx.db).then(
    () => true,
    (err) => {
      ctx.log.error({ err }, 'the database does not answer')
      return false
    },
  )
  const response_time = `${Math.round(performance.now() - begun)}ms`
  return {
    healthy,
    timestamp: toIso(ctx.now()),
    database: { response_time },
    streams: [...ctx.connections.all()].length,
  }
}

/** The connections the database pool may hold: one writer on SQLite. */
export function poolSize(ctx: Context): number {
  return engineOf(ctx.db) === 'sqlite' ? 1 : 10
}
