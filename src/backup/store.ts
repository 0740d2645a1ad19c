import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

/** What a person recognises their data by; every tenant's, because a backup is the appliance's. */
const COUNTED = [
  'users',
  'assistants',
  'documents',
  'questions',
  'dialogs',
  'messages',
  'attachments',
  'bots',
  'ledger_entries',
  'tickets',
] as const satisfies (keyof Schema)[]

export const appliedMigrations = async (db: Db): Promise<string[]> =>
  (await db.selectFrom('migrations').select('name').orderBy('name').execute()).map(({ name }) => name)

/** Rows of the tables a person knows; those that this schema does not have yet are left out. */
export const countRows = async (db: Db): Promise<Record<string, number>> => {
  const there = await tableNames(db)
  const counts: Record<string, number> = {}
  for (const table of COUNTED.filter((name) => there.has(name))) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)
    counts[table] = Number(rows[0]?.n)
  }
  return counts
}

/** Every uploaded file that a row names, below the uploads folder. */
export const namedFiles = async (db: Db): Promise<string[]> => {
  const there = await tableNames(db)
  const files: string[] = []
  for (const table of ['documents', 'attachments', 'ticket_files'].filter((name) => there.has(name))) {
    const { rows } = await sql<{ file: string }>`select file from ${sql.table(table)} where file is not null`.execute(
      db,
    )
    files.push(...rows.map(({ file }) => file))
  }
  return files.sort()
}

export const isEmpty = async (db: Db): Promise<boolean> => (await tableNames(db)).size === 0

const tableNames = async (db: Db): Promise<Set<string>> =>
  new Set((await db.introspection.getTables()).map(({ name }) => name))

export const deleteSessions = async (db: Db): Promise<void> => {
  await db.deleteFrom('sessions').execute()
  await db.deleteFrom('stream_tickets').execute()
  await db.deleteFrom('one_time_codes').execute()
  await db.deleteFrom('telegram_codes').execute()
}

/** Whoever held a task or a bot when the backup was made does so no more. */
export const freeLeases = async (db: Db): Promise<void> => {
  await db
    .updateTable('tasks')
    .set({ state: 'ready', holder: null, lease_until: 0 })
    .where('state', '=', 'running')
    .execute()
  await db.updateTable('bots').set({ holder: null, lease_until: 0 }).execute()
}

/** Gives up what waited to be sent: it went out after the backup was made. */
export const buryTasks = (db: Db, names: string[], reason: string) =>
  db
    .updateTable('tasks')
    .set({ state: 'dead', error: reason })
    .where('name', 'in', names)
    .where('state', '<>', 'dead')
    .execute()

/** Ends the letters that waited, and forgets what all of them said: it went out or is out of date, and it is sealed with a key that need not come along. */
export const endLetters = async (db: Db, reason: string, now: number): Promise<void> => {
  const waiting = db.updateTable('email_outbox').where('state', '=', 'waiting')
  await waiting.set({ state: 'failed', reason, ended_at: now }).execute()
  await db.updateTable('email_outbox').set({ sealed: null }).execute()
}

export const integrityProblems = async (db: Db): Promise<string[]> => {
  const whole = await sql<{ integrity_check: string }>`pragma integrity_check(10)`.execute(db)
  const foreign = await sql<{ table: string }>`pragma foreign_key_check`.execute(db)
  const said = whole.rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
  return [...said, ...foreign.rows.map(({ table }) => `foreign key: ${table}`)]
}
