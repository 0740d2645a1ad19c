import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, startApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Context } from '../../src/context.ts'
import { openLog } from '../../src/lib/log.ts'
import { openOutside } from '../../src/outside/outside.ts'
import { type EngineName, freshDb } from './engines.ts'

export type Answer<T = Record<string, unknown>> = {
  status: number
  headers: Headers
  body: T & { error?: { code: string; message: string; details: Record<string, unknown> } }
}
export type TestApp = App & {
  folder: string
  logged: string[]
  call: <T = Record<string, unknown>>(method: string, path: string, options?: CallOptions) => Promise<Answer<T>>
  [Symbol.asyncDispose]: () => Promise<void>
}
export type CallOptions = {
  body?: unknown
  token?: string | undefined
  headers?: Record<string, string>
  raw?: BodyInit
}

// A test makes more requests in a second than a person in an hour; tests of the limits set their own.
const ROOMY = Object.fromEntries(
  [
    'general',
    'desk',
    'login',
    'register',
    'confirm',
    'resend',
    'reset',
    'letter',
    'letters_day',
    'letters_ip',
    'contact',
    'contact_all',
    'upload',
    'payment',
    'top_up',
    'notices',
    'visitor_session',
    'visitor_message',
    'assistant_message',
  ].map((name) => [`limits.${name}`, '100000/1m']),
)

/** The whole appliance on a free port with a data folder of its own; only what lies beyond the network is a double. */
export async function startTestApp(
  options: { flags?: Record<string, string>; engine?: EngineName; overrides?: Partial<Context> } = {},
): Promise<TestApp> {
  const folder = options.flags?.data_dir ?? mkdtempSync(join(tmpdir(), 'replyx-test-'))
  const config = loadConfig({
    env: {},
    flags: { ...ROOMY, data_dir: folder, port: '0', log_level: 'debug', ...options.flags },
  })
  const logged: string[] = []
  const log = openLog({ level: 'debug', to: { write: (line) => void logged.push(line) } })
  const db = options.engine === 'postgres' ? { db: await freshDb('postgres') } : {}
  const app = await startApp(config, { log, outside: openOutside(config), ...db, ...options.overrides })
  return {
    ...app,
    folder,
    logged,
    call: (method, path, options) => callApi(app.url, method, path, options),
    async [Symbol.asyncDispose]() {
      await app.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function callApi<T>(
  url: string,
  method: string,
  path: string,
  { body, token, headers = {}, raw }: CallOptions = {},
): Promise<Answer<T>> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined || raw ? {} : { 'Content-Type': 'application/json' }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (/json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : { text }) as Answer<T>['body'],
  }
}

/** Waits until the condition holds, asking every few milliseconds; fails after some seconds. */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  patience = 8000,
): Promise<T> {
  const end = Date.now() + patience
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`waited ${patience} ms in vain for: ${ask}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Waits until every task that is due has run; timers that lie ahead may wait. */
export async function nothingToDo(app: { ctx: Context }): Promise<void> {
  const due = () => app.ctx.db.selectFrom('tasks').select('id').where('due_at', '<=', Date.now()).execute()
  await until(async () => (await due()).length === 0)
}
