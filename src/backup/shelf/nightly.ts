import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../../config/config.ts'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { recall, remember } from '../../system/settings.ts'
import { createBackup } from '../create.ts'
import { errors } from '../errors.ts'
import { verifyBackup } from '../inspect.ts'
import { backupFolder, rotate } from './folder.ts'
import { nameOf } from './names.ts'

type Ctx = Pick<Context, 'config' | 'db' | 'log' | 'now'>

const [GOOD, BAD] = ['backup.last', 'backup.last_failure']
const Good = z.object({ at: z.number(), file: z.string(), size: z.number() })
const Bad = z.object({ at: z.number(), reason: z.string() })
/** The last backup, and the failure of the nights since. */
type LastBackups = { good: z.infer<typeof Good> | undefined; bad: z.infer<typeof Bad> | undefined }

/** Makes tonight's backup, checks it as `replyx backup verify` does and only then clears away old ones. A failure is remembered and logged, and removes nothing; the next night tries again. */
export async function backUpNightly(ctx: Ctx): Promise<void> {
  const { config, log } = ctx
  if (!config['backup.nightly']) return
  try {
    const passphrase = passphraseOf(config)
    const at = ctx.now()
    const to = join(backupFolder(config), nameOf('nightly', { at, sealed: passphrase !== undefined }))
    const { size } = await createBackup(config, { to, passphrase })
    await verifyOrRemove(to, { data_dir: config.data_dir, passphrase })
    const keep = { daily: config['backup.keep_daily'], weekly: config['backup.keep_weekly'] }
    const removed = await rotate(backupFolder(config), keep)
    await noteBackup(ctx, { at, file: to, size })
    log.info({ file: to, size, ms: ctx.now() - at, removed }, 'the nightly backup is made and checked')
  } catch (err) {
    const reason = err instanceof AppError ? err.texts[config.locale] : String((err as Error).message)
    await remember(ctx, BAD, JSON.stringify({ at: ctx.now(), reason }))
    log.error({ err }, 'the nightly backup failed')
  }
}

/** When a backup was last made, and when the nightly one last failed and why, if that was later. */
export async function lastBackups(ctx: Pick<Context, 'db'>): Promise<LastBackups> {
  const [made, failed] = [await recall(ctx, GOOD), await recall(ctx, BAD)]
  const good = made === undefined ? undefined : Good.parse(JSON.parse(made))
  const bad = failed === undefined ? undefined : Bad.parse(JSON.parse(failed))
  return { good, bad: bad && bad.at > (good?.at ?? 0) ? bad : undefined }
}

/** Notes that a backup was made, whoever asked for it. */
export async function noteBackup(
  ctx: Pick<Context, 'db'>,
  made: { at: number; file: string; size: number },
): Promise<void> {
  await remember(ctx, GOOD, JSON.stringify(made))
}

// A file that would not restore is worse than none, and must not push a good one out.
async function verifyOrRemove(file: string, how: Parameters<typeof verifyBackup>[1]): Promise<void> {
  try {
    await verifyBackup(file, how)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

function passphraseOf(config: Config): string | undefined {
  const file = config['backup.passphrase_file']
  if (file === undefined) return undefined
  const passphrase = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  // `replyx restore --passphrase-file` takes no other file.
  if (passphrase === '' || passphrase.includes('\n')) throw errors.BACKUP_PASSPHRASE_UNFIT({ file })
  return passphrase
}
