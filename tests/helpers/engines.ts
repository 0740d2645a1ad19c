import { after, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { loadConfig } from '../../src/config/config.ts'
import type { Context } from '../../src/context.ts'
import { migrate } from '../../src/db/migrate.ts'
import type { Schema } from '../../src/db/schema.ts'
import { sqliteDialect } from '../../src/db/sqlite.ts'
import { openBus } from '../../src/events/bus.ts'
import { openLog } from '../../src/lib/log.ts'
import type { Outside } from '../../src/outside/outside.ts'
import { openConnections } from '../../src/realtime/connections.ts'
import { freshOn, postgresPrograms, startServerForTests } from './real-postgres.ts'

export type EngineName = 'sqlite' | 'postgres'
export const engines = (process.env.TEST_ENGINES ?? 'sqlite,postgres').split(',') as EngineName[]

let pglite: PGlite | undefined
let own: ReturnType<typeof startServerForTests> | undefined
after(async () => {
  await pglite?.close()
  await (await own)?.[Symbol.asyncDispose]()
})

/** A migrated, empty database of the named engine: SQLite in memory, or Postgres: a real server where one is installed, else in process. */
export async function freshDb(engine: EngineName): Promise<Kysely<Schema>> {
  if (engine === 'postgres' && postgresPrograms) return freshOn(await serverOfTests())
  const db = engine === 'sqlite' ? new Kysely<Schema>({ dialect: sqliteDialect(':memory:') }) : await inProcess()
  await migrate(db)
  return db
}

// The whole run shares one server (tests/helpers/global-setup.ts); a file that is run alone starts its own.
async function serverOfTests(): Promise<string> {
  if (process.env.TEST_POSTGRES_URL) return process.env.TEST_POSTGRES_URL
  own ??= startServerForTests()
  return (await own).url
}

async function inProcess(): Promise<Kysely<Schema>> {
  const INT8 = 20
  pglite ??= await PGlite.create({ parsers: { [INT8]: Number }, extensions: { vector } })
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: keptOpen(pglite) }) })
  await sql`drop schema public cascade`.execute(db)
  await sql`create schema public`.execute(db)
  return db
}

// Each test destroys its Kysely; the engine behind it is shared by the file, because starting it takes seconds.
function keptOpen(instance: PGlite): PGlite {
  return new Proxy(instance, {
    get: (target, name) => {
      if (name === 'close') return async () => {}
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A context over a database: silent log, real clock, no outside. */
export function contextOver(db: Kysely<Schema>, more: Partial<Context> = {}): Context {
  return {
    config: loadConfig({ env: {}, flags: { data_dir: '/nonexistent' } }),
    db,
    log: openLog({ level: 'silent' }),
    now: () => Date.now(),
    bus: openBus(),
    outside: {} as Outside,
    connections: openConnections(),
    subscriptions: [],
    ...more,
  }
}

/** Declares the test once for each engine, each with an empty database of its own. */
export function eachEngine(name: string, run: (ctx: Context) => Promise<void>): void {
  for (const engine of engines) {
    test(`${name} (${engine})`, async () => {
      const db = await freshDb(engine)
      try {
        await run(contextOver(db))
      } finally {
        await db.destroy()
      }
    })
  }
}
