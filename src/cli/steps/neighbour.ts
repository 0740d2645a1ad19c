import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../../config/config.ts'
import { databaseFile } from '../../db/database.ts'
import { isServerRunning } from '../../db/lock.ts'
import { pause, SECOND, toIso } from '../../lib/time.ts'

const WAIT = 3 * SECOND // the health page is cached and answers in milliseconds
const LONGEST_END = 12 * SECOND // it gives itself ten
const LOOK_EVERY = 100 // ms
const MAX_ANSWER = 65_536 // bytes; the page has some hundred

const Note = z.object({ pid: z.int().positive(), url: z.url(), started_at: z.string() })
export type Note = z.infer<typeof Note>
const Health = z.looseObject({ status: z.string().max(50) })
export type Health = z.infer<typeof Health>

/** Leaves a note in the data folder for commands that look for this server; the returned function takes it away. */
export function leaveNote(config: Config, url: string): () => void {
  const path = noteFile(config)
  const note: Note = { pid: process.pid, url, started_at: toIso(Date.now()) }
  writeFileSync(path, `${JSON.stringify(note)}\n`, { mode: 0o600 })
  return () => rmSync(path, { force: true })
}

/** Whether a server works on this data folder right now. On Postgres, where no lock says so, only its answer can tell. */
export function mayBeRunning(config: Config): boolean {
  if (config.database_url) return true
  return existsSync(databaseFile(config)) && isServerRunning(config)
}

/** Asks the server of this data folder to end, and waits for it: `none` when there is none, `foreign` when it is another user's, `busy` when it is still finishing after twelve seconds. */
export async function stopServer(config: Config): Promise<'none' | 'ended' | 'busy' | 'foreign'> {
  const note = readNote(config)
  if (!note || !mayBeRunning(config) || !isAlive(note.pid)) return 'none'
  try {
    process.kill(note.pid, 'SIGTERM')
  } catch (error) {
    if (isForeign(error)) return 'foreign'
    throw error
  }
  for (const end = Date.now() + LONGEST_END; isAlive(note.pid); await pause(LOOK_EVERY))
    if (Date.now() > end) return 'busy'
  return 'ended'
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return isForeign(error)
  }
}

function isForeign(error: unknown): boolean {
  return (error as { code?: string }).code === 'EPERM'
}

/** Where a server on this data folder answers: by its own note, else by the settings. */
export function serverUrl(config: Config): string {
  return readNote(config)?.url ?? `http://${reachable(config.host)}:${config.port}`
}

/** What the server at this address says about itself; undefined when none answers. */
export function askHealth(url: string): Promise<Health | undefined> {
  return new Promise((resolve) => {
    const asked = get(`${url}/api/system/health`, { timeout: WAIT }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (piece: string) => {
        text += piece
        if (text.length > MAX_ANSWER) asked.destroy()
      })
      res.on('end', () => resolve(asHealth(text)))
      res.on('error', () => resolve(undefined))
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(undefined))
  })
}

function asHealth(text: string): Health | undefined {
  try {
    return Health.parse(JSON.parse(text))
  } catch {
    return undefined // something else answers on that port
  }
}

function readNote(config: Config): Note | undefined {
  const path = noteFile(config)
  if (!existsSync(path)) return undefined
  try {
    return Note.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined // half written when the machine went down; the settings say where to look
  }
}

function noteFile(config: Config): string {
  return join(config.data_dir, 'server.json')
}

// An address to listen on is not always one to go to.
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
