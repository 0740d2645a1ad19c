import { existsSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, pause } from '../lib/time.ts'

const PREFIX = '.work-'
const PORTION = 16 * 1024 * 1024
const BREATH = 5 // ms

export type WorkFolder = { path: string } & AsyncDisposable

/** A folder that only we can read, below the one named, and that is gone afterwards; what a kill left behind a day ago goes with it. */
export async function openWorkFolder(parent: string): Promise<WorkFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 })
  await clearStale(parent)
  const path = await mkdtemp(join(parent, PREFIX)) // mode 0700
  return { path, [Symbol.asyncDispose]: () => removeGently(path) }
}

/** Where a backup is looked into: on the disk of the data, if there is any. */
export function placeToLook(data_dir: string): string {
  return existsSync(data_dir) ? join(data_dir, 'backups') : tmpdir()
}

// Giving a large file back at once makes everybody's next commit wait for a tenth of a second.
async function removeGently(folder: string): Promise<void> {
  if (!existsSync(folder)) return // it moved away with the data that was put aside
  for (const name of await readdir(folder, { recursive: true })) await shrink(join(folder, name))
  await rm(folder, { recursive: true, force: true })
}

async function shrink(path: string): Promise<void> {
  const { size, nlink } = await lstat(path)
  // A file with a second name is somebody's upload.
  if (size <= PORTION || nlink !== 1) return
  for (let left = size - PORTION; left > 0; left -= PORTION) {
    await truncate(path, left)
    await pause(BREATH)
  }
}

async function clearStale(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX)) continue
    const path = join(parent, name)
    if (await isStale(path)) await removeGently(path)
  }
}

/** Whether a kill left this half made a day ago; what is gone by now is another backup's, which has just ended. */
export async function isStale(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > DAY
}
