import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { copyFile, link, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Config, readConfigFile } from '../config/config.ts'
import { configFile, withSettings } from '../config/config-file.ts'
import { resealing } from '../config/sealed-file.ts'
import { secretKeyFile, secretKeyId } from '../config/secret-key.ts'
import { databaseFile } from '../db/database.ts'
import { programVersion } from '../lib/entry.ts'
import { toIso } from '../lib/time.ts'
import { bytesOf, DATABASE, holdsKey, MANIFEST, type Manifest, type Member, SECRET_KEY } from './archive/manifest.ts'
import { pack } from './archive/pack.ts'
import { assertRoom } from './archive/unpack.ts'
import { errors, writing } from './errors.ts'
import { type Facts, takeSnapshot } from './snapshot.ts'
import { openWorkFolder } from './work-folder.ts'

export type Step = 'database' | 'files' | 'archive' | 'check'
export type ShowStep = (step: Step, done: number, total: number) => void
export type Wish = {
  to: string
  passphrase?: string | undefined
  /** Puts the secret key into the file; always done when there is a passphrase. */
  with_key?: boolean
  show?: ShowStep
}
export type Made = { file: string; size: number; sealed: boolean; has_key: boolean; manifest: Manifest }

/**
 * Makes a backup in one file while the server goes on: one moment of the database, the files it names, the settings, and the secret key when asked for.
 * Throws BACKUP_EXISTS, NO_SPACE, NOT_WRITABLE, POSTGRES_TOOL_FAILED; nothing is left behind then.
 */
export async function createBackup(config: Config, wish: Wish): Promise<Made> {
  const { to, passphrase, show = () => {} } = wish
  if (existsSync(to)) throw errors.BACKUP_EXISTS({ path: to })
  await writing(dirname(to), () => mkdir(dirname(to), { recursive: true, mode: 0o700 }))
  const place = join(config.data_dir, 'backups')
  return writing(place, async () => {
    await using work = await openWorkFolder(place)
    await assertRoom(work.path, databaseSize(config))
    const facts = await takeSnapshot(config, work.path, (done, all) => show('database', done, all))
    const manifest = await gather(config, { folder: work.path, facts, wish })
    const total = bytesOf(manifest)
    await assertRoom(dirname(to), total)
    const size = await pack(work.path, manifest, {
      to,
      passphrase,
      total,
      show: (done, all) => show('archive', done, all),
    })
    return { file: to, size, sealed: passphrase !== undefined, has_key: holdsKey(manifest), manifest }
  })
}

async function gather(
  config: Config,
  { folder, facts, wish }: { folder: string; facts: Facts; wish: Wish },
): Promise<Manifest> {
  const { files, ...rest } = facts
  const missing: string[] = []
  const names: string[] = [DATABASE[facts.engine]]
  for (const [at, file] of files.entries()) {
    wish.show?.('files', at, files.length)
    if (await takeAlong(join(config.data_dir, 'uploads', file), join(folder, 'uploads', file)))
      names.push(`uploads/${file}`)
    else missing.push(file)
  }
  if (await copySettings(config, join(folder, 'config.toml'))) names.push('config.toml')
  const wantsKey = wish.with_key || wish.passphrase !== undefined
  if (wantsKey && (await takeAlong(secretKeyFile(config), join(folder, SECRET_KEY)))) names.push(SECRET_KEY)
  const members: Member[] = []
  for (const path of names) members.push(await memberOf(folder, path))
  const key_id = secretKeyId(config) ?? null
  const manifest = {
    format: 1 as const,
    version: programVersion(),
    created_at: toIso(Date.now()),
    ...rest,
    key_id,
    members,
    missing,
  }
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest), { mode: 0o600 })
  return manifest
}

// Secrets that somebody wrote into the file by hand are sealed in the copy.
async function copySettings(config: Config, to: string): Promise<boolean> {
  const path = configFile(config.data_dir)
  if (!existsSync(path)) return false
  const changes = resealing(config, readConfigFile(path), { again: false })
  await writeFile(to, withSettings(path, await readFile(path, 'utf8'), changes), { mode: 0o600 })
  return true
}

// A second name costs nothing and holds the file even when its document is deleted meanwhile.
async function takeAlong(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  try {
    await link(from, to).catch(() => copyFile(from, to)) // another disk, or one without links
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

async function memberOf(folder: string, path: string): Promise<Member> {
  const hash = createHash('sha256')
  const file = join(folder, path)
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash)
  return { path, size: (await stat(file)).size, sha256: hash.digest('hex') }
}

function databaseSize(config: Config): number {
  const path = databaseFile(config)
  return config.database_url || !existsSync(path) ? 0 : statSync(path).size
}
