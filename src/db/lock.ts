import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Config } from '../config/config.ts'
import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  ALREADY_RUNNING: [
    409,
    'Другой сервер ReplyX уже работает с этой папкой данных',
    'Another ReplyX server is already running on this data folder',
  ],
})

const PATIENCE = 250 // ms; somebody who only asks whether a server runs holds the lock for less than one

/** Holds the data folder for one server; throws ALREADY_RUNNING while another holds it. The kernel frees it when the process ends, however it ends. */
export function lockDataFolder(config: Pick<Config, 'data_dir'>, patience = PATIENCE): { release: () => void } {
  mkdirSync(config.data_dir, { recursive: true, mode: 0o700 })
  const database = new Database(join(config.data_dir, 'lock.db'), { timeout: patience })
  try {
    database.pragma('journal_mode = delete')
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
      throw errors.ALREADY_RUNNING({ data_dir: config.data_dir })
    throw error
  }
  return { release: () => void database.close() }
}

/** Whether a server holds the data folder right now. */
export function isServerRunning(config: Pick<Config, 'data_dir'>): boolean {
  try {
    lockDataFolder(config, 0).release()
    return false
  } catch (error) {
    if ((error as { code?: string }).code === 'ALREADY_RUNNING') return true
    throw error
  }
}
