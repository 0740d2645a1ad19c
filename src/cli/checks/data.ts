import { existsSync } from 'node:fs'
import type { Kysely } from 'kysely'
import type { Config } from '../../config/config.ts'
import { databaseFile, openDb } from '../../db/database.ts'
import { missingMigrations } from '../../db/migrate.ts'
import type { Schema } from '../../db/schema.ts'
import { openSqlite } from '../../db/sqlite.ts'
import { countTasks } from '../../events/read.ts'
import { listDocuments } from '../../knowledge/documents.ts'
import { hasAdmin } from '../../users/admins.ts'
import { fail, ok, type Patient, type Verdict, warn } from './check.ts'

const ALL = { limit: 100_000, offset: 0 }
const FULL = 2 // PRAGMA synchronous: every commit is on disk before it is acknowledged

/** Whether the database opens and is whole. */
export async function database(config: Config): Promise<Verdict> {
  if (config.database_url)
    return withDb(config, (db) => missingMigrations(db).then(() => ok('Postgres отвечает', 'Postgres answers')))
  const path = databaseFile(config)
  if (!existsSync(path)) return fail('базы данных ещё нет: replyx setup', 'there is no database yet: replyx setup')
  const connection = openSqlite(path, { readonly: true })
  try {
    const found = connection.pragma('quick_check(1)', { simple: true })
    return found === 'ok'
      ? ok(`SQLite цела: ${path}`, `SQLite is whole: ${path}`)
      : fail(`SQLite повреждена: ${found}`, `SQLite is damaged: ${found}`)
  } finally {
    connection.close()
  }
}

/** Whether a commit is on disk before it counts. */
export function durability(config: Config): Verdict {
  if (config.database_url) return ok('за это отвечает Postgres', 'Postgres answers for it')
  const connection = openSqlite(databaseFile(config))
  try {
    const [mode, journal] = [
      connection.pragma('synchronous', { simple: true }),
      connection.pragma('journal_mode', { simple: true }),
    ]
    const said = `synchronous=${mode === FULL ? 'FULL' : mode}, journal_mode=${journal}`
    return mode === FULL && journal === 'wal' ? ok(said, said) : fail(said, said)
  } finally {
    connection.close()
  }
}

/** Whether the database is as this program wants it. */
export async function migrations(config: Config): Promise<Verdict> {
  const missing = await withDb(config, missingMigrations)
  if (missing.length === 0) return ok('все применены', 'all applied')
  return fail(
    `не применены: ${missing.join(', ')}; replyx migrate`,
    `not applied: ${missing.join(', ')}; replyx migrate`,
  )
}

/** Whether somebody can sign in and look after everything. */
export async function admin({ ctx }: Patient): Promise<Verdict> {
  if (await hasAdmin(ctx)) return ok('администратор есть', 'there is an admin')
  return fail('администратора нет: replyx setup', 'there is no admin: replyx setup')
}

/** Whether work was given up. */
export async function tasks({ ctx }: Patient): Promise<Verdict> {
  const { dead = 0, ready = 0 } = await countTasks(ctx)
  if (dead > 0) return warn(`брошено задач: ${dead}`, `tasks given up: ${dead}`)
  return ok(`ждут задач: ${ready}`, `tasks waiting: ${ready}`)
}

/** Whether documents could not be read. */
export async function documents({ ctx }: Patient): Promise<Verdict> {
  const { rows } = await listDocuments(ctx, undefined, ALL)
  const failed = rows.filter((row) => row.status === 'failed').length
  if (failed > 0)
    return warn(`не прочитано: ${failed}; replyx knowledge list`, `not read: ${failed}; replyx knowledge list`)
  return ok(`документов: ${rows.length}`, `documents: ${rows.length}`)
}

/** Asks the database something without bringing it up to date. */
export async function withDb<T>(config: Config, ask: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  const db = openDb(config)
  try {
    return await ask(db)
  } finally {
    await db.destroy()
  }
}
