import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openContext } from '../../src/app.ts'
import { nameOf } from '../../src/backup/shelf/names.ts'
import { inTransaction } from '../../src/db/database.ts'
import { lockDataFolder } from '../../src/db/lock.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
import { writeLetter } from '../../src/email/write.ts'
import { DAY } from '../../src/lib/time.ts'
import { addToken } from '../../src/llm/tokens.ts'
import { aShop, configAt, restoreTo, SAID, type Shop, withRestored } from './shop.ts'

const KEY = 'sk-canary-provider-key-1234567890'

const addKey = (shop: Shop) =>
  addToken(shop.ctx, {
    name: 'main',
    provider: 'openai',
    token: KEY,
    model_access: ['gpt-4o'],
    base_url: null,
    daily_limit: null,
    monthly_limit: null,
    priority: 1,
    is_active: true,
    notes: '',
  })

test('a restored shop has its messages and files, and everybody signs in again', async () => {
  await using shop = await aShop()
  const { key, put_aside } = await restoreTo(shop, await shop.backUp('one.tar.gz', { with_key: true }))
  assert.deepEqual([key.state, put_aside], ['fits', null])
  await withRestored(shop, async (ctx) => {
    const said = await ctx.db.selectFrom('messages').select('text').execute()
    assert.deepEqual(said, [{ text: SAID }])
    assert.deepEqual(await ctx.db.selectFrom('sessions').selectAll().execute(), [])
    const { file } = await ctx.db.selectFrom('attachments').select('file').executeTakeFirstOrThrow()
    assert.match(readFileSync(join(shop.at('restored'), 'uploads', file), 'utf8'), /390 рублей/)
  })
})

test('bots and tasks are nobody’s after a restore, offsets stay, and what waited to be sent does not go out again', async () => {
  await using shop = await aShop()
  const { db } = shop.ctx
  const bot = {
    tenant_id: shop.owner.id,
    assistant_id: shop.assistant.id,
    bot_id: '7',
    username: 'b',
    sealed: '',
    hint: '',
  }
  await db
    .insertInto('bots')
    .values({ ...bot, update_offset: 41, holder: 'node', lease_until: 9e15, created_at: 1, updated_at: 1 })
    .execute()
  const task = { payload: '{}', lane: 'x', due_at: 1, created_at: 1 }
  await db
    .insertInto('tasks')
    .values({ ...task, name: 'telegram.deliver', state: 'ready' })
    .execute()
  await db
    .insertInto('tasks')
    .values({ ...task, name: 'knowledge.ingest', state: 'running', lease_until: 9e15, holder: 'server' })
    .execute()
  const letter = { kind: 'test', data: { host: 'shop.example.com' }, to: 'a@example.com', locale: 'ru' } as const
  await inTransaction(shop.ctx, (ctx) => writeLetter(ctx, { ...letter, tenant_id: shop.owner.id }))
  await restoreTo(shop, await shop.backUp('one.tar.gz'))
  await withRestored(shop, async (ctx) => {
    const letters = await ctx.db.selectFrom('email_outbox').select(['state', 'reason']).execute()
    assert.deepEqual(letters, [{ state: 'failed', reason: 'restored' }])
    const bots = await ctx.db.selectFrom('bots').select(['holder', 'lease_until', 'update_offset']).execute()
    assert.deepEqual(bots, [{ holder: null, lease_until: 0, update_offset: 41 }])
    const tasks = await ctx.db
      .selectFrom('tasks')
      .select(['name', 'state', 'holder'])
      .where('lane', '=', 'x')
      .orderBy('id')
      .execute()
    assert.deepEqual(tasks, [
      { name: 'telegram.deliver', state: 'dead', holder: null },
      { name: 'knowledge.ingest', state: 'ready', holder: null },
    ])
  })
})

test('a folder with data is refused, and with force put aside whole', async () => {
  await using shop = await aShop()
  const file = await shop.backUp('one.tar.gz')
  await restoreTo(shop, file)
  writeFileSync(join(shop.at('restored'), 'mine.txt'), 'важное')
  const before = readdirSync(shop.at('restored')).sort()
  await assert.rejects(restoreTo(shop, file), { code: 'DATA_FOLDER_IN_USE' })
  assert.deepEqual(readdirSync(shop.at('restored')).sort(), before)
  const { put_aside } = await restoreTo(shop, file, { force: true })
  assert.equal(readFileSync(join(put_aside!, 'mine.txt'), 'utf8'), 'важное')
  assert.ok(existsSync(join(put_aside!, 'replyx.db')) && !existsSync(join(shop.at('restored'), 'mine.txt')))
})

