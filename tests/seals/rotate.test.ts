import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { Kysely } from 'kysely'
import { keepBot, tokenOf } from '../../src/bots/bots.ts'
import { changeConfigFile } from '../../src/config/config-file.ts'
import { addSecretKey, secretKey, secretKeyFile, secretKeyId } from '../../src/config/secret-key.ts'
import type { Context } from '../../src/context.ts'
import { inTransaction } from '../../src/db/database.ts'
import { lockDataFolder } from '../../src/db/lock.ts'
import type { Schema } from '../../src/db/schema.ts'
import { readLetter } from '../../src/email/outbox.ts'
import { writeLetter } from '../../src/email/write.ts'
import { keyFor, open, type SealingKey, seal, sealedBy } from '../../src/lib/crypto.ts'
import { settleKey } from '../../src/seals/key-check.ts'
import { replaceKey, rotateKey, sealAgain } from '../../src/seals/rotate.ts'
import { aShop, configAt, type Shop } from '../backup/shop.ts'
import { until } from '../helpers/app.ts'

const TOKEN = '1234567890:AAcanaryAAcanaryAAcanaryAAcanary'
const SMTP = 'smtp://shop:canary-smtp@127.0.0.1:9'
const HOST = 'shop.example.com'
const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts')

/** A shop with a sealed bot token and a sealed setting. */
async function aSealedShop(): Promise<Shop> {
  const shop = await aShop()
  const place = { tenant_id: shop.owner.id, assistant_id: shop.assistant.id }
  await inTransaction(shop.ctx, (ctx) => keepBot(ctx, place, { token: TOKEN, bot_id: '1234567890', username: 'b' }))
  const letter = { kind: 'test', data: { host: HOST }, to: 'a@example.com', locale: 'ru' } as const
  await inTransaction(shop.ctx, (ctx) => writeLetter(ctx, { ...letter, tenant_id: shop.owner.id }))
  changeConfigFile(shop.config.data_dir, { 'smtp.url': SMTP, 'smtp.from': 'a@example.com' })
  return shop
}

const botOf = ({ db }: Context) => db.selectFrom('bots').selectAll().executeTakeFirstOrThrow()
const dbOf = ({ ctx }: Shop) => ctx.db as Kysely<Schema>

/** Everything that was sealed can be read by a process that starts now. */
async function assertReadable({ ctx, config }: Shop): Promise<void> {
  await settleKey(ctx)
  assert.equal(tokenOf(ctx, await botOf(ctx)), TOKEN)
  assert.equal((await readLetter(ctx, 1)).text?.includes(HOST), true)
  assert.equal(configAt(config.data_dir)['smtp.url'], SMTP)
}

test('a rotation seals everything anew and keeps one key', async () => {
  await using shop = await aSealedShop()
  const [before, bot] = [secretKeyId(shop.config), await botOf(shop.ctx)]
  const { key_id, resealed, unreadable } = await rotateKey(shop.config, dbOf(shop))
  assert.deepEqual([resealed, unreadable, key_id === before], [2, 0, false])
  const after = await botOf(shop.ctx)
  assert.deepEqual([sealedBy(bot.sealed), sealedBy(after.sealed)], [before, key_id])
  assert.equal(readFileSync(secretKeyFile(shop.config), 'utf8').trim().split('\n').length, 1)
  await assertReadable(shop)
})

test('a rotation that was interrupted anywhere leaves everything readable, and a repeat ends it with the same key', async () => {
  await using shop = await aSealedShop()
  addSecretKey(shop.config) // killed right after the new key was written
  await assertReadable(shop)
  const begun = secretKeyId(shop.config)
  const file = readFileSync(secretKeyFile(shop.config))
  assert.equal((await rotateKey(shop.config, dbOf(shop))).key_id, begun)
  writeFileSync(secretKeyFile(shop.config), file) // killed before the old key was dropped
  await assertReadable(shop)
  assert.equal((await rotateKey(shop.config, dbOf(shop))).key_id, begun)
  await assertReadable(shop)
})

test('a rotation that is killed at any moment leaves everything readable', async () => {
  await using shop = await aSealedShop()
  const argv = [
    '--disable-warning=ExperimentalWarning',
    main,
    'config',
    'rotate-key',
    '--yes',
    '--data-dir',
    shop.config.data_dir,
  ]
  const whole = await promisify(execFile)(process.execPath, argv).then(() => secretKeyId(shop.config))
  for (let kills = 0; kills < 4; kills++) {
    const child = spawn(process.execPath, argv, { stdio: 'ignore' })
    const [ended, key] = [once(child, 'exit'), readFileSync(secretKeyFile(shop.config), 'utf8')]
    // From the moment the key file changes, some milliseconds later each time.
    await until(() => readFileSync(secretKeyFile(shop.config), 'utf8') !== key)
    await new Promise((resolve) => setTimeout(resolve, kills * 3))
    child.kill('SIGKILL')
    await ended
    await assertReadable(shop)
  }
  assert.notEqual(secretKeyId(shop.config), whole)
})

