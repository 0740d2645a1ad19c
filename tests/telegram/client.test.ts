import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OutsideFailed } from '../../src/outside/failures.ts'
import { openHttp } from '../../src/outside/http.ts'
import { neverArrived, openTelegram, TelegramRefused } from '../../src/outside/telegram.ts'
import { type Fail, openFakeTelegram } from '../helpers/fake-telegram.ts'

async function aClient() {
  const fake = await openFakeTelegram()
  const http = openHttp()
  const telegram = openTelegram(http, { api_root: fake.url })
  const token = fake.addBot(7_000_000_001, 'shop_bot')
  const send = (deadline?: number) =>
    telegram
      .call(token, 'sendMessage', { chat_id: 1, text: 'раз' }, deadline ? { deadline } : {})
      .then(String, (error: Error) => error)
  return {
    fake,
    telegram,
    token,
    send,
    async [Symbol.asyncDispose]() {
      await http.close()
      await fake[Symbol.asyncDispose]()
    },
  }
}

test('a refusal tells its code, its words, the pause in ms and the chat’s new id', async () => {
  await using client = await aClient()
  client.fake.fail({ code: 429, description: 'Too Many Requests: retry after 7', parameters: { retry_after: 7 } })
  const slow = (await client.send()) as TelegramRefused
  assert.deepEqual([slow.code, slow.retry_after, slow.migrate_to], [429, 7000, null])
  client.fake.fail({ code: 400, description: 'Bad Request: upgraded', parameters: { migrate_to_chat_id: -100777 } })
  assert.equal(((await client.send()) as TelegramRefused).migrate_to, '-100777')
})

test('no error holds the token, whatever Telegram or the network says', async () => {
  await using client = await aClient()
  const { token } = client
  const fails: Fail[] = [
    { code: 400, description: `Bad Request: https://api.telegram.org/bot${token}/x` },
    { code: 400, description: `Bad Request: ${token.split(':')[1]}` },
    { html: true },
    { cut: true },
    { delay: 500 },
  ]
  for (const fail of fails) {
    client.fake.fail(fail)
    const error = (await client.send(300)) as Error
    assert.ok(error instanceof TelegramRefused || error instanceof OutsideFailed, String(error))
    const all = [error.message, error.stack, JSON.stringify(error), String((error.cause as Error)?.message)].join()
    assert.ok(!all.includes(token.split(':')[1]!), all)
  }
})

test('only what certainly was not sent counts as not sent', async () => {
  await using client = await aClient()
  client.fake.fail({ cut: true })
  assert.equal(neverArrived(await client.send()), false)
  client.fake.fail({ delay: 500 })
  const late = (await client.send(100)) as OutsideFailed
  assert.deepEqual([late.reason, neverArrived(late)], ['timeout', false])
  const http = openHttp()
  const gone = await openFakeTelegram()
  await gone[Symbol.asyncDispose]()
  const nobody = openTelegram(http, { api_root: gone.url })
  const refused = await nobody.call(client.token, 'getMe', {}).then(String, (error: unknown) => error)
  assert.equal(neverArrived(refused), true)
  await http.close()
})

test('a front that is out of order is their trouble, with its status', async () => {
  await using client = await aClient()
  client.fake.fail({ html: true })
  assert.equal(((await client.send()) as TelegramRefused).code, 502)
})

test('a call that is given up says so at once', async () => {
  await using client = await aClient()
  const abort = new AbortController()
  const poll = client.telegram.call(client.token, 'getUpdates', { timeout: 30 }, { signal: abort.signal })
  setTimeout(() => abort.abort(), 50)
  await assert.rejects(poll, (error: OutsideFailed) => error.reason === 'aborted')
})

test('a file is fetched whole, and one that is too large is not', async () => {
  await using client = await aClient()
  const folder = mkdtempSync(join(tmpdir(), 'replyx-telegram-'))
  client.fake.putFile('f', new Uint8Array(1000))
  const path = join(folder, 'f')
  assert.equal(await client.telegram.download(client.token, 'f', { path, max_bytes: 1000 }), 1000)
  assert.ok(existsSync(path))
  const small = client.telegram.download(client.token, 'f', { path: `${path}2`, max_bytes: 999 })
  await assert.rejects(small, (error: OutsideFailed) => error.reason === 'too_large')
  rmSync(folder, { recursive: true })
})
