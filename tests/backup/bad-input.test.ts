import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { MAGIC } from '../../src/backup/archive/envelope.ts'
import type { Manifest } from '../../src/backup/archive/manifest.ts'
import { verifyBackup } from '../../src/backup/inspect.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
import { archiveOf, aShop, manifestOf, referToNothing, restoreTo, type Shop } from './shop.ts'

const PASSPHRASE = 'correct horse battery'
const PIECE = 4 + 65_536 + 16 // length, text, tag

const verify = (shop: Shop, file: string, passphrase?: string) =>
  verifyBackup(file, { data_dir: shop.config.data_dir, passphrase })

/** Verifying and restoring both refuse the file, and nothing of it stays anywhere. */
async function assertRefused(shop: Shop, file: string, code: string | RegExp, passphrase?: string): Promise<void> {
  const fits = typeof code === 'string' ? { code } : (error: { code?: string }) => code.test(String(error.code))
  await assert.rejects(verify(shop, file, passphrase), fits)
  await assert.rejects(restoreTo(shop, file, passphrase === undefined ? {} : { passphrase }), fits)
  const left = readdirSync(shop.at('restored'), { recursive: true, encoding: 'utf8' })
  assert.deepEqual(
    left.filter((name) => !/^(lock\.db.*|backups)$/.test(name)),
    [],
  )
  assert.ok(!existsSync(shop.at('evil')) && !existsSync('/tmp/replyx-evil'))
}

const damaged = (shop: Shop, file: string, change: (bytes: Buffer) => Buffer) => {
  const path = shop.at(`damaged-${Math.random()}`)
  writeFileSync(path, change(readFileSync(file)))
  return path
}

test('a truncated backup says that it ends in the middle, wherever it is cut, sealed or not', async () => {
  await using shop = await aShop()
  const [plain, sealed] = [await shop.backUp('a.tar.gz'), await shop.backUp('a.sealed', { passphrase: PASSPHRASE })]
  const { size } = statSync(plain)
  for (const at of [100, Math.floor(size / 3), size - 1])
    await assertRefused(
      shop,
      damaged(shop, plain, (bytes) => bytes.subarray(0, at)),
      'BACKUP_TRUNCATED',
    )
  for (const at of [60, 200, Math.floor(size / 2), statSync(sealed).size - 1])
    await assertRefused(
      shop,
      damaged(shop, sealed, (bytes) => bytes.subarray(0, at)),
      'BACKUP_TRUNCATED',
      PASSPHRASE,
    )
})

test('a sealed backup that ends after a whole piece, or whose pieces changed places, is noticed', async () => {
  await using shop = await aShop()
  writeFileSync(
    join(shop.config.data_dir, 'uploads', 'attachments', 'more'),
    Buffer.from(Array.from({ length: 300_000 }, () => Math.random() * 256)),
  )
  await shop.ctx.db
    .insertInto('attachments')
    .values({
      tenant_id: 1,
      dialog_id: shop.dialog.id,
      name: 'x',
      content_type: 'image/png',
      size: 1,
      sha256: 'x',
      file: 'attachments/more',
      created_at: 1,
    })
    .execute()
  const sealed = await shop.backUp('a.sealed', { passphrase: PASSPHRASE })
  const header = readFileSync(sealed).indexOf('\n', 30) + 1
  const cut = damaged(shop, sealed, (bytes) => bytes.subarray(0, header + 2 * PIECE))
  await assertRefused(shop, cut, 'BACKUP_TRUNCATED', PASSPHRASE)
  const piece = (bytes: Buffer, n: number) => bytes.subarray(header + n * PIECE, header + (n + 1) * PIECE)
  const swapped = damaged(shop, sealed, (bytes) =>
    Buffer.concat([bytes.subarray(0, header), piece(bytes, 1), piece(bytes, 0), bytes.subarray(header + 2 * PIECE)]),
  )
  await assertRefused(shop, swapped, 'BACKUP_ALTERED', PASSPHRASE)
})

