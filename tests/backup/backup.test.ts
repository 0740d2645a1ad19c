import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyBackup } from '../../src/backup/inspect.ts'
import { listBackups, rotate } from '../../src/backup/shelf/folder.ts'
import { nameOf } from '../../src/backup/shelf/names.ts'
import { backUpNightly, lastBackups, noteBackup } from '../../src/backup/shelf/nightly.ts'
import { backups } from '../../src/cli/checks/backups.ts'
import { sayAsVisitor } from '../../src/dialogs/messages.ts'
import { DAY, MINUTE, pause } from '../../src/lib/time.ts'
import { aShop, referToNothing, SAID } from './shop.ts'

const lookAt = (shop: { config: { data_dir: string } }) => ({ data_dir: shop.config.data_dir })

test('a backup is one file that any tar opens, for our eyes only, and verifies', async () => {
  await using shop = await aShop()
  const file = await shop.backUp('one.tar.gz')
  const names = execFileSync('tar', ['tzf', file], { encoding: 'utf8' }).trim().split('\n')
  assert.deepEqual(names.slice(0, 2), ['manifest.json', 'database.sqlite'])
  assert.equal(names.filter((name) => name.startsWith('uploads/attachments/')).length, 1)
  assert.ok(!names.includes('secret.key'))
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const { counts, missing, has_key } = await verifyBackup(file, lookAt(shop))
  assert.deepEqual([counts.users, counts.messages, counts.attachments, missing, has_key], [1, 1, 1, [], false])
  assert.deepEqual(readdirSync(join(shop.config.data_dir, 'backups')), [])
})

test('backups made while others write hold one moment each, and all verify', async () => {
  await using shop = await aShop()
  let [said, isOver] = [1, false]
  const talk = async () => {
    while (!isOver) {
      await sayAsVisitor(shop.ctx, shop.dialog, { text: SAID, client_message_id: `m${said++}` })
      await pause(1) // SQLite answers without a turn of the event loop
    }
  }
  const talking = talk()
  const counts: number[] = []
  for (let n = 0; n < 5; n++) {
    const before = said
    const file = await shop.backUp(`${n}.tar.gz`)
    const { counts: found } = await verifyBackup(file, lookAt(shop))
    assert.ok(found.messages! >= before - 1 && found.messages! <= said)
    counts.push(found.messages!)
  }
  isOver = true
  await talking
  assert.ok(counts.at(-1)! > counts[0]!)
})

test('a backup is never written over another file, and a refused one leaves nothing behind', async () => {
  await using shop = await aShop()
  const file = await shop.backUp('one.tar.gz')
  const before = readFileSync(file)
  await assert.rejects(shop.backUp('one.tar.gz'), { code: 'BACKUP_EXISTS' })
  assert.deepEqual(readFileSync(file), before)
  // Somebody else takes the name while the backup is being made.
  const show = () => writeFileSync(shop.at('two.tar.gz'), 'theirs')
  await assert.rejects(shop.backUp('two.tar.gz', { show }), { code: 'BACKUP_EXISTS' })
  assert.equal(readFileSync(shop.at('two.tar.gz'), 'utf8'), 'theirs')
  assert.ok(!readdirSync(shop.folder).some((name) => name.endsWith('.part')))
})

test('with a passphrase nothing in the file can be read, and the key is inside', async () => {
  await using shop = await aShop()
  const passphrase = 'верный конь'
  const file = await shop.backUp('one.sealed', { passphrase })
  assert.ok(!readFileSync(file).includes('database.sqlite') && !readFileSync(file).includes(SAID))
  assert.equal((await verifyBackup(file, { ...lookAt(shop), passphrase })).has_key, true)
  // The same letters as another keyboard composes them.
  await verifyBackup(file, { ...lookAt(shop), passphrase: passphrase.normalize('NFD') })
  await assert.rejects(verifyBackup(file, { ...lookAt(shop), passphrase: 'другая' }), {
    code: 'BACKUP_WRONG_PASSPHRASE',
  })
  await assert.rejects(verifyBackup(file, lookAt(shop)), { code: 'BACKUP_PASSPHRASE_NEEDED' })
})

test('a file that was gone before the backup is named as missing, and the rest is kept', async () => {
  await using shop = await aShop()
  rmSync(join(shop.config.data_dir, 'uploads'), { recursive: true })
  const { missing, members } = await verifyBackup(await shop.backUp('one.tar.gz'), lookAt(shop))
  assert.equal(missing.length, 1)
  assert.ok(members.every(({ path }) => !path.startsWith('uploads/')))
})

