import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..', '..')
export type RealServer = { url: string; process: ChildProcess; kill: (signal: NodeJS.Signals) => Promise<void> }

export type Guest = { token: string; dialog_id: number }

/** Starts `replyx start` as an admin would, from the sources; resolves when it says it is ready. */
export async function startRealServer(folder: string, env: Record<string, string>): Promise<RealServer> {
  const server = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'src', 'cli', 'main.ts'), 'start'],
    {
      env: { ...process.env, REPLYX_DATA_DIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    createInterface({ input: server.stdout! }).on('line', (line) => {
      const said = JSON.parse(line) as { msg: string; url: string }
      if (said.msg === 'ready') resolve(said.url)
    })
  })
  return {
    url,
    process: server,
    async kill(signal) {
      server.kill(signal)
      await ended
    },
  }
}

/** A visitor of the assistant with this site token, with an open dialog. */
export async function openGuest(server: { url: string }, site_token: string): Promise<Guest> {
  const session = await post(server, '/api/widget/session', {}, { 'X-Site-Token': site_token, Origin: server.url })
  const token = String(session.visitor_token)
  const dialog = await post(server, '/api/widget/dialogs', {}, { Authorization: `Bearer ${token}` })
  return { token, dialog_id: Number(dialog.id) }
}

/** Posts JSON and answers what came back; throws on every refusal. */
export async function post(
  server: { url: string },
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Record<string, unknown>> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as Record<string, unknown>
}
