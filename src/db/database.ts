import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ControlledTransaction, Kysely, PostgresAdapter, sql, type Transaction } from 'kysely'
import type { Config } from '../config/config.ts'
import type { Context, TxContext } from '../context.ts'
import { pause } from '../lib/time.ts'
import { postgresDialect } from './postgres.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'

/** Every query goes through this, on either engine, inside a transaction or not. */
export type Db = Kysely<Schema> | Transaction<Schema> | ControlledTransaction<Schema>
export type Engine = 'sqlite' | 'postgres'

const LONGEST_TRYING = 10_000 // ms; of those who meet one always gets through, so a crowd of fifty needs many rounds, but no caller waits longer
const LONGEST_REST = 300 // ms between two tries, drawn at random so that those who met don't meet again

/** Opens the configured database: Postgres by URL, else the SQLite file in the data folder (made when absent). */
export function openDb(config: Config): Kysely<Schema> {
  if (config.database_url) return new Kysely<Schema>({ dialect: postgresDialect(config.database_url) })
  mkdirSync(config.data_dir, { recursive: true, mode: 0o700 })
  // A folder that was there before the database, as in a checkout, may be open to others.
  if (!existsSync(databaseFile(config))) chmodSync(config.data_dir, 0o700)
  return new Kysely<Schema>({ dialect: sqliteDialect(databaseFile(config)) })
}

/** The SQLite file of a data folder. */
export function databaseFile({ data_dir }: Pick<Config, 'data_dir'>): string {
  return join(data_dir, 'replyx.db')
}

/** Which engine this connection speaks to. */
export function engineOf(db: Kysely<never> | Db): Engine {
  return (db as Kysely<Schema>).getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}

/**
 * Runs work in one transaction: all of it is undone if it throws, and what it gave to `afterCommit` runs only once it is on disk.
 * Nested calls join the outer one. On Postgres a serialisation failure runs `work` again, so it must only touch the database.
 */
export async function inTransaction<T>(ctx: Context | TxContext, work: (ctx: TxContext) => Promise<T>): Promise<T> {
  if ('afterCommit' in ctx) return work(ctx)
  const end = performance.now() + LONGEST_TRYING
  for (let attempt = 1; ; attempt++) {
    try {
      return await oneTransaction(ctx, work)
    } catch (error) {
      if (performance.now() > end || !metAnother(error)) throw error
      await pause(Math.random() * Math.min(LONGEST_REST, 10 * 2 ** attempt))
    }
  }
}

async function oneTransaction<T>(ctx: Context, work: (ctx: TxContext) => Promise<T>): Promise<T> {
  const { outside: _, ...inner } = ctx
  const waiting: (() => void)[] = []
  const result = await begin(ctx.db as Kysely<Schema>).execute((db) =>
    work({ ...inner, db, afterCommit: (later) => void waiting.push(later) }),
  )
  for (const later of waiting) later()
  return result
}

/** Work inside a transaction that may be refused: what it throws undoes it alone, so the caller can note the refusal in the same transaction. */
export async function inSavepoint<T>(ctx: TxContext, work: (ctx: TxContext) => Promise<T>): Promise<T> {
  const waiting: (() => void)[] = []
  await sql`savepoint attempt`.execute(ctx.db)
  try {
    const result = await work({ ...ctx, afterCommit: (later) => void waiting.push(later) })
    for (const later of waiting) ctx.afterCommit(later)
    return result
  } catch (error) {
    await sql`rollback to savepoint attempt`.execute(ctx.db)
    throw error
  } finally {
    await sql`release savepoint attempt`.execute(ctx.db)
  }
}

function begin(db: Kysely<Schema>) {
  return engineOf(db) === 'postgres' ? db.transaction().setIsolationLevel('serializable') : db.transaction()
}

function metAnother(error: unknown): boolean {
  const code = (error as { code?: string }).code
  return code === '40001' || code === '40P01' // serialization_failure, deadlock_detected
}