test('a sealed backup asks for no more memory than we would ever ask for', async () => {
  await using shop = await aShop()
  const asked = { kdf: 'argon2id', memory: 262_145, passes: 1, salt: 'A'.repeat(22), check: '0'.repeat(64) }
  writeFileSync(shop.at('greedy'), `${MAGIC}${JSON.stringify(asked)}\n`)
  await assertRefused(shop, shop.at('greedy'), 'BACKUP_ALTERED', PASSPHRASE)
})

test('one changed byte anywhere is noticed', async () => {
  await using shop = await aShop()
  const [plain, sealed] = [await shop.backUp('a.tar.gz'), await shop.backUp('a.sealed', { passphrase: PASSPHRASE })]
  const flipped = (file: string, share: number) =>
    damaged(shop, file, (bytes) => {
      bytes[Math.floor(bytes.length * share)]! ^= 0x10
      return bytes
    })
  for (const share of [0.2, 0.5, 0.9, 0.999]) {
    await assertRefused(shop, flipped(plain, share), /BACKUP_(ALTERED|TRUNCATED)/)
    await assertRefused(shop, flipped(sealed, share), /BACKUP_(ALTERED|TRUNCATED)/, PASSPHRASE)
  }
  await assertRefused(
    shop,
    damaged(shop, sealed, (bytes) => Buffer.concat([bytes, Buffer.from('x')])),
    'BACKUP_ALTERED',
    PASSPHRASE,
  )
})

test('a wrong passphrase is told apart from a damaged file', async () => {
  await using shop = await aShop()
  await assertRefused(
    shop,
    await shop.backUp('a.sealed', { passphrase: PASSPHRASE }),
    'BACKUP_WRONG_PASSPHRASE',
    'wrong',
  )
})

test('what is not a backup at all is named so', async () => {
  await using shop = await aShop()
  const files: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    text: Buffer.from('hello'),
    'gzip of something else': gzipSync('hello '.repeat(1000)),
    'a tar of something else': archiveOf([{ path: 'readme.txt', body: 'hello' }]),
    'a manifest of nothing': archiveOf([{ path: 'manifest.json', body: '{}' }]),
  }
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(shop.at(name), bytes)
    await assertRefused(shop, shop.at(name), /NOT_A_BACKUP|BACKUP_TRUNCATED/)
  }
})

test('no member leads out of the folder, by name, link or a second member', async () => {
  await using shop = await aShop()
  const body = 'x'
  const database = { path: 'database.sqlite', body }
  const named = (path: string) => [{ path: 'manifest.json', body: manifestOf([database, { path, body }]) }, database]
  const hostile: Record<string, Parameters<typeof archiveOf>[0]> = {
    'a name in the manifest': [...named('../../../evil'), { path: '../../../evil', body }],
    'an absolute name': [...named('/tmp/replyx-evil'), { path: '/tmp/replyx-evil', body }],
    'a name only in the archive': [...named('uploads/a').slice(0, 2), { path: 'uploads/../../../../evil', body }],
    'a symbolic link': [...named('uploads/a'), { path: 'uploads/a', type: 'SymbolicLink', linkpath: '/etc/passwd' }],
    'a hard link': [...named('uploads/a'), { path: 'uploads/a', type: 'Link', linkpath: '../../../../receipt.pdf' }],
    'the same member twice': [...named('uploads/a'), { path: 'uploads/a', body }, { path: 'uploads/a', body }],
  }
  for (const [name, entries] of Object.entries(hostile)) {
    writeFileSync(shop.at(name), archiveOf(entries))
    await assertRefused(shop, shop.at(name), /NOT_A_BACKUP|BACKUP_ALTERED/)
  }
})

test('a bomb is refused before it is unpacked, whether it owns up to its size or lies', async () => {
  await using shop = await aShop()
  const [honest, huge] = [5 * 1024 ** 3, 400 * 1024 ** 4]
  const bomb = (size: number) =>
    archiveOf([
      { path: 'manifest.json', body: manifestOf([{ path: 'database.sqlite', size }]) },
      { path: 'database.sqlite', size },
    ])
  writeFileSync(shop.at('honest'), bomb(honest))
  await assertRefused(shop, shop.at('honest'), 'BACKUP_TOO_LARGE')
  writeFileSync(shop.at('huge'), bomb(huge))
  await assertRefused(shop, shop.at('huge'), 'BACKUP_TOO_LARGE')
  const zeros = Buffer.alloc(50_000_000)
  const lying = archiveOf([
    { path: 'manifest.json', body: manifestOf([{ path: 'database.sqlite', body: zeros, size: 1 }]) },
    { path: 'database.sqlite', body: zeros },
  ])
  writeFileSync(shop.at('lying'), lying)
  await assertRefused(shop, shop.at('lying'), 'BACKUP_ALTERED')
})

