import type { Context } from '../context.ts'
import * as store from './store.ts'

export type PastEvent = { seq: number; name: string; payload: Record<string, unknown>; created_at: number }

/** Up to `limit` facts of a stream after the given number, oldest first. */
export async function eventsAfter(
  ctx: Pick<Context, 'db'>,
  stream: string,
  seq: number,
  limit: number,
): Promise<PastEvent[]> {
  const rows = await store.eventsAfter(ctx.db, stream, seq, limit)
  return rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) as Record<string, unknown> }))
}

/** One fact by its place; undefined when it is forgotten. */
export async function factAt(ctx: Pick<Context, 'db'>, stream: string, seq: number): Promise<PastEvent | undefined> {
  return (await eventsAfter(ctx, stream, seq - 1, 1)).find((one) => one.seq === seq)
}

/** The number of the newest fact of a stream, 0 when there is none. */
export function lastSeq(ctx: Pick<Context, 'db'>, stream: string): Promise<number> {
  return store.lastSeq(ctx.db, stream)
}

/** Whether everything after `seq` is still there to be replayed: not beyond the end, and not forgotten. */
export async function canReplay(ctx: Pick<Context, 'db'>, stream: string, seq: number): Promise<boolean> {
  const last = await store.lastSeq(ctx.db, stream)
  if (seq > last) return false
  if (seq === last) return true
  const first = await store.firstKeptSeq(ctx.db, stream)
  return first !== undefined && first <= seq + 1
}

/** Forgets facts older than the moment; a client that asks for them is told to start anew. */
export async function forgetEvents(ctx: Pick<Context, 'db'>, before: number): Promise<void> {
  await store.deleteEventsBefore(ctx.db, before)
}

/** Forgets every fact of a tenant: what was said in its dialogs stands in them. */
export async function forgetEventsOf(ctx: Pick<Context, 'db'>, tenant_id: number): Promise<void> {
  await store.deleteEventsOf(ctx.db, tenant_id)
}

/** How many facts were announced since the moment. */
export function countEventsSince(ctx: Pick<Context, 'db'>, moment: number): Promise<number> {
  return store.countEventsSince(ctx.db, moment)
}

/** How many tasks wait, run and were given up. */
export function countTasks(ctx: Pick<Context, 'db'>): Promise<Record<string, number>> {
  return store.countTasks(ctx.db)
}
