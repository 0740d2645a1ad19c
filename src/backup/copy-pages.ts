import { closeSync, fdatasyncSync, openSync } from 'node:fs'
import { openSqlite } from '../db/sqlite.ts'
import type { Show } from './archive/pack.ts'
import { errors } from './errors.ts'

const STEP = 256 // pages: a megabyte
const SYNC_EVERY = 2 * STEP // a larger flush would hold up the commits of others

/**
 * Copies a SQLite database as it is at one moment while others write into it. The copy is made inside one read transaction, so it needs not begin anew with every
 * write, and goes to disk in small portions, so nobody's commit waits long. Throws DATABASE_DAMAGED when pages cannot be read.
 */
export async function copyPages(from: string, to: string, show: Show): Promise<void> {
  const file = openSync(to, 'wx', 0o600)
  const source = openSqlite(from, { readonly: true })
  try {
    source.exec('begin')
    source.prepare('select count(*) from sqlite_schema').get() // a transaction begins with its first read
    let synced = 0
    const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) => {
      const done = totalPages - remainingPages
      show(done, totalPages)
      if (done - synced >= SYNC_EVERY) {
        fdatasyncSync(file)
        synced = done
      }
      return STEP
    }
    await source.backup(to, { progress })
    source.exec('commit')
  } catch (error) {
    throw isDamage(error) ? errors.DATABASE_DAMAGED() : error
  } finally {
    source.close()
    closeSync(file)
  }
  writeBack(from)
}

/** Drops the free pages of a copy, which hold what was deleted, and makes it one file without a WAL. Throws DATABASE_DAMAGED. */
export function tidyCopy(path: string): void {
  const copy = openSqlite(path)
  try {
    copy.pragma('incremental_vacuum')
    copy.pragma('wal_checkpoint(truncate)')
    copy.pragma('journal_mode = delete')
  } catch (error) {
    throw isDamage(error) ? errors.DATABASE_DAMAGED() : error
  } finally {
    copy.close()
  }
}

// While we read, the WAL could only grow; whoever commits next would have to write all of it back.
function writeBack(path: string): void {
  const connection = openSqlite(path)
  try {
    connection.pragma('wal_checkpoint(passive)')
  } finally {
    connection.close()
  }
}

/** Whether SQLite says that a file is damaged. */
export function isDamage(error: unknown): error is Error {
  const code = String((error as { code?: string }).code)
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB'
}
