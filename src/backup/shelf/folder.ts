import { existsSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import { DAY } from '../../lib/time.ts'
import { kindOfBackup } from '../archive/unpack.ts'
import { isStale } from '../work-folder.ts'
import { momentOf } from './names.ts'

export type Listed = { file: string; size: number; created_at: number; sealed: boolean }

const BEFORE_KEPT = 3 // updates; whoever has gone through three more does not go back behind the first
const WEEK = 7 * DAY

/** Where this appliance keeps its backups. */
export function backupFolder(config: Config): string {
  return resolve(config.data_dir, config['backup.folder'] ?? 'backups')
}

/** The backups in a folder, newest first; other files are left out. */
export async function listBackups(folder: string): Promise<Listed[]> {
  if (!existsSync(folder)) return []
  const found: Listed[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.part')) continue
    const file = join(folder, entry.name)
    const kind = await kindOfBackup(file)
    if (!kind) continue
    const { size, mtimeMs } = await stat(file)
    found.push({ file, size, created_at: Math.round(mtimeMs), sealed: kind === 'sealed' })
  }
  return found.sort((a, b) => b.created_at - a.created_at)
}

/** Removes the nightly backups that are neither among the newest days nor the newest of one of the last weeks, and what a kill left half written. Answers their names. */
export async function rotate(folder: string, keep: { daily: number; weekly: number }): Promise<string[]> {
  if (!existsSync(folder)) return []
  const names = await readdir(folder)
  const gone = surplus(newestFirst(names, 'nightly'), keep).map(({ name }) => name)
  for (const name of [...gone, ...(await staleParts(folder, names))]) await rm(join(folder, name), { force: true })
  return gone
}

/** Removes the backups made before migrations but the newest few. */
export async function rotateBeforeMigrations(folder: string): Promise<void> {
  const old = newestFirst(await readdir(folder), 'before').slice(BEFORE_KEPT)
  for (const { name } of old) await rm(join(folder, name), { force: true })
}

type Dated = { name: string; at: number }

function newestFirst(names: string[], kind: 'nightly' | 'before'): Dated[] {
  const dated = names.flatMap((name) => {
    const at = momentOf(name, kind)
    return at === undefined ? [] : [{ name, at }]
  })
  return dated.sort((a, b) => b.at - a.at)
}

/** Of nightly backups, newest first, those that need not be kept. */
export function surplus(backups: Dated[], keep: { daily: number; weekly: number }): Dated[] {
  const kept = new Set([...newestOfEach(backups, DAY, keep.daily), ...newestOfEach(backups, WEEK, keep.weekly)])
  return backups.filter((backup) => !kept.has(backup))
}

function newestOfEach(backups: Dated[], span: number, count: number): Dated[] {
  const newest = new Map<number, Dated>()
  for (const backup of backups) {
    const number = Math.floor(backup.at / span)
    if (!newest.has(number)) newest.set(number, backup)
  }
  return [...newest.values()].slice(0, count)
}

async function staleParts(folder: string, names: string[]): Promise<string[]> {
  const stale: string[] = []
  for (const name of names.filter((one) => one.endsWith('.part'))) {
    if (await isStale(join(folder, name))) stale.push(name)
  }
  return stale
}
