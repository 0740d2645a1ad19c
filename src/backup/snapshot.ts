import { join } from 'node:path'
import { type ControlledTransaction, Kysely, sql } from 'kysely'
import type { Config } from '../config/config.ts'
import { type Db, databaseFile, openDb } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { sqliteDialect } from '../db/sqlite.ts'
import { DATABASE, type Manifest } from './archive/manifest.ts'
import type { Show } from './archive/pack.ts'
import { copyPages, tidyCopy } from './copy-pages.ts'
import { runTool } from './postgres-tools.ts'
import * as store from './store.ts'

/** What one moment of the database holds. */
export type Facts = Pick<Manifest, 'engine' | 'migrations' | 'counts'> & { files: string[] }

/** Copies the database as it is at one moment into a folder, while others go on writing, and answers what is in that copy. */
export async function takeSnapshot(config: Config, folder: string, show: Show): Promise<Facts> {
  return config.database_url ? dumpPostgres(config, folder) : copySqlite(config, folder, show)
}

/** Work with a copied SQLite database, read only. */
export async function withCopy<T>(folder: string, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(join(folder, DATABASE.sqlite), { readonly: true }) })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** What a database holds. */
export async function factsOf(db: Db, engine: Facts['engine']): Promise<Facts> {
  return {
    engine,
    migrations: await store.appliedMigrations(db),
    counts: await store.countRows(db),
    files: await store.namedFiles(db),
  }
}

async function copySqlite(config: Config, folder: string, show: Show): Promise<Facts> {
  const target = join(folder, DATABASE.sqlite)
  await copyPages(databaseFile(config), target, show)
  tidyCopy(target)
  return withCopy(folder, (db) => factsOf(db, 'sqlite'))
}

// The dump and the counts see the same moment, by a snapshot that the server shares between the two connections.
async function dumpPostgres(config: Config, folder: string): Promise<Facts> {
  const db = openDb(config)
  try {
    const moment = await db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute()
    try {
      const facts = await factsOf(moment, 'postgres')
      const file = join(folder, DATABASE.postgres)
      const what = ['--format=custom', '--no-owner', '--no-privileges', `--snapshot=${await exported(moment)}`]
      await runTool('pg_dump', [...what, `--file=${file}`], config)
      return facts
    } finally {
      await moment.rollback().execute()
    }
  } finally {
    await db.destroy()
  }
}

async function exported(moment: ControlledTransaction<Schema>): Promise<string> {
  const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(moment)
  return rows[0]!.id
}
