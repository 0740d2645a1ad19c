import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..', '..')
export type RealServer = { url: string; process: ChildProcess; kill: (signal: NodeJS.Signals) => Promise<void> }

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
