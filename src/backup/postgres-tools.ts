import { spawn } from 'node:child_process'
import { environmentWith } from '../config/at-hand.ts'
import type { Config } from '../config/config.ts'
import { toolFailed } from './errors.ts'

const MAX_SAID = 10_000

/** Runs a program of Postgres against the configured database; POSTGRES_TOOL_FAILED when it is not installed or refuses. The password is in its environment, not among its arguments, which everybody can read. */
export function runTool(tool: 'pg_dump' | 'pg_restore', args: string[], config?: Config): Promise<void> {
  const env = environmentWith(config?.database_url === undefined ? {} : connectionOf(config.database_url))
  return new Promise((resolve, reject) => {
    const child = spawn(tool, ['--no-password', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (data) => {
      if (said.length < MAX_SAID) said += data
    })
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? toolFailed(tool, undefined) : error),
    )
    child.once('close', (code) => (code === 0 ? resolve() : reject(toolFailed(tool, said || `exit ${code}`))))
  })
}

function connectionOf(text: string): Record<string, string> {
  const url = new URL(text)
  const sslmode = url.searchParams.get('sslmode')
  return {
    PGHOST: decodeURIComponent(url.searchParams.get('host') ?? url.hostname),
    PGPORT: url.port || '5432',
    PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    ...(sslmode ? { PGSSLMODE: sslmode } : {}),
  }
}

/** The name of the configured database. */
export function databaseName({ database_url }: Config): string {
  return database_url === undefined ? '' : connectionOf(database_url).PGDATABASE!
}
