import type { z } from 'zod'
import type { Config } from '../config/config.ts'
import type { Context } from '../context.ts'

/** A kind of fact: its name on the wire, its shape, and the stream that numbers it. */
export type Event<P> = { name: string; shape: z.ZodType<P>; stream: (payload: P) => string }

/** One listener of one fact: a task that is stored with the fact and run after it. */
export type Subscription = {
  event: string
  task: string
  /** Whether this fact concerns the listener at all; a fact that does not makes no task. */
  when: (payload: unknown) => boolean
  /** Tasks of one lane run one at a time, in order. */
  lane: (payload: unknown) => string
  /** How long after the fact it is due, in ms. */
  delay: (payload: unknown, config: Config) => number
  shape: z.ZodType
  run: (ctx: Context, payload: never) => Promise<void>
  /** Called once when the task is given up, so that a human can be called. */
  whenDead: ((ctx: Context, payload: never, error: unknown) => Promise<void>) | undefined
}

/** Names a fact. `stream` says which numbered sequence it belongs to, e.g. `dialog:42`. */
export function event<P extends { tenant_id: number }>(
  name: string,
  shape: z.ZodType<P>,
  stream: (payload: P) => string,
): Event<P> {
  return { name, shape, stream }
}

/**
 * Subscribes a task to a fact. It runs at least once; `run` must say why a repeat is harmless. The lane defaults to the task within the fact's stream.
 * A delayed task is a timer that survives restarts: it holds its lane back until it is due, so it needs one of its own, and it asks the world again. */
export function on<P>(
  fact: Event<P>,
  task: string,
  run: (ctx: Context, payload: P) => Promise<void>,
  options: {
    when?: (payload: P) => boolean
    lane?: (payload: P) => string
    delay?: (payload: P, config: Config) => number
    whenDead?: (ctx: Context, payload: P, error: unknown) => Promise<void>
  } = {},
): Subscription {
  const lane = options.lane ?? ((payload: P) => `${task}:${fact.stream(payload)}`)
  return {
    event: fact.name,
    task,
    when: (options.when ?? (() => true)) as Subscription['when'],
    lane: lane as Subscription['lane'],
    delay: (options.delay ?? (() => 0)) as Subscription['delay'],
    shape: fact.shape,
    run: run as Subscription['run'],
    whenDead: options.whenDead as Subscription['whenDead'],
  }
}
