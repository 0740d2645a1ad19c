import type { Config } from '../config/config.ts'
import { isTenantTopic } from '../events/publish.ts'
import { errors } from './errors.ts'

export type Connection = {
  /** Who listens: staff, a visitor's widget, or a visitor known by the site's own means. */
  kind: 'admin' | 'widget' | 'site'
  stream: string
  ip: string
  session_id: string | undefined
  since: number
  /** Ends the connection because its session has, or because the server stops; the client may come back and replay. */
  close: (why?: 'restart') => void
  ping: () => void
}

export type Connections = {
  /** Adds one or throws SSE_CONNECTION_LIMIT; the returned function takes it out again. */
  add: (connection: Connection, config: Config) => () => void
  all: () => Iterable<Connection>
  /** How long the connections of this process that have ended lasted, in all. */
  ended: () => { count: number; total_ms: number }
  closeAll: () => void
}

/** The open streams of this process. Counting is by a scan: a limit of some thousands is checked only when one is opened. */
export function openConnections(): Connections {
  const open = new Set<Connection>()
  const past = { count: 0, total_ms: 0 }
  return {
    add(connection, config) {
      assertRoom(open, connection, config)
      open.add(connection)
      return () => {
        if (!open.delete(connection)) return
        past.count++
        past.total_ms += Date.now() - connection.since
      }
    },
    all: () => open,
    ended: () => past,
    closeAll: () => {
      for (const connection of open) connection.close('restart')
    },
  }
}

function assertRoom(open: Set<Connection>, one: Connection, config: Config): void {
  let sameStream = 0
  let sameAddress = 0
  for (const other of open) {
    // A whole team watches one desk; what is limited is how many watch one dialog.
    if (other.stream === one.stream && !isTenantTopic(one.stream)) sameStream++
    if (other.kind !== 'admin' && other.ip === one.ip) sameAddress++
  }
  const full =
    open.size >= config['limits.sse_total'] ||
    sameStream >= config['limits.sse_dialog'] ||
    (one.kind !== 'admin' && sameAddress >= config['limits.sse_ip'])
  // Ten seconds lets the streams of a reloaded page be noticed as gone.
  if (full) throw errors.SSE_CONNECTION_LIMIT({ retry_after: 10 })
}
