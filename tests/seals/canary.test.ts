import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeInvitation } from '../../src/auth/codes.ts'
import { createBackup } from '../../src/backup/create.ts'
import { verifyBackup } from '../../src/backup/inspect.ts'
import { loadConfig } from '../../src/config/config.ts'
import { changeConfigFile } from '../../src/config/config-file.ts'
import { startTestApp } from '../helpers/app.ts'
import { openFakeTelegram } from '../helpers/fake-telegram.ts'
import { aGuest, anAssistant, PASSWORD, signUp, useModel } from '../helpers/people.ts'

const SECRETS = {
  provider_key: 'sk-canary-0123456789abcdefghijkl',
  smtp: 'canary-smtp-password-1',
  bank: 'canary-bank-password-2',
  proxy: 'canary-proxy-password-3',
  passphrase: 'canary backup passphrase 4',
}

test('no secret lies in clear in the database, its WAL, the settings, a backup, a log or an answer', async () => {
  await using fake = await openFakeTelegram()
  await using app = await startTestApp({
    flags: { 'telegram.api_root': fake.url, 'openai.base_url': 'http://127.0.0.1:9/v1' },
  })
  changeConfigFile(app.folder, {
    'smtp.url': `smtp://shop:${SECRETS.smtp}@127.0.0.1:9`,
    'smtp.from': 'shop@example.com',
    'tbank.terminal_key': 'terminal',
    'tbank.password': SECRETS.bank,
    http_proxy: `http://shop:${SECRETS.proxy}@127.0.0.1:9`,
  })
  assert.equal(loadConfig({ env: {}, flags: { data_dir: app.folder } })['tbank.password'], SECRETS.bank)
  const anna = await signUp(app, 'anna', { is_admin: true })
  const assistant = await anAssistant(app, anna)
  const token = fake.addBot(1_234_567_890, 'my_support_bot')
  const answers: unknown[] = [(await anna.call('POST', '/api/bots', { assistant_id: assistant.id, token })).body]
  await useModel(app.ctx, assistant, { name: 'gpt-4o-mini', token: SECRETS.provider_key })
  const code = await makeInvitation(app.ctx, anna.id)
  const guest = await aGuest(app, assistant)
  const asked = await guest.say('Сколько стоит доставка в Казань?')
  await guest.answerTo(asked.body.id)
  for (const path of ['/api/bots', '/api/assistants', '/api/auth/me', '/api/system/health'])
    answers.push((await anna.call('GET', path)).body)

  const plain = join(app.folder, 'backups', 'plain.tar.gz')
  await createBackup(app.ctx.config, { to: plain })
  await createBackup(app.ctx.config, {
    to: join(app.folder, 'backups', 'sealed.sealed'),
    passphrase: SECRETS.passphrase,
  })
  await verifyBackup(plain, { data_dir: app.folder })
  mkdirSync(join(app.folder, 'unpacked'))
  execFileSync('tar', ['xzf', plain, '-C', join(app.folder, 'unpacked')])

  const secrets = {
    ...SECRETS,
    bot: token.split(':')[1]!,
    password: PASSWORD,
    code,
    session: anna.token,
    refresh: anna.refresh_token,
    visitor: guest.token,
    key: readFileSync(join(app.folder, 'secret.key'), 'utf8').trim(),
  }
  const files = readdirSync(app.folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
  const places = files
    .filter((one) => one.isFile() && one.name !== 'secret.key')
    .map((one) => [join(one.parentPath, one.name), readFileSync(join(one.parentPath, one.name))] as const)
  assert.ok(
    places.some(([name]) => name.endsWith('-wal')) &&
      places.some(([name]) => name.endsWith('unpacked/database.sqlite')),
  )
  const seen = [
    ...places,
    ['the log', Buffer.from(app.logged.join('\n'))] as const,
    ['an answer', Buffer.from(JSON.stringify(answers))] as const,
  ]
  const found = seen.flatMap(([place, bytes]) =>
    Object.entries(secrets).flatMap(([name, secret]) => (bytes.includes(secret) ? [`${name} in ${place}`] : [])),
  )
  assert.deepEqual(found, [])
})
