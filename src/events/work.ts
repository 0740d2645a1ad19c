import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { MINUTE, SECOND } from '../lib/time.ts'
import type { Subscription } from './event.ts'
import { TASKS } from './publish.ts'
import * as store from './store.ts'

const AT_ONCE = 16 // tasks mostly wait for a model or a peer; more would only lengthen each other's database turns
const LEASE = MINUTE // a node that died gives its tasks back after this; a living one extends it
const MAX_ATTEMPTS = 8 // with doubling pauses this gives up after about four minutes
const FIRST_PAUSE = 2 * SECOND

/** Runs every task that is due (of the given names, or all), lanes side by side and each lane in order, until none is left. Returns how many ran. */
export async function workDueTasks(ctx: Context, names?: string[]): Promise<number> {
  let ran = 0
  for (;;) {
    const tasks = await store.dueTasks(ctx.db, ctx.now(), AT_ONCE, names)
    const mine = await Promise.all(tasks.map((task) => runIfMine(ctx, task, 'command')))
    const count = mine.filter(Boolean).length
    if (count === 0) return ran
    ran += count
  }
}

/**
 * Keeps working: on each wake of the task topic, when a postponed task falls due, and every few seconds for tasks of nodes that died.
 * The returned function stops claiming and resolves when what runs has ended or `patience` ms have passed.
 */
export function startWorker(ctx: Context): (patience: number) => Promise<void> {
  const running = new Set<Promise<void>>()
  let stopped = false
  let looking = false
  let again = false

  const look = async () => {
    if (looking || stopped) {
      again = true
      return
    }
    looking = true
    try {
      do {
        again = false
        await startDue()
      } while (again && !stopped)
    } finally {
      looking = false
    }
  }
  const startDue = async () => {
    const free = AT_ONCE - running.size
    if (free <= 0) return
    for (const task of await store.dueTasks(ctx.db, ctx.now(), free)) {
      const work = runIfMine(ctx, task, 'server').then(() => {
        running.delete(work)
        safely()
      })
      running.add(work)
    }
    // Claiming is the first thing a started task does; without this turn the same rows would be read again.
    await new Promise((resolve) => setImmediate(resolve))
  }
  // A database that fails for a moment must not end the worker: the next tick looks again.
  const safely = () => void look().catch((err) => ctx.log.error({ err }, 'the worker could not look for tasks'))
  const deaf = ctx.bus.listen(TASKS, safely)
  const timer = setInterval(safely, SECOND)
  safely()
  return async (patience) => {
    stopped = true
    deaf()
    clearInterval(timer)
    await Promise.race([Promise.allSettled(running), new Promise((resolve) => setTimeout(resolve, patience).unref())])
  }
}

/** Gives back what a dead server of this machine was running; only for the holder of the instance lock. What a command runs right now stays its own. */
export async function freeServerLeases(ctx: Pick<Context, 'db'>): Promise<void> {
  await store.freeLeasesOf(ctx.db, 'server')
}

async function runIfMine(ctx: Context, task: store.Task, holder: store.Holder): Promise<boolean> {
  try {
    const now = ctx.now()
    if (!(await store.claimTask(ctx.db, { id: task.id, now, lease_until: now + LEASE, holder }))) return false
    await runWithLease(ctx, { ...task, attempts: task.attempts + 1 })
    return true
  } catch (err) {
    // The database itself failed: the lease runs out and the task is tried again.
    ctx.log.error({ err, task: task.name, task_id: task.id }, 'a task could not be settled')
    return false
  }
}

async function runWithLease(ctx: Context, task: store.Task): Promise<void> {
  const subscription = ctx.subscriptions.find((one) => one.task === task.name)
  if (!subscription) return void (await store.buryTask(ctx.db, task.id, 'nobody listens to this task any more'))
  const renew = () =>
    store.extendLease(ctx.db, task.id, ctx.now() + LEASE).catch((err) => ctx.log.error({ err }, 'lease not extended'))
  const timer = setInterval(renew, LEASE / 3)
  try {
    const payload = subscription.shape.parse(JSON.parse(task.payload)) as never
    await settle(ctx, task, subscription, payload)
  } finally {
    clearInterval(timer)
  }
}

async function settle(ctx: Context, task: store.Task, subscription: Subscription, payload: never): Promise<void> {
  try {
    await subscription.run(ctx, payload)
  } catch (error) {
    return retryOrBury(ctx, task, subscription, payload, error)
  }
  await store.deleteTask(ctx.db, task.id)
}

async function retryOrBury(
  ctx: Context,
  task: store.Task,
  subscription: Subscription,
  payload: never,
  error: unknown,
): Promise<void> {
  const reason = error instanceof AppError ? error.code : String((error as Error)?.message ?? error)
  const about = { task: task.name, task_id: task.id, attempt: task.attempts }
  const isDecision = error instanceof AppError && error.status < 500
  if (!isDecision && task.attempts < MAX_ATTEMPTS) {
    ctx.log.error({ err: error, ...about }, 'a task failed and will be tried again')
    await store.postponeTask(ctx.db, task.id, ctx.now() + FIRST_PAUSE * 2 ** (task.attempts - 1), reason)
    return
  }
  ctx.log[isDecision ? 'info' : 'error']({ err: error, ...about }, 'a task was given up')
  await subscription.whenDead?.(ctx, payload, error)
  await store.buryTask(ctx.db, task.id, reason)
}
