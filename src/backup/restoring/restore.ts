import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Kysely } from 'kysely'
import type { Config } from '../../config/config.ts'
import { openDb } from '../../db/database.ts'
import { lockDataFolder } from '../../db/lock.ts'
import { migrate } from '../../db/migrate.ts'
import type { Schema } from '../../db/schema.ts'
import { sqliteDialect } from '../../db/sqlite.ts'
import { forgetKeyIfUnused } from '../../seals/key-check.ts'
import { DATABASE, type Manifest } from '../archive/manifest.ts'
import { errors, writing } from '../errors.ts'
import { type Opened, unpackAndInspect } from '../inspect.ts'
import { databaseName, runTool } from '../postgres-tools.ts'
import * as store from '../store.ts'
import { openWorkFolder } from '../work-folder.ts'
import { isUsed, moveIn, putAside } from './move-in.ts'
import { bringKey, type KeyState, makeWayForKey } from './restored-key.ts'

export type Restored = {
  manifest: Manifest
  /** Where the data that was there before lies now. */
  put_aside: string | null
  key: KeyState
}
type Wish = Opened & { force?: boolean | undefined }

// What waited to go out when the backup was made went out soon after; sent again, a visitor would read it twice.
const OUTWARD = ['telegram.deliver', 'telegram.deliver_later', 'telegram.amend', 'email.send_letter']

/**
 * Brings a backup back as the data folder of `config`: unpacked and checked aside first, so a refusal changes nothing, and in place only when it is whole.
 * Everybody signs in again, and nothing that waited to be sent goes out. Throws ALREADY_RUNNING under a running server, DATA_FOLDER_IN_USE (unless `force`,
 * which puts the old data aside), DATABASE_IN_USE, OTHER_ENGINE, and what `verifyBackup` throws.
 */
export async function restoreBackup(config: Config, path: string, wish: Wish): Promise<Restored> {
  const { data_dir } = config
  const lock = await writing(data_dir, async () => lockDataFolder(config))
  try {
    const used = isUsed(await readdir(data_dir))
    if (used && !wish.force) throw errors.DATA_FOLDER_IN_USE({ data_dir })
    await using work = await openWorkFolder(join(data_dir, 'backups'))
    const manifest = await unpackAndInspect(path, work.path, wish)
    await settleDatabase(config, work.path, manifest)
    if (!used) await makeWayForKey(data_dir, work.path)
    const put_aside = used ? await putAside(data_dir) : null
    await inPlace(config, { put_aside, folder: work.path })
    const key = await bringKey({ data_dir, put_aside, manifest })
    return { manifest, put_aside, key }
  } finally {
    lock.release()
  }
}

// The lock went aside with the old folder; without one here a server that starts now would make itself a fresh database.
async function inPlace(
  config: Config,
  { put_aside, folder }: { put_aside: string | null; folder: string },
): Promise<void> {
  const { data_dir } = config
  if (put_aside === null) return moveIn(folder, data_dir)
  await mkdir(data_dir, { mode: 0o700 })
  const lock = lockDataFolder(config)
  try {
    await moveIn(join(put_aside, relative(data_dir, folder)), data_dir)
  } finally {
    lock.release()
  }
}

async function settleDatabase(config: Config, folder: string, { engine }: Manifest): Promise<void> {
  if ((engine === 'postgres') !== Boolean(config.database_url)) throw errors.OTHER_ENGINE()
  const db = engine === 'postgres' ? openDb(config) : openCopy(folder)
  try {
    if (engine === 'postgres') await fillPostgres(config, db, folder)
    await migrate(db)
    await settle(db)
  } finally {
    await db.destroy() // the last connection of SQLite takes the WAL with it
  }
}

function openCopy(folder: string): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: sqliteDialect(join(folder, DATABASE.sqlite)) })
}

async function fillPostgres(config: Config, db: Kysely<Schema>, folder: string): Promise<void> {
  if (!(await store.isEmpty(db))) throw errors.DATABASE_IN_USE()
  const how = ['--no-owner', '--no-privileges', '--single-transaction', '--exit-on-error']
  await runTool('pg_restore', [...how, `--dbname=${databaseName(config)}`, join(folder, DATABASE.postgres)], config)
}

// Sessions that were ended after the backup must not come alive again, so all end.
async function settle(db: Kysely<Schema>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await store.deleteSessions(tx)
    await store.freeLeases(tx)
    await store.endLetters(tx, 'restored', Date.now())
    await forgetKeyIfUnused({ db: tx })
    await store.buryTasks(tx, OUTWARD, 'restored from a backup: it may have been sent already')
  })
}
