import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { closeContext, openContext } from '../../src/app.ts'
import { loadConfig } from '../../src/config/config.ts'
import { listLetters } from '../../src/email/outbox.ts'
import { openLog } from '../../src/lib/log.ts'
import { addUser } from '../../src/users/users.ts'
import { until } from '../helpers/app.ts'
import { openMailbox } from '../helpers/mailbox.ts'
import { PASSWORD } from '../helpers/people.ts'
import { post, startRealServer } from '../helpers/real-server.ts'
import { samples } from './samples.ts'
import { messageId } from './scene.ts'

/** A data folder with an admin in it, and a way to look into it without a server. */
async function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-mail-'))
  const looking = async <T>(work: (ctx: Awaited<ReturnType<typeof openContext>>) => Promise<T>) => {
    const config = loadConfig({ env: {}, flags: { data_dir: folder } })
    const ctx = await openContext(config, { log: openLog({ level: 'silent' }) })
    try {
      return await work(ctx)
    } finally {
      await closeContext(ctx)
    }
  }
  await looking((ctx) =>
    addUser(ctx, { email: 'boss@example.com', password: PASSWORD, is_admin: true, confirmed: true }),
  )
  const states = () => looking(async (ctx) => (await listLetters(ctx, { limit: 9, offset: 0 })).map((one) => one.state))
  return { folder, states, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

const env = (url: string) => ({ REPLYX_PORT: '0', REPLYX_SMTP_URL: url, REPLYX_SMTP_FROM: 'shop@example.com' })

test('a server killed before the mail server had the letter sends it once after its restart', async () => {
  await using mailbox = await openMailbox()
  using place = await aFolder()
  const first = await startRealServer(place.folder, env('smtp://127.0.0.1:9'))
  await post(first, '/api/email/contact-form', samples.contact, {})
  await first.kill('SIGKILL')
  assert.deepEqual(await place.states(), ['waiting'])
  const second = await startRealServer(place.folder, env(mailbox.url))
  await until(() => mailbox.letters[0])
  await second.kill('SIGTERM')
  assert.deepEqual([mailbox.letters.length, await place.states()], [1, ['sent']])
})

test('a server killed while the mail server was about to answer sends one more copy, the same one, and no third', async () => {
  await using mailbox = await openMailbox()
  mailbox.behave = () => 'silent'
  using place = await aFolder()
  for (const copies of [1, 2]) {
    const server = await startRealServer(place.folder, env(mailbox.url))
    if (copies === 1) await post(server, '/api/email/contact-form', samples.contact, {})
    await until(() => mailbox.letters.length === copies)
    await server.kill('SIGKILL')
    assert.deepEqual(await place.states(), ['waiting'])
  }
  const third = await startRealServer(place.folder, env(mailbox.url))
  await until(async () => (await place.states())[0] === 'failed')
  await third.kill('SIGTERM')
  assert.equal(mailbox.letters.length, 2)
  assert.equal(new Set(mailbox.letters.map(messageId)).size, 1)
})
