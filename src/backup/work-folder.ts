import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY } from '../lib/time.ts'

const PREFIX = '.work-'

export type WorkFolder = { path: string } & AsyncDisposable

/** A folder that only we can read, below the one named, and that is gone afterwards; what a kill left behind a day ago goes with it. */
export async function openWorkFolder(parent: string): Promise<WorkFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 })
  await clearStale(parent)
  const path = await mkdtemp(join(parent, PREFIX)) // mode 0700
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Where a backup is looked into: on the disk of the data, if there is any. */
export function placeToLook(data_dir: string): string {
  return existsSync(data_dir) ? join(data_dir, 'backups') : tmpdir()
}

async function clearStale(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX)) continue
    const path = join(parent, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > DAY) await rm(path, { recursive: true, force: true })
  }
}
