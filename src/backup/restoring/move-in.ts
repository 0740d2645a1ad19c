import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseFile } from '../../db/database.ts'
import { DATABASE, SECRET_KEY } from '../archive/manifest.ts'
import { syncFolder } from '../archive/pack.ts'
import { stampOf } from '../shelf/names.ts'

// What may lie in a folder that counts as empty: the lock, older backups with our own scratch, and the key an admin has brought already.
const HARMLESS = new Set(['lock.db', 'lock.db-journal', 'backups', SECRET_KEY])

/** Whether a folder with these names in it holds data. */
export function isUsed(names: string[]): boolean {
  return names.some((name) => !HARMLESS.has(name))
}

/** Renames a data folder out of the way, beside itself, and answers its new place. */
export async function putAside(data_dir: string): Promise<string> {
  const aside = `${data_dir}.before-restore-${stampOf(Date.now())}`
  await rename(data_dir, aside)
  return aside
}

/** Moves what was unpacked into the data folder, the database last: before it is there, the folder is not in use. */
export async function moveIn(folder: string, data_dir: string): Promise<void> {
  const names = (await readdir(folder)).filter(
    (name) => !name.startsWith(DATABASE.sqlite) && name !== DATABASE.postgres,
  )
  for (const name of names) await moveOne(join(folder, name), join(data_dir, name))
  await mkdir(join(data_dir, 'uploads'), { recursive: true, mode: 0o700 })
  await syncFolder(data_dir)
  await moveOne(join(folder, DATABASE.sqlite), databaseFile({ data_dir }))
  await syncFolder(data_dir)
  await rm(folder, { recursive: true, force: true })
}

async function moveOne(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    // A backup of Postgres has no such file.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
