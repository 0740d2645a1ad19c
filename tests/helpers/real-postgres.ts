import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import pg from 'pg'
import { migrate } from '../../src/db/migrate.ts'
import { postgresDialect } from '../../src/db/postgres.ts'
import type { Schema } from '../../src/db/schema.ts'
import { pause } from '../../src/lib/time.ts'

const installed = existsSync('/usr/lib/postgresql')
  ? readdirSync('/usr/lib/postgresql')
      .sort()
      .map((version) => `/usr/lib/postgresql/${version}/bin`)
  : []
/** Where a Postgres server is installed; undefined on machines without one. */
export const postgresPrograms = installed.filter((folder) => existsSync(join(folder, 'initdb'))).at(-1)

/** A real Postgres server on a free port with an empty database, as its own user when the tests run as root. */
export async function startPostgres(): Promise<{ url: string } & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-postgres-'))
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid!)
  const data = join(folder, 'data')
  execFileSync(
    join(postgresPrograms!, 'initdb'),
    ['-D', data, '-U', 'replyx', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    { ...user, stdio: 'ignore' },
  )
  const port = await freePort()
  const server = spawn(
    join(postgresPrograms!, 'postgres'),
    ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-F'],
    { ...user, stdio: 'ignore' },
  )
  const ended = new Promise((resolve) => server.once('exit', resolve))
  while (!isReady(port)) await pause(20)
  return {
    url: `postgres://replyx@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A server for many tests: with an empty, migrated database to be copied, which takes a twentieth of migrating each. */
export async function startServerForTests(): Promise<{ url: string } & AsyncDisposable> {
  const server = await startPostgres()
  await onServer(server.url, 'create database template_of_tests')
  const db = new Kysely<Schema>({ dialect: postgresDialect(named(server.url, 'template_of_tests')) })
  await migrate(db)
  await db.destroy()
  return server
}

/** A migrated, empty database of its own on such a server; it is dropped when it is destroyed. */
export async function freshOn(server: string): Promise<Kysely<Schema>> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${name} template template_of_tests`)
  const db = new Kysely<Schema>({ dialect: postgresDialect(named(server, name)) })
  const destroy = db.destroy.bind(db)
  db.destroy = async () => {
    await destroy()
    await onServer(server, `drop database ${name} with (force)`)
  }
  return db
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

function named(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = database
  return changed.href
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres']).toString())
}

function isReady(port: number): boolean {
  try {
    execFileSync(join(postgresPrograms!, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
