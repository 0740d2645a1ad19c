import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './app.ts'

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
  await until(() => isReady(port))
  return {
    url: `postgres://replyx@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
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
