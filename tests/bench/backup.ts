import { execFile, execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { closeContext, openContext } from '../../src/app.ts'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Context } from '../../src/context.ts'
import { databaseFile } from '../../src/db/database.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
import { type Dialog, openDialog } from '../../src/dialogs/dialogs.ts'
import { addUser } from '../../src/users/users.ts'
import { printFigures, report } from './figures.ts'
import { pause, quantile } from './server.ts'

// Measures what a backup costs those who write meanwhile, and whether every one of them restores. Each is the real command as its own process.
const MEGABYTES = Number(process.argv[2] ?? 500)
const BACKUPS = Number(process.argv[3] ?? 20)
const WRITES_A_SECOND = 200
const TIMES = 3 // backups closed by a passphrase; they differ by the cipher only
const WORDS =
  'заказ доставка оплата курьер размер чай кофе сколько когда можно вернуть адрес магазин спасибо завтра'.split(' ')
const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')

const folder = mkdtempSync(join(tmpdir(), 'replyx-backup-'))
const data_dir = join(folder, 'data')
const passphrase_file = join(folder, 'passphrase')
try {
  writeFileSync(passphrase_file, 'correct horse battery staple')
  const ctx = await openContext(loadConfig({ env: {}, flags: { data_dir, log_level: 'warn' } }))
  const dialog = await fill(ctx)
  const quiet = await writing(ctx, dialog, () => pause(10_000))
  report('p99 of a write, no backup', quantile(quiet.took, 0.99), 50, 'ms')
  const files = await measureBackups(ctx, dialog)
  await closeContext(ctx)
  await measureVerify(files)
  await measureRestore(files.at(-1)!)
  printFigures()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function fill(ctx: Context): Promise<Dialog> {
  const owner = await addUser(ctx, {
    email: 'b@example.com',
    password: 'bench pass 1',
    is_admin: true,
    confirmed: true,
  })
  const { id: assistant_id } = await createAssistant(ctx, owner.id, { name: 'Bench' })
  const who = { tenant_id: owner.id, assistant_id, guest_id: 'guest' }
  const { dialog } = await openDialog(ctx, { ...who, kind: 'visitor' }, { platform: 'website', locale: 'ru' })
  const connection = openSqlite(databaseFile(ctx.config))
  const insert = connection.prepare(
    `insert into messages (tenant_id, dialog_id, sender, text, created_at) values (?, ?, 'user', ?, 1)`,
  )
  const thousand = connection.transaction(() => {
    for (let n = 0; n < 1000; n++) insert.run(owner.id, dialog.id, sentence())
  })
  while (statSync(databaseFile(ctx.config)).size < MEGABYTES * 1024 ** 2) {
    thousand()
    connection.pragma('wal_checkpoint(passive)')
  }
  connection.pragma('wal_checkpoint(truncate)')
  connection.close()
  execFileSync('sync') // what was filled in is on disk before anything is measured
  return dialog
}

function sentence(): string {
  return Array.from({ length: 60 }, () => `${WORDS[randomInt(WORDS.length)]} ${randomInt(1000)}`).join(' ')
}

/** Writes at a steady rate while `work` runs; each write is timed from the moment it was due, so that a stall counts for all that waited. */
async function writing<T>(
  ctx: Context,
  dialog: Dialog,
  work: () => Promise<T>,
): Promise<{ took: number[]; result: T }> {
  const took: number[] = []
  const begun = performance.now()
  let [sent, isOver] = [0, false]
  const write = async () => {
    while (!isOver) {
      const due = begun + (sent++ * 1000) / WRITES_A_SECOND
      await pause(Math.max(1, due - performance.now())) // others have a turn even when we are late
      const message = { tenant_id: dialog.tenant_id, dialog_id: dialog.id, sender: 'user' as const, text: sentence() }
      await ctx.db
        .insertInto('messages')
        .values({ ...message, created_at: 1 })
        .execute()
      took.push(performance.now() - due)
    }
  }
  const writer = write()
  const result = await work().finally(() => {
    isOver = true
  })
  await writer
  return { took, result }
}

async function measureBackups(ctx: Context, dialog: Dialog): Promise<string[]> {
  const files = Array.from({ length: BACKUPS }, (_, n) => join(folder, `${n}.${n < TIMES ? 'sealed' : 'tar.gz'}`))
  const seconds: number[] = []
  const { took } = await writing(ctx, dialog, async () => {
    for (const file of files) seconds.push(await timed('backup', 'create', '--to', file, ...keyFor(file)))
  })
  const [megabytes, size] = [files.at(-1)!, databaseFile(ctx.config)].map((file) => statSync(file).size / 1024 ** 2)
  console.error(`${took.length} writes; database ${size!.toFixed(0)} MB, backup ${megabytes!.toFixed(0)} MB`)
  report('p50 of a write during backups', quantile(took, 0.5), 50, 'ms')
  report('p99 of a write during backups', quantile(took, 0.99), 50, 'ms')
  report('longest write during backups', Math.max(...took), 1000, 'ms')
  report('a backup', quantile(seconds, 0.5), 60, 's')
  return files
}

async function measureVerify(files: string[]): Promise<void> {
  const seconds: number[] = []
  for (const file of files) seconds.push(await timed('backup', 'verify', file, ...keyFor(file)))
  report('backups that do not verify', files.length - seconds.length, 1, `of ${files.length}`)
  report('a verification', quantile(seconds, 0.5), 60, 's')
}

async function measureRestore(file: string): Promise<void> {
  report('a restore', await timed('restore', file, '--data-dir', join(folder, 'restored')), 60, 's')
}

/** Runs a command to its good end and answers how many seconds it took. */
async function timed(...argv: string[]): Promise<number> {
  const begun = performance.now()
  const where = argv.includes('--data-dir') ? [] : ['--data-dir', data_dir]
  await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...argv, ...where])
  return (performance.now() - begun) / 1000
}

function keyFor(file: string): string[] {
  return file.endsWith('.sealed') ? ['--passphrase-file', passphrase_file] : []
}
