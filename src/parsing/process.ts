import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { entryPath, projectRoot, runsFromSource } from '../lib/entry.ts'
import type { Job } from './protocol.ts'
import { type Caps, ParsingFailed, type Reason } from './reasons.ts'

export type Exit = { code: number | null; signal: string | null; error?: Error; stderr: string }

/** A running reader of one document. `exited` resolves when it is gone and its output closed, never rejects. */
export type Parser = { output: Readable; pid: number | undefined; kill(): void; exited: Promise<Exit> }

// What the last words of a dying process need.
const STDERR_LIMIT = 4096

/**
 * Starts the process that reads one document: no environment, no input, no files but the program's and this one, nothing to write or to start,
 * a limited heap, a low priority, and limits of the kernel for its time and memory, which hold even when this process is gone.
 */
export function startParser(job: Job): Parser {
  const { caps } = job
  // Stacks and code come on top of what the watch below counts; the kernel's limit only catches what is quicker than the watch.
  const dataKb = Math.round((caps.rss_bytes * 1.5) / 1024)
  // Where a limit is lower already, setting it fails, and the lower one holds.
  const limits = `ulimit -t ${caps.cpu_seconds}; ulimit -c 0; ulimit -d ${dataKb}; exec nice -n 10 "$@"`
  const child = spawn('/bin/sh', ['-c', limits, 'sh', process.execPath, ...nodeArguments(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {},
    cwd: '/',
  })
  return { output: child.stdout, pid: child.pid, kill: () => void child.kill('SIGKILL'), exited: exitOf(child) }
}

/** How Node is started for a job: what it may read, that it may do nothing else, and the entry it runs. */
export function nodeArguments(job: Job, entry = entryPath('parsing/child')): string[] {
  const readable = [
    join(projectRoot, runsFromSource ? 'src' : 'dist'),
    join(projectRoot, 'package.json'),
    ...moduleFolders(),
    job.file,
  ]
  return [
    `--max-old-space-size=${job.caps.heap_mb}`,
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disallow-code-generation-from-strings',
    '--no-warnings',
    entry,
    JSON.stringify(job),
  ]
}

// Where libraries may be: in the program's own folder, or in one above it when it was installed as a library itself.
function moduleFolders(): string[] {
  const folders: string[] = []
  for (let folder = projectRoot; folder !== dirname(folder); folder = dirname(folder)) {
    const modules = join(folder, 'node_modules')
    // A linked folder is asked for by its own path and by the one behind it.
    if (existsSync(modules)) folders.push(modules, realpathSync(modules))
  }
  return folders
}

function exitOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Exit> {
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => {
    stderr = (stderr + data.toString()).slice(-STDERR_LIMIT)
  })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error, stderr }))
    child.once('close', (code, signal) => resolve({ code, signal, stderr }))
  })
}

/** Ends a parser that goes beyond its caps. `rest` stops the wall clock while the reader's output waits for its consumer. */
export type Watch = { rest(): void; resume(): void; stop(): void; breach(): ParsingFailed | undefined }

// Memory grows by some hundred megabytes a second at most.
const LOOK_EVERY_MS = 50

/** Watches the wall clock and the resident memory of a parser, and kills it on a breach. */
export function watchParser(parser: Parser, caps: Caps): Watch {
  let breach: ParsingFailed | undefined
  let left = caps.wall_ms
  let since: number | undefined = Date.now()

  const end = (reason: Reason, cause?: unknown) => {
    breach ??= new ParsingFailed(reason, cause)
    parser.kill()
  }
  const look = async () => {
    if (since !== undefined && Date.now() - since > left) return end('timed_out')
    if ((await residentBytes(parser.pid)) > caps.rss_bytes) end('out_of_memory')
  }
  // A parser that can't be watched mustn't run.
  const timer = setInterval(() => look().catch((error) => end('crashed', error)), LOOK_EVERY_MS)
  return {
    rest() {
      if (since !== undefined) left -= Date.now() - since
      since = undefined
    },
    resume() {
      since = Date.now()
    },
    stop: () => clearInterval(timer),
    breach: () => breach,
  }
}

async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'latin1')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  } catch (error) {
    // It has just ended.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0
    throw error
  }
}
