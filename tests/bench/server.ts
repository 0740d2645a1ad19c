import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..', '..')
export type Probe = { max: number; p99: number; p50: number; rss: number; heap: number }
export type Measured = {
  process: ChildProcess
  url: string
  ready_ms: number
  probe: () => Promise<Probe>
  rss: () => number
  stop: () => Promise<void>
}

/** Starts the built server on a data folder as its own process, as an admin does; `ready_ms` is from spawn to the line that says so. */
export async function startServer(folder: string, env: Record<string, string> = {}): Promise<Measured> {
  const probeFile = join(folder, 'probe.json')
  const begun = performance.now()
  const server = spawn(join(root, 'bin', 'replyx'), ['start'], {
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${join(import.meta.dirname, 'loop-probe.mjs')}`,
      REPLYX_DATA_DIR: folder,
      REPLYX_PORT: '0',
      LOOP_PROBE_FILE: probeFile,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    createInterface({ input: server.stdout! }).on('line', (line) => {
      const said = JSON.parse(line) as { msg: string; url?: string }
      if (said.msg === 'ready') resolve(said.url!)
    })
  })
  const ready_ms = performance.now() - begun
  const ended = new Promise((resolve) => server.once('exit', resolve))
  return {
    process: server,
    url,
    ready_ms,
    rss: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) * 1024,
    async probe() {
      rmSync(probeFile, { force: true })
      server.kill('SIGUSR2')
      while (!existsSync(probeFile)) await new Promise((resolve) => setTimeout(resolve, 20))
      await new Promise((resolve) => setTimeout(resolve, 20))
      return JSON.parse(readFileSync(probeFile, 'utf8')) as Probe
    },
    async stop() {
      server.kill('SIGTERM')
      await ended
    },
  }
}

/** The value below which the given share of the sorted values lies. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
