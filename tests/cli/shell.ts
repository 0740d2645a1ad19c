import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const project = join(import.meta.dirname, '..', '..')

export type Ran = { code: number | null; stdout: string; stderr: string; json: <T = Record<string, unknown>>() => T }
export type Shell = AsyncDisposable & {
  folder: string
  file: (name: string, text: string) => string
  run: (...argv: string[]) => Promise<Ran>
  /** Starts the server and answers with its `ready` line. */
  serve: () => Promise<{ child: ChildProcess; url: string; ended: Promise<number | null> }>
}
export const PASSWORD = 'Correct-1-horse'

/** A person at a shell without a terminal: the real script over the sources (not over a build that may be old), in an empty folder. */
export function openShell(env: Record<string, string> = {}): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-cli-'))
  const root = join(folder, 'program')
  mkdirSync(join(root, 'bin'), { recursive: true })
  copyFileSync(join(project, 'bin/replyx'), join(root, 'bin/replyx'))
  for (const name of ['src', 'node_modules']) symlinkSync(join(project, name), join(root, name))
  const children = new Set<ChildProcess>()
  const begin = (argv: string[]) => {
    const child = spawn(join(root, 'bin/replyx'), argv, {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        REPLYX_LOCALE: 'ru',
        REPLYX_PORT: '0',
        REPLYX_OLLAMA_URL: 'http://127.0.0.1:9',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    return child
  }
  const file = (name: string, text: string) => {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
    return path
  }
  file('pw', `${PASSWORD}\n`)
  return {
    folder,
    file,
    run: (...argv) => ended(begin(argv)),
    serve: () => ready(begin(['start'])),
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A shell with a prepared data folder and one assistant, number 1. */
export async function preparedShell(): Promise<Shell> {
  const shell = openShell()
  await shell.run('setup', '--yes', '--email', 'owner@shop.ru', '--password-file', 'pw', '--assistant', 'Лавка')
  return shell
}

async function ended(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ['', '']
  child.stdout!.on('data', (data) => {
    stdout += data
  })
  child.stderr!.on('data', (data) => {
    stderr += data
  })
  const code = await exitOf(child)
  return { code, stdout, stderr, json: () => JSON.parse(stdout) }
}

async function ready(child: ChildProcess) {
  const exit = exitOf(child)
  for await (const line of createInterface({ input: child.stdout! })) {
    const said = JSON.parse(line) as { msg: string; url: string }
    if (said.msg !== 'ready') continue
    child.stdout!.resume()
    return { child, url: said.url, ended: exit }
  }
  throw new Error('the server ended before it was ready')
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve))
}