test('secrets written into config.toml by hand are sealed in the copy', async () => {
  await using shop = await aShop()
  writeFileSync(
    join(shop.config.data_dir, 'config.toml'),
    '# почта\n[smtp]\nurl = "smtp://u:canary-77@mail.example.com"\nfrom = "a@example.com"\n',
  )
  const file = await shop.backUp('one.tar.gz')
  const text = execFileSync('tar', ['xzOf', file, 'config.toml'], { encoding: 'utf8' })
  assert.match(text, /# почта\n\[smtp\]\nurl = "sealed:v2\./)
  assert.ok(!text.includes('canary-77'))
})

test('seven days and four weeks of nightly backups are kept, and nothing else is touched', async () => {
  await using shop = await aShop()
  const folder = shop.at('shelf')
  mkdirSync(folder)
  const now = Date.parse('2026-11-25T03:50:00Z')
  const name = (days: number) => nameOf('nightly', { at: now - days * DAY, sealed: false })
  const others = ['notes.txt', nameOf('manual', { at: now - 99 * DAY, sealed: false })]
  for (const one of [...Array.from({ length: 60 }, (_, days) => name(days)), ...others])
    writeFileSync(join(folder, one), '')
  await rotate(folder, { daily: 7, weekly: 4 })
  const left = readdirSync(folder)
  assert.ok(others.every((one) => left.includes(one)))
  assert.ok([0, 1, 2, 3, 4, 5, 6].every((days) => left.includes(name(days))))
  const older = left.filter((one) => one.startsWith('nightly') && one < name(6))
  assert.ok(older.length >= 2 && older.length <= 3, String(older))
})

test('the nightly backup is checked, remembered and logged; a failed one is, too, and removes nothing', async () => {
  await using shop = await aShop()
  assert.equal((await backups(shop))[0], 'warn')
  await backUpNightly(shop.ctx)
  assert.equal((await backups(shop))[0], 'ok')
  const { good } = await lastBackups(shop.ctx)
  assert.ok(good && existsSync(good.file))
  assert.deepEqual(
    (await listBackups(join(shop.config.data_dir, 'backups'))).map(({ file }) => file),
    [good.file],
  )
  const config = { ...shop.config, 'backup.folder': join(shop.at('receipt.pdf'), 'no-folder') }
  await backUpNightly({ ...shop.ctx, config })
  const { bad } = await lastBackups(shop.ctx)
  assert.ok(bad && bad.at >= good.at && existsSync(good.file))
  assert.equal((await backups(shop))[0], 'fail')
  assert.ok(shop.logged.some((line) => line.includes('the nightly backup failed')))
  await backUpNightly({ ...shop.ctx, now: () => Date.now() + DAY })
  assert.equal((await lastBackups(shop.ctx)).bad, undefined)
})

test('the doctor warns of a last backup that is older than two nights', async () => {
  await using shop = await aShop()
  await noteBackup(shop.ctx, { at: Date.now() - 2 * DAY - MINUTE, file: 'a', size: 1 })
  assert.equal((await backups(shop))[0], 'warn')
})

test('a nightly backup that does not verify is not kept, and pushes no good one out', async () => {
  await using shop = await aShop({ 'backup.keep_daily': '1', 'backup.keep_weekly': '0' })
  await backUpNightly(shop.ctx)
  const folder = join(shop.config.data_dir, 'backups')
  const kept = readdirSync(folder)
  referToNothing(shop)
  await backUpNightly({ ...shop.ctx, now: () => Date.now() + DAY })
  assert.match((await lastBackups(shop.ctx)).bad?.reason ?? '', /база данных в ней повреждена/)
  assert.deepEqual(readdirSync(folder), kept)
})

test('a file of a passphrase that holds none, or more than a line, closes no backup', async () => {
  await using shop = await aShop()
  for (const text of ['', '\n', 'first\nsecond\n']) {
    writeFileSync(shop.at('pass'), text)
    await backUpNightly({ ...shop.ctx, config: { ...shop.config, 'backup.passphrase_file': shop.at('pass') } })
    assert.match((await lastBackups(shop.ctx)).bad?.reason ?? '', /backup\.passphrase_file/)
    assert.equal(existsSync(join(shop.config.data_dir, 'backups')), false)
  }
})

test('a large upload stays whole when the backup that named it is cleared away', async () => {
  await using shop = await aShop()
  const { file } = await shop.ctx.db.selectFrom('attachments').select('file').executeTakeFirstOrThrow()
  const upload = join(shop.config.data_dir, 'uploads', file)
  truncateSync(upload, 40 * 1024 ** 2)
  await shop.backUp('one.tar.gz')
  assert.equal(statSync(upload).size, 40 * 1024 ** 2)
})

test('what a kill left behind goes after a day; what another backup clears away meanwhile troubles nobody', async () => {
  await using shop = await aShop()
  const folder = join(shop.config.data_dir, 'backups')
  mkdirSync(join(folder, '.work-old'), { recursive: true })
  mkdirSync(join(folder, '.work-young'))
  writeFileSync(join(folder, 'old.part'), '')
  for (const name of ['.work-old', 'old.part']) utimesSync(join(folder, name), 0, 0)
  // Listed, and gone by the time it is looked at.
  for (const name of ['.work-gone', 'gone.part']) symlinkSync('nowhere', join(folder, name))
  await shop.backUp('one.tar.gz')
  await rotate(folder, { daily: 7, weekly: 4 })
  assert.deepEqual(readdirSync(folder).sort(), ['.work-gone', '.work-young', 'gone.part'])
})

test('the nightly backup can be switched off', async () => {
  await using shop = await aShop({ 'backup.nightly': 'false' })
  await backUpNightly(shop.ctx)
  assert.equal(existsSync(join(shop.config.data_dir, 'backups')), false)
})
