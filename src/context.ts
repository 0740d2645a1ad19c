import type { Config } from './config/config.ts'
import type { Db } from './db/database.ts'
import type { Bus } from './events/bus.ts'
import type { Subscription } from './events/event.ts'
import type { Log } from './lib/log.ts'
import type { Outside } from './outside/outside.ts'
import type { Connections } from './realtime/connections.ts'

/** What must be opened, closed or faked. Verbs are imported by name, never carried here; a request's caller is an argument. */
export type Context = {
  config: Config
  db: Db
  log: Log
  /** Epoch milliseconds. */
  now: () => number
  bus: Bus
  /** The systems we talk to over a network. */
  outside: Outside
  /** Who listens to a stream right now, on this node. */
  connections: Connections
  subscriptions: readonly Subscription[]
}

/** The context inside a transaction: nothing slow can be reached from here, so only the database is awaited. */
export type TxContext = Omit<Context, 'outside'> & {
  /** Runs once the transaction has committed, never when it was undone. */
  afterCommit: (work: () => void) => void
}
