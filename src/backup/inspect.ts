import { join } from 'node:path'
import { migrations } from '../db/migrations/index.ts'
import { DATABASE, holdsKey, type Manifest } from './archive/manifest.ts'
import { unpack } from './archive/unpack.ts'
import { isDamage } from './copy-pages.ts'
import type { ShowStep } from './create.ts'
import { errors } from './errors.ts'
import { runTool } from './postgres-tools.ts'
import { factsOf, withCopy } from './snapshot.ts'
import * as store from './store.ts'
import { openWorkFolder, placeToLook } from './work-folder.ts'

export type Opened = { passphrase?: string | undefined; show?: ShowStep }
export type Verified = Manifest & { has_key: boolean }

/**
 * Restores a backup aside and looks at all of it: every hash, the pages and references of the database, every file the database names. Throws the refusal that fits
 * (NOT_A_BACKUP, BACKUP_TRUNCATED, BACKUP_ALTERED, BACKUP_WRONG_PASSPHRASE, …); nothing of what was unpacked stays.
 */
export async function verifyBackup(
  path: string,
  { data_dir, ...opened }: Opened & { data_dir: string },
): Promise<Verified> {
  await using work = await openWorkFolder(placeToLook(data_dir))
  const manifest = await unpackAndInspect(path, work.path, opened)
  return { ...manifest, has_key: holdsKey(manifest) }
}

/** Unpacks a backup into an empty folder and looks at all of it, as `verifyBackup` does. */
export async function unpackAndInspect(
  path: string,
  into: string,
  { passphrase, show = () => {} }: Opened,
): Promise<Manifest> {
  const manifest = await unpack(path, { passphrase, into, show: (done, total) => show('archive', done, total) })
  show('check', 0, 1)
  assertNotNewer(manifest)
  if (manifest.engine === 'sqlite') await inspectSqlite(into, manifest)
  else await runTool('pg_restore', ['--list', join(into, DATABASE.postgres)])
  return manifest
}

function assertNotNewer(manifest: Manifest): void {
  const known = new Set(migrations.map(({ name }) => name))
  const later = manifest.migrations.find((name) => !known.has(name))
  if (later) throw errors.BACKUP_NEWER({ migration: later, version: manifest.version })
}

async function inspectSqlite(folder: string, manifest: Manifest): Promise<void> {
  await withCopy(folder, async (db) => {
    const problems = await integrityOf(db)
    if (problems.length > 0) throw errors.BACKUP_DAMAGED_DATABASE({ problems })
    const { files, counts } = await factsOf(db, 'sqlite')
    const there = new Set([
      ...manifest.members.map((member) => member.path),
      ...manifest.missing.map((file) => `uploads/${file}`),
    ])
    const lost = files.filter((file) => !there.has(`uploads/${file}`))
    if (lost.length > 0) throw errors.BACKUP_INCOMPLETE({ files: lost.slice(0, 10) })
    if (JSON.stringify(counts) !== JSON.stringify(manifest.counts)) throw errors.BACKUP_ALTERED({ counts })
  })
}

// A damaged header already fails as the file is opened.
async function integrityOf(db: Parameters<typeof store.integrityProblems>[0]): Promise<string[]> {
  try {
    return await store.integrityProblems(db)
  } catch (error) {
    if (isDamage(error)) return [error.message]
    throw error
  }
}