test('a page that was damaged before the backup is found when it is made or when it is verified', async () => {
  await using shop = await aShop()
  const path = shop.at('data/replyx.db')
  const connection = openSqlite(path)
  const index = connection.prepare(`select rootpage from sqlite_schema where name = 'messages'`).pluck().get() as number
  connection.pragma('wal_checkpoint(truncate)')
  connection.close()
  const bytes = readFileSync(path)
  bytes.fill(0xff, (index - 1) * 4096 + 8, (index - 1) * 4096 + 60)
  writeFileSync(path, bytes)
  // The copying itself stumbles over some pages, over others only the check does.
  const tried = shop.backUp('a.tar.gz').then((file) => verify(shop, file))
  await assert.rejects(tried, ({ code }: { code: string }) => /^(BACKUP_DAMAGED_DATABASE|DATABASE_DAMAGED)$/.test(code))
})

test('a row that refers to nothing is found, though every hash fits', async () => {
  await using shop = await aShop()
  referToNothing(shop)
  await assertRefused(shop, await shop.backUp('a.tar.gz'), 'BACKUP_DAMAGED_DATABASE')
})

test('a backup that lacks a file its database names, or a member of its own, or tells other counts or bytes, is refused', async () => {
  await using shop = await aShop()
  const plain = await shop.backUp('a.tar.gz')
  const member = (path: string) => execFileSync('tar', ['xzOf', plain, path])
  const manifest = JSON.parse(member('manifest.json').toString('utf8')) as Manifest
  const [database, ...others] = manifest.members
  const packed = (change: Partial<Manifest>, body = member('database.sqlite')) => {
    const path = shop.at(`packed-${Math.random()}`)
    const told = JSON.stringify({ ...manifest, ...change })
    writeFileSync(
      path,
      archiveOf([
        { path: 'manifest.json', body: told },
        { path: 'database.sqlite', body },
      ]),
    )
    return path
  }
  const [members, missing] = [[database!], others.map(({ path }) => path.replace('uploads/', ''))]
  await verify(shop, packed({ members, missing }))
  await assertRefused(shop, packed({ members }), 'BACKUP_INCOMPLETE')
  await assertRefused(shop, packed({}), 'BACKUP_TRUNCATED')
  const counts = { ...manifest.counts, messages: 7 }
  await assertRefused(shop, packed({ members, missing, counts }), 'BACKUP_ALTERED')
  await assertRefused(shop, packed({ members }, Buffer.alloc(database!.size, 1)), 'BACKUP_ALTERED')
})

const canMount = spawnSync('unshare', ['-m', 'true']).status === 0

test('a full or read-only target is named, and no half of a backup stays there', {
  skip: canMount ? false : 'mounts are not allowed here',
}, async () => {
  await using shop = await aShop()
  mkdirSync(shop.at('small'))
  const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')
  const run = (script: string) =>
    spawnSync(
      'unshare',
      ['-m', 'sh', '-c', script, 'sh', process.execPath, main, shop.config.data_dir, shop.at('small')],
      { encoding: 'utf8' },
    )
  const create =
    '"$1" --disable-warning=ExperimentalWarning "$2" backup create --to "$4/a.tar.gz" --data-dir "$3" --json; echo "$?"; ls -A "$4"'
  const full = run(`mount -t tmpfs -o size=2m tmpfs "$4" && head -c 1800000 /dev/zero > "$4/ballast" && ${create}`)
  assert.match(full.stdout, /"NO_SPACE"[\s\S]*\n4\nballast\n$/)
  const readOnly = run(`mount -t tmpfs -o ro tmpfs "$4" && ${create}`)
  assert.match(readOnly.stdout, /"NOT_WRITABLE"[\s\S]*\n4\n$/)
})
