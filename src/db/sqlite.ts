import { chmodSync, existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type Dialect, SqliteDialect } from 'kysely'
import * as sqliteVec from 'sqlite-vec'

const CACHED_STATEMENTS = 500 // more than the program has; preparing anew costs four times the query itself
const BUSY_TIMEOUT = 2000 // ms; the only rivals are CLI commands, whose transactions take milliseconds

/** SQLite as the appliance uses it: WAL, every commit on disk, foreign keys, sqlite-vec. `:memory:` for tests. */
export function sqliteDialect(path: string, options: { readonly?: boolean } = {}): Dialect {
  return new SqliteDialect({ database: withStatementCache(openSqlite(path, options)) })
}

/** A raw connection with the same settings; refuses to run if the disk guarantee did not take. */
export function openSqlite(path: string, options: { readonly?: boolean } = {}): Database.Database {
  const isNew = path !== ':memory:' && !options.readonly && !existsSync(path)
  const database = new Database(path, { readonly: options.readonly ?? false, timeout: BUSY_TIMEOUT })
  sqliteVec.load(database)
  // Its -wal and -shm files take the mode of the file itself.
  if (isNew) chmodSync(path, 0o600)
  if (options.readonly) return database
  if (database.pragma('page_count', { simple: true }) === 0) database.pragma('auto_vacuum = incremental')
  database.pragma('journal_mode = wal')
  database.pragma('synchronous = full')
  database.pragma('foreign_keys = on')
  database.pragma('journal_size_limit = 67108864') // give a WAL grown by an import back to the disk
  database.pragma('cache_size = -16384') // 16 MiB: 64 measured no faster for this load and the whole server has 120
  database.pragma('temp_store = memory')
  database.pragma('trusted_schema = off')
  if (database.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite did not accept synchronous=FULL')
  return database
}

type Statement = Database.Statement<unknown[]>

function withStatementCache(database: Database.Database) {
  const cache = new Map<string, Statement>()
  return {
    close: () => void database.close(),
    prepare(sql: string): Statement {
      const known = cache.get(sql)
      if (known) return known
      // A deferred transaction that reads and then writes fails at once when another process wrote in between.
      const statement = database.prepare<unknown[]>(sql === 'begin' ? 'begin immediate' : sql)
      if (cache.size >= CACHED_STATEMENTS) cache.delete(cache.keys().next().value!)
      cache.set(sql, statement)
      return statement
    },
  }
}
