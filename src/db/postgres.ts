import { type Dialect, PostgresDialect } from 'kysely'
import pg from 'pg'
import { pause, SECOND } from '../lib/time.ts'

const INT8 = 20 // int8 arrives as text by default; ours are ids and milliseconds, far below 2^53
pg.types.setTypeParser(INT8, Number)

const CHANNEL = 'replyx'
const RETRY = SECOND // a server that restarts is back within some seconds; until then only streams of other nodes lag

/** A pool on a Postgres server; ten connections serve one node of this program well. */
export function postgresDialect(url: string): Dialect {
  const pool = new pg.Pool({ connectionString: url, max: 10, idleTimeoutMillis: 30_000 })
  // An idle connection that the server closes is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  return new PostgresDialect({ pool })
}

export type Notifications = { send: (text: string) => void; close: () => Promise<void> }

/** Sends and hears short texts (under 8,000 bytes) among all nodes of a database, this one's own included. Comes back after a lost connection; what was sent meanwhile is missed. */
export function listenPostgres(
  url: string,
  hear: (text: string) => void,
  onTrouble: (error: unknown) => void,
): Notifications {
  const closed = new AbortController()
  let client: pg.Client | undefined
  const running = (async () => {
    while (!closed.signal.aborted) {
      try {
        client = new pg.Client({ connectionString: url, keepAlive: true })
        await listenUntilLost(client, hear, closed.signal)
      } catch (error) {
        onTrouble(error)
      }
      client = undefined
      await pause(RETRY, closed.signal)
    }
  })()
  return {
    send: (text) => void client?.query('select pg_notify($1, $2)', [CHANNEL, text]).catch(onTrouble),
    close: async () => {
      closed.abort()
      await running
    },
  }
}

async function listenUntilLost(client: pg.Client, hear: (text: string) => void, signal: AbortSignal): Promise<void> {
  const lost = new Promise<void>((resolve, reject) => {
    client.on('error', reject)
    client.on('end', resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  lost.catch(() => {})
  client.on('notification', ({ payload }) => payload && hear(payload))
  await client.connect()
  await client.query(`listen ${CHANNEL}`)
  await lost.finally(() => client.end().catch(() => {}))
}
