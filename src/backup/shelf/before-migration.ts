import { dirname, join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Context } from '../../context.ts'
import { missingMigrations } from '../../db/migrate.ts'
import type { Schema } from '../../db/schema.ts'
import { createBackup } from '../create.ts'
import { countRows } from '../store.ts'
import { rotateBeforeMigrations } from './folder.ts'
import { nameOf } from './names.ts'

/** Makes a backup in the data folder before a database in use is changed to a newer schema; a fresh one, or one that is up to date, needs none. Throws what `createBackup` throws, and nothing is changed then. */
export async function backUpBeforeMigration({
  config,
  db,
  log,
}: Pick<Context, 'config' | 'db' | 'log'>): Promise<void> {
  const missing = await missingMigrations(db as Kysely<Schema>)
  if (missing.length === 0) return
  if (!(await countRows(db)).users) return // nothing to lose: a fresh folder
  const name = nameOf('before', { at: Date.now(), sealed: false, what: missing[0]!.slice(0, 4) })
  const to = join(config.data_dir, 'backups', name)
  try {
    const { size } = await createBackup(config, { to })
    await rotateBeforeMigrations(dirname(to))
    log.info({ file: to, size, migrations: missing }, 'a backup was made before the database is changed')
  } catch (error) {
    // Without the tools of Postgres its own backups have to do; refusing would leave no way to update.
    if ((error as { code?: string }).code !== 'POSTGRES_TOOL_FAILED') throw error
    log.warn({ err: error }, 'no backup was made before the database is changed')
  }
}
