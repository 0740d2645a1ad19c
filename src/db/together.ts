import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Context, TxContext } from '../context.ts'
import { type Db, engineOf, inSavepoint, inTransaction } from './database.ts'

type Work = (ctx: TxContext) => Promise<unknown>
type Waiting = { work: Work; resolve: (value: unknown) => void; reject: (reason: unknown) => void }
type End = () => void

// Nothing else runs while SQLite does, and the loop takes in one new connection a turn: with many works at a time those that connect last would wait longest.
const MOST = 16
const queues = new WeakMap<Db, Waiting[]>()

/**
 * Runs short work in a transaction that it may share with other such work that came meanwhile, so that many commits wait for the disk once. It resolves only
 * after that commit; what it throws undoes it alone. Postgres joins commits by itself, and its transactions run side by side: there each has one of its own.
 */
export function inSharedTransaction<T>(ctx: Context, work: (ctx: TxContext) => Promise<T>): Promise<T> {
  if (engineOf(ctx.db) === 'postgres') return inTransaction(ctx, work)
  return new Promise<T>((resolve, reject) => {
    const one: Waiting = { work, resolve: resolve as Waiting['resolve'], reject }
    const queue = queues.get(ctx.db)
    if (queue) return void queue.push(one)
    queues.set(ctx.db, [one])
    void drain(ctx, queues.get(ctx.db)!)
  })
}

async function drain(ctx: Context, queue: Waiting[]): Promise<void> {
  while (queue.length > 0) {
    await commitSome(ctx, queue)
    await nextTurn()
  }
  queues.delete(ctx.db)
}

async function commitSome(ctx: Context, queue: Waiting[]): Promise<void> {
  let some: Waiting[] = []
  const ends: End[] = []
  try {
    await inTransaction(ctx, async (ctx) => {
      // Only now: whoever came while another transaction was under way is taken along.
      some = queue.splice(0, MOST)
      for (const one of some) ends.push(await attempt(ctx, one))
    })
    for (const end of ends) end()
  } catch (error) {
    const lost = some.length > 0 ? some : queue.splice(0)
    for (const one of lost) one.reject(error)
  }
}

async function attempt(ctx: TxContext, { work, resolve, reject }: Waiting): Promise<End> {
  try {
    const value = await inSavepoint(ctx, work)
    return () => resolve(value)
  } catch (error) {
    return () => reject(error)
  }
}