test('a running server is not rotated under, and a missing or wrong key is one sentence with code 4', async () => {
  await using shop = await aSealedShop()
  const { data_dir } = shop.config
  const run = async (...words: string[]) => {
    const argv = ['--disable-warning=ExperimentalWarning', main, ...words, '--json', '--data-dir', data_dir]
    const failed = await promisify(execFile)(process.execPath, argv).catch(
      (error) => error as { code: number; stdout: string },
    )
    return [
      (failed as { code?: number }).code ?? 0,
      (JSON.parse(failed.stdout) as { error?: { code: string } }).error?.code,
    ]
  }
  const lock = lockDataFolder({ data_dir })
  assert.deepEqual(await run('config', 'rotate-key', '--yes'), [4, 'ALREADY_RUNNING'])
  lock.release()
  const path = secretKeyFile(shop.config)
  writeFileSync(path, `${Buffer.alloc(32, 7).toString('base64url')}\n`)
  const [before, listed] = [readFileSync(path, 'utf8'), readdirSync(data_dir)]
  assert.deepEqual(await run('bot', 'list'), [4, 'WRONG_SECRET_KEY'])
  assert.deepEqual(await run('start'), [4, 'WRONG_SECRET_KEY'])
  assert.equal(readFileSync(path, 'utf8'), before)
  rmSync(path)
  assert.deepEqual(await run('start'), [4, 'SECRET_KEY_MISSING'])
  assert.deepEqual(
    [existsSync(path), readdirSync(data_dir).includes('replyx.db'), listed.length > 0],
    [false, true, true],
  )
})

test('with a key that is lost the appliance goes on: what cannot be read is named, a wrong key file is set aside', async () => {
  await using shop = await aSealedShop()
  const { data_dir } = shop.config
  writeFileSync(secretKeyFile(shop.config), `${Buffer.alloc(32, 7).toString('base64url')}\n`)
  assert.deepEqual(replaceKey(data_dir), ['smtp.url', 'smtp.from'])
  const { unreadable } = await sealAgain(configAt(data_dir), dbOf(shop))
  assert.equal(unreadable, 2)
  await settleKey(shop.ctx)
  assert.equal(tokenOf(shop.ctx, await botOf(shop.ctx)), undefined)
  assert.ok(readdirSync(data_dir).some((name) => name.startsWith('secret.key.replaced-')))
})

test('a secret setting that is given again as it is changes nothing in the file', async () => {
  await using shop = await aSealedShop()
  const path = join(shop.config.data_dir, 'config.toml')
  const before = readFileSync(path, 'utf8')
  changeConfigFile(shop.config.data_dir, { 'smtp.url': SMTP })
  assert.equal(readFileSync(path, 'utf8'), before)
})

test('a sealed value opens in its own place only', () => {
  const key: SealingKey = { id: '0123abcd', key: Buffer.alloc(32, 1) }
  const sealed = seal(key, TOKEN, 'bots:1:sealed')
  assert.equal(open([key], sealed, 'bots:1:sealed'), TOKEN)
  for (const place of ['bots:2:sealed', 'ai_tokens:1:sealed', 'bots:1:hint'])
    assert.throws(() => open([key], sealed, place))
  assert.throws(() => open([{ ...key, id: 'ffffffff' }], sealed, 'bots:1:sealed'))
  assert.throws(() => open([{ ...key, id: 'ffffffff' }], sealed.replace('0123abcd', 'ffffffff'), 'bots:1:sealed'))
})

test('what the first release sealed is read and sealed anew', async () => {
  await using shop = await aSealedShop()
  const key = keyFor(secretKey(shop.config), 'sealed-secrets')
  const { id } = await botOf(shop.ctx)
  const text = sealAsBefore(key, TOKEN, `bots:${id}:sealed`)
  await shop.ctx.db.updateTable('bots').set({ sealed: text }).execute()
  await shop.ctx.db.deleteFrom('settings').where('name', '=', 'secret_key.id').execute()
  await assertReadable(shop)
  await rotateKey(shop.config, dbOf(shop))
  await assertReadable(shop)
})

function sealAsBefore(key: Buffer, text: string, place: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
}
