import type { TxContext } from '../context.ts'
import type { Event } from './event.ts'
import * as store from './store.ts'

const DESK = 'tenant-desk:'

/** The topic on which every fact of a tenant is pointed at by stream and number, for whoever watches the whole desk. */
export const tenantTopic = (tenant_id: number) => `${DESK}${tenant_id}`

/** Whether a topic is the desk of some tenant. */
export const isTenantTopic = (topic: string) => topic.startsWith(DESK)

/** The topic that wakes the worker. */
export const TASKS = 'tasks'

/** Appends a fact to its stream and one task per subscriber, in the caller's transaction; returns its number in the stream. */
export async function publish<P extends { tenant_id: number }>(
  ctx: TxContext,
  fact: Event<P>,
  payload: P,
): Promise<number> {
  const now = ctx.now()
  const stream = fact.stream(payload)
  const seq = await store.nextSeq(ctx.db, stream)
  const text = JSON.stringify(payload)
  await store.insertEvent(ctx.db, {
    stream,
    seq,
    tenant_id: payload.tenant_id,
    name: fact.name,
    payload: text,
    created_at: now,
  })
  const listeners = ctx.subscriptions.filter((one) => one.event === fact.name && one.when(payload))
  for (const { task, lane, delay } of listeners) {
    const due_at = now + delay(payload, ctx.config)
    await store.insertTask(ctx.db, { name: task, lane: lane(payload), payload: text, due_at, created_at: now })
  }
  ctx.afterCommit(() => {
    ctx.bus.wake(stream)
    ctx.bus.signal(tenantTopic(payload.tenant_id), { type: 'fact', stream, seq })
    if (listeners.length > 0) ctx.bus.wake(TASKS)
  })
  return seq
}
