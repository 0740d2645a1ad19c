import type { Context, TxContext } from '../../context.ts'
import type { Bus } from '../../events/bus.ts'

type Count = { n: number; until: number }

const MANY = 10_000 // keys remembered before the old ones are dropped

// One memory for each running appliance; its bus is what all its contexts share. Each node counts for itself.
const memories = new WeakMap<Bus, Map<string, Count>>()

/** Counts one more of this kind and answers how many there were within `ms` of the first. */
export function count(ctx: Context, key: string, ms: number): number {
  const memory = memoryOf(ctx)
  const now = ctx.now()
  if (memory.size > MANY) for (const [old, { until }] of memory) if (until <= now) memory.delete(old)
  const counted = { n: countOf(ctx, key) + 1, until: living(memory.get(key), now)?.until ?? now + ms }
  memory.set(key, counted)
  return counted.n
}

/** How many were counted and are not forgotten. */
export function countOf(ctx: Context | TxContext, key: string): number {
  return living(memoryOf(ctx).get(key), ctx.now())?.n ?? 0
}

function living(one: Count | undefined, now: number): Count | undefined {
  return one && one.until > now ? one : undefined
}

function memoryOf({ bus }: Pick<Context, 'bus'>): Map<string, Count> {
  const memory = memories.get(bus) ?? new Map<string, Count>()
  memories.set(bus, memory)
  return memory
}
