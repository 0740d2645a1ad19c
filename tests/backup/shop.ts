import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Header } from 'tar'
import { closeContext, openContext } from '../../src/app.ts'
import { type Assistant, createAssistant } from '../../src/assistants/assistants.ts'
import { openSession } from '../../src/auth/sessions.ts'
import { createBackup, type Wish } from '../../src/backup/create.ts'
import { restoreBackup } from '../../src/backup/restoring/restore.ts'
import { type Config, loadConfig } from '../../src/config/config.ts'
import type { Context } from '../../src/context.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
import { type Dialog, openDialog } from '../../src/dialogs/dialogs.ts'
import { sayAsVisitor } from '../../src/dialogs/messages.ts'
import { keepFile } from '../../src/files/files.ts'
import { openLog } from '../../src/lib/log.ts'
import { type Account, addUser } from '../../src/users/users.ts'

export type Shop = AsyncDisposable & {
  folder: string
  config: Config
  ctx: Context
  owner: Account
  assistant: Assistant
  dialog: Dialog
  logged: string[]
  /** A path beside the data folder. */
  at: (name: string) => string
  backUp: (name: string, wish?: Partial<Wish>) => Promise<string>
}

export const SAID = 'Сколько стоит доставка в Казань?'

/** An open shop: an owner who is signed in, an assistant, and a dialog with one message and one attached file. */
export async function aShop(flags: Record<string, string> = {}): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-backup-'))
  const at = (name: string) => join(folder, name)
  const config = loadConfig({ env: {}, flags: { data_dir: at('data'), ...flags } })
  const logged: string[] = []
  const log = openLog({ level: 'debug', to: { write: (line) => void logged.push(line) } })
  const ctx = await openContext(config, { log })
  const owner = await addUser(ctx, {
    email: 'anna@example.com',
    password: 'correct horse 1',
    is_admin: true,
    confirmed: true,
  })
  await openSession(ctx, owner)
  const assistant = await createAssistant(ctx, owner.id, { name: 'Лавка' })
  const visitor = { kind: 'visitor' as const, tenant_id: owner.id, assistant_id: assistant.id, guest_id: 'guest_1' }
  const { dialog } = await openDialog(ctx, visitor, { platform: 'website', locale: 'ru' })
  await sayAsVisitor(ctx, dialog, { text: SAID, client_message_id: 'first' })
  const pdf = at('receipt.pdf')
  writeFileSync(pdf, '%PDF-1.4\nчек на 390 рублей\n%%EOF\n')
  await keepFile(ctx, { tenant_id: owner.id, dialog_id: dialog.id }, { path: pdf, name: 'чек.pdf', size: 60 })
  return {
    folder,
    config,
    ctx,
    owner,
    assistant,
    dialog,
    logged,
    at,
    async backUp(name, wish = {}) {
      await createBackup(config, { to: at(name), ...wish })
      return at(name)
    },
    async [Symbol.asyncDispose]() {
      await closeContext(ctx)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Leaves messages that name a dialog which is not there, as a damaged disk might. */
export function referToNothing(shop: Shop): void {
  const connection = openSqlite(shop.at('data/replyx.db'))
  connection.pragma('foreign_keys = off')
  connection.prepare('update messages set dialog_id = 999999').run()
  connection.close()
}

/** Restores a backup into a folder beside the shop's. */
export function restoreTo(
  shop: Shop,
  file: string,
  wish: { name?: string; force?: boolean; passphrase?: string } = {},
) {
  const { name = 'restored', ...rest } = wish
  return restoreBackup(configAt(shop.at(name)), file, rest)
}

/** The settings of a data folder, as a fresh process reads them. */
export function configAt(data_dir: string): Config {
  return loadConfig({ env: {}, flags: { data_dir } })
}

/** Opens what was restored, as the next start would. */
export async function withRestored<T>(shop: Shop, work: (ctx: Context) => Promise<T>, name = 'restored'): Promise<T> {
  const ctx = await openContext(configAt(shop.at(name)), { log: openLog({ level: 'silent' }) })
  try {
    return await work(ctx)
  } finally {
    await closeContext(ctx)
  }
}

type Entry = {
  path: string
  body?: string | Buffer
  type?: 'File' | 'SymbolicLink' | 'Link'
  linkpath?: string
  size?: number
}

/** A gzipped tar made by hand, as nobody's program would make it. */
export function archiveOf(entries: Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, body = '', type = 'File', linkpath, size }) => {
    const content = Buffer.from(body)
    const header = new Header({
      path,
      mode: 0o600,
      size: size ?? content.length,
      mtime: new Date(0),
      type,
      ...(linkpath ? { linkpath } : {}),
    })
    header.encode()
    return [header.block!, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

/** A manifest that names these members, with whatever else it should say. */
export function manifestOf(
  members: Pick<Entry, 'path' | 'body' | 'size'>[],
  more: Record<string, unknown> = {},
): string {
  return JSON.stringify({
    format: 1,
    version: '0.1.0',
    created_at: '2026-11-25T12:00:00.000Z',
    engine: 'sqlite',
    migrations: [],
    counts: {},
    key_id: null,
    members: members.map(({ path, body = '', size }) => ({
      path,
      size: size ?? Buffer.byteLength(body),
      sha256: createHash('sha256').update(body).digest('hex'),
    })),
    missing: [],
    ...more,
  })
}
