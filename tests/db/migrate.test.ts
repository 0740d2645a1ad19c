import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Kysely } from 'kysely'
import { loadConfig } from '../../src/config/config.ts'
import { databaseFile, inTransaction, openDb } from '../../src/db/database.ts'
import { isServerRunning, lockDataFolder } from '../../src/db/lock.ts'
import { migrate, missingMigrations } from '../../src/db/migrate.ts'
import { migrations } from '../../src/db/migrations/index.ts'
import { postgresDialect } from '../../src/db/postgres.ts'
import type { Schema } from '../../src/db/schema.ts'
import { openSqlite, sqliteDialect } from '../../src/db/sqlite.ts'
import { contextOver, eachEngine, engines, freshDb } from '../helpers/engines.ts'
import { postgresPrograms, startPostgres } from '../helpers/real-postgres.ts'

for (const engine of engines) {
  test(`migrations are applied once, in order, and a repeat does nothing (${engine})`, async () => {
    const db = await freshDb(engine)
    assert.deepEqual(await migrate(db), [])
    assert.deepEqual(await missingMigrations(db), [])
    const applied = await db.selectFrom('migrations').select('name').orderBy('name').execute()
    assert.deepEqual(
      applied.map((row) => row.name),
      migrations.map((one) => one.name),
    )
    await db.destroy()
  })
}

eachEngine('a database that a later program has changed is refused by name', async (ctx) => {
  await ctx.db.insertInto('migrations').values({ name: '9999-later', applied_at: 1 }).execute()
  await assert.rejects(migrate(ctx.db as Kysely<Schema>), { code: 'NEWER_DATABASE' })
})

test('two processes that open one fresh folder at once both find it ready', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-db-'))
  const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')
  const run = () => promisify(execFile)(process.execPath, [main, 'migrate', '--data-dir', folder])
  await Promise.all([run(), run(), run()])
  const db = new Kysely<Schema>({ dialect: sqliteDialect(join(folder, 'replyx.db')) })
  assert.deepEqual(await missingMigrations(db), [])
  await db.destroy()
  rmSync(folder, { recursive: true })
})

test('nodes that start at once on one fresh Postgres migrate it once', {
  skip: postgresPrograms ? false : 'no Postgres server is installed here (CI installs one)',
}, async () => {
  await using server = await startPostgres()
  const nodes = Array.from({ length: 4 }, () => new Kysely<Schema>({ dialect: postgresDialect(server.url) }))
  await Promise.all(nodes.map((db) => migrate(db)))
  assert.deepEqual(await missingMigrations(nodes[0]!), [])
  await Promise.all(nodes.map((db) => db.destroy()))
})

eachEngine('nested transactions join the outer one, and what was undone told nobody', async (ctx) => {
  const told: string[] = []
  const write = (name: string) =>
    inTransaction(ctx, async (outer) => {
      await inTransaction(outer, async (inner) => {
        await inner.db.insertInto('settings').values({ name, value: 'x' }).execute()
        inner.afterCommit(() => told.push(name))
      })
      if (name === 'undone') throw new Error('changed my mind')
    })
  await assert.rejects(write('undone'))
  await write('kept')
  assert.deepEqual(told, ['kept'])
  assert.deepEqual(
    (await ctx.db.selectFrom('settings').select('name').execute()).map((row) => row.name),
    ['kept'],
  )
})

test('every commit of SQLite is on disk before it is acknowledged, and the file is its owner’s alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-db-'))
  const config = loadConfig({ env: {}, flags: { data_dir: folder } })
  const db = openDb(config)
  await migrate(db)
  const database = openSqlite(databaseFile(config))
  assert.deepEqual(
    [
      database.pragma('synchronous', { simple: true }),
      database.pragma('journal_mode', { simple: true }),
      database.pragma('foreign_keys', { simple: true }),
    ],
    [2, 'wal', 1],
  )
  assert.equal(statSync(databaseFile(config)).mode & 0o777, 0o600)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  database.close()
  await db.destroy()
  rmSync(folder, { recursive: true })
})

test('one server holds a data folder, and a second is refused until the first is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-db-'))
  const config = loadConfig({ env: {}, flags: { data_dir: folder } })
  const lock = lockDataFolder(config)
  assert.throws(() => lockDataFolder(config), { code: 'ALREADY_RUNNING' })
  assert.equal(isServerRunning(config), true)
  lock.release()
  assert.equal(isServerRunning(config), false)
  rmSync(folder, { recursive: true })
})

test('a context outside a transaction reads what was committed', async () => {
  const db = await freshDb('sqlite')
  const ctx = contextOver(db)
  await inTransaction(ctx, (tx) => tx.db.insertInto('settings').values({ name: 'a', value: '1' }).execute())
  assert.equal((await ctx.db.selectFrom('settings').selectAll().execute()).length, 1)
  await db.destroy()
})