test('a folder that a server holds is refused', async () => {
  await using shop = await aShop()
  const file = await shop.backUp('one.tar.gz')
  mkdirSync(shop.at('restored'))
  const lock = lockDataFolder({ data_dir: shop.at('restored') })
  await assert.rejects(restoreTo(shop, file, { force: true }), { code: 'ALREADY_RUNNING' })
  lock.release()
  await restoreTo(shop, file)
})

test('a backup of a newer program is refused, and the folder stays empty', async () => {
  await using shop = await aShop()
  await shop.ctx.db.insertInto('migrations').values({ name: '9999-later', applied_at: 1 }).execute()
  await assert.rejects(restoreTo(shop, await shop.backUp('one.tar.gz')), { code: 'BACKUP_NEWER' })
  assert.ok(!existsSync(join(shop.at('restored'), 'replyx.db')))
})

test('without the secret key nothing starts over what it sealed, until it is brought back', async () => {
  await using shop = await aShop()
  await addKey(shop)
  const { key } = await restoreTo(shop, await shop.backUp('one.tar.gz'))
  assert.deepEqual(key, { state: 'missing', file: join(shop.at('restored'), 'secret.key') })
  await assert.rejects(openContext(configAt(shop.at('restored'))), { code: 'SECRET_KEY_MISSING' })
  writeFileSync(key.file, `${Buffer.alloc(32, 7).toString('base64url')}\n`)
  await assert.rejects(openContext(configAt(shop.at('restored'))), { code: 'WRONG_SECRET_KEY' })
  assert.equal(readFileSync(key.file, 'utf8').trim(), Buffer.alloc(32, 7).toString('base64url'))
  copyFileSync(join(shop.config.data_dir, 'secret.key'), key.file)
  await withRestored(shop, async () => {})
})

test('with nothing sealed a restore without the key just starts', async () => {
  await using shop = await aShop()
  await restoreTo(shop, await shop.backUp('one.tar.gz'))
  await withRestored(shop, async (ctx) => {
    assert.equal((await ctx.db.selectFrom('users').select('id').execute()).length, 1)
  })
})

test('the key of the folder that was put aside is taken over when it fits, and one that an admin brought is not overwritten', async () => {
  await using shop = await aShop()
  await addKey(shop)
  const [keyless, whole] = [await shop.backUp('one.tar.gz'), await shop.backUp('two.tar.gz', { with_key: true })]
  await restoreTo(shop, whole)
  assert.equal((await restoreTo(shop, keyless, { force: true })).key.state, 'fits')
  mkdirSync(shop.at('other'))
  writeFileSync(join(shop.at('other'), 'secret.key'), `${Buffer.alloc(32, 7).toString('base64url')}\n`)
  assert.equal((await restoreTo(shop, whole, { name: 'other' })).key.state, 'fits')
  assert.ok(existsSync(join(shop.at('other'), 'secret.key.before-restore')))
})

test('a database in use is backed up before it is migrated, that backup restores, and only the newest few are kept', async () => {
  await using shop = await aShop()
  await restoreTo(shop, await shop.backUp('one.tar.gz'), { name: 'older' })
  undoBilling(join(shop.at('older'), 'replyx.db'))
  const folder = join(shop.at('older'), 'backups')
  const earlier = [1, 2, 3].map((days) =>
    nameOf('before', { at: Date.now() - days * DAY, sealed: false, what: '0010' }),
  )
  for (const name of earlier) writeFileSync(join(folder, name), '')
  await withRestored(
    shop,
    async ({ db }) => assert.deepEqual(await db.selectFrom('balances').selectAll().execute(), []),
    'older',
  )
  const made = readdirSync(folder).filter((name) => name.startsWith('before-0011-'))
  assert.equal(made.length, 1)
  assert.deepEqual(readdirSync(folder).sort(), [...earlier.slice(0, 2), ...made].sort())
  await restoreTo(shop, join(folder, made[0]!))
  await withRestored(shop, async ({ db }) => {
    assert.deepEqual(await db.selectFrom('messages').select('text').execute(), [{ text: SAID }])
  })
})

function undoBilling(path: string): void {
  const connection = openSqlite(path)
  for (const table of ['refunds', 'payments', 'ledger_entries', 'balances']) connection.exec(`drop table ${table}`)
  connection.exec(`delete from migrations where name = '0011-billing'`)
  connection.close()
}
