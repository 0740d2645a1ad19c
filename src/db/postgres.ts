import { type Dialect, PostgresDialect } from 'kysely'
import pg from 'pg'

const INT8 = 20 // int8 arrives as text by default; ours are ids and milliseconds, far below 2^53
pg.types.setTypeParser(INT8, Number)

/** A pool on a Postgres server; ten connections serve one node of this program well. */
export function postgresDialect(url: string): Dialect {
  return new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 10, idleTimeoutMillis: 30_000 }) })
}
