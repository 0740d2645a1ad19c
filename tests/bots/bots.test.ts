import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { openSession } from '../../src/auth/sessions.ts'
import { connectBot, listBots, removeBot, testBot } from '../../src/bots/bots.ts'
import { claimBot, offsetOf, passUpdate } from '../../src/bots/polled.ts'
import { viewOf } from '../../src/bots/shapes.ts'
import { inTransaction } from '../../src/db/database.ts'
import { AppError } from '../../src/errors.ts'
import { DAY } from '../../src/lib/time.ts'
import { addUser, getUser } from '../../src/users/users.ts'
import { startTestApp, until } from '../helpers/app.ts'
import { openFakeTelegram } from '../helpers/fake-telegram.ts'
import { anAssistant, signUp } from '../helpers/people.ts'
import { eachScene, type Scene } from '../telegram/scene.ts'

const refused = (code: string) => (error: unknown) => error instanceof AppError && error.code === code
const place = ({ owner, assistant }: Scene) => ({ tenant_id: owner.id, assistant_id: assistant.id })

eachScene('a token that Telegram does not know, or that is none, is refused and nothing is kept', async (scene) => {
  const other = await createAssistant(scene.ctx, scene.owner.id, { name: 'Другая' })
  for (const token of ['', '123', '0123:AbCdEfGhIjKlMnOpQrStUvWxYz01234567', `9:${'a'.repeat(35)}`, `${scene.token}\n`])
    await assert.rejects(
      connectBot(scene.ctx, { ...place(scene), assistant_id: other.id }, token),
      refused('INVALID_TELEGRAM_TOKEN'),
    )
  assert.equal((await listBots(scene.ctx, { tenant_id: scene.owner.id, is_admin: false })).length, 1)
})

eachScene('one bot belongs to one assistant, whoever asks, and nobody learns whose it is', async (scene) => {
  const bob = await addUser(scene.ctx, { email: 'bob@example.com', password: 'correct horse 1', confirmed: true })
  const theirs = await createAssistant(scene.ctx, bob.id, { name: 'Чужая' })
  const mine = await createAssistant(scene.ctx, scene.owner.id, { name: 'Вторая' })
  for (const [tenant_id, assistant_id] of [
    [bob.id, theirs.id],
    [scene.owner.id, mine.id],
  ] as const)
    await assert.rejects(connectBot(scene.ctx, { tenant_id, assistant_id }, scene.token), (error: AppError) => {
      assert.deepEqual([error.code, error.status, error.details], ['BOT_ALREADY_EXISTS', 409, {}])
      return true
    })
  await assert.rejects(
    createAssistant(scene.ctx, bob.id, { name: 'Ещё', telegram_bot_token: scene.token }),
    refused('BOT_ALREADY_EXISTS'),
  )
  assert.equal((await scene.ctx.db.selectFrom('assistants').select('id').where('name', '=', 'Ещё').execute()).length, 0)
})

eachScene('the same bot again is the same row, another bot takes its place and counts anew', async (scene) => {
  const [before] = await listBots(scene.ctx, { tenant_id: scene.owner.id, is_admin: false })
  await scene.ctx.db.updateTable('bots').set({ update_offset: 50 }).execute()
  const again = await connectBot(scene.ctx, place(scene), scene.token)
  assert.deepEqual([again.id, again.update_offset], [before!.id, 50])
  const other = await connectBot(scene.ctx, place(scene), scene.fake.addBot(7_000_000_009, 'new_bot'))
  assert.deepEqual([other.id, other.username, other.update_offset], [before!.id, 'new_bot', 0])
})

eachScene(
  'after days of silence a bot asks from the beginning, for the next number may be a lower one',
  async (scene) => {
    const { ctx, bot_id: id } = scene
    await claimBot(ctx, id, 'node')
    assert.equal(await inTransaction(ctx, (tx) => passUpdate(tx, { id, holder: 'node', update_id: 500 })), true)
    const later = (days: number) => ({ ...ctx, now: () => Date.now() + days * DAY })
    assert.equal(await offsetOf(later(5), { id }, 'node'), 501)
    assert.equal(await offsetOf(later(7), { id }, 'node'), 0)
    assert.equal(await inTransaction(later(7), (tx) => passUpdate(tx, { id, holder: 'node', update_id: 3 })), true)
    assert.equal(await offsetOf(later(7), { id }, 'node'), 4)
  },
)

eachScene('a foreign bot answers like a missing one', async (scene) => {
  const stranger = { tenant_id: scene.owner.id + 1000, is_admin: false }
  await assert.rejects(testBot(scene.ctx, stranger, scene.bot_id), refused('NOT_FOUND'))
  await assert.rejects(removeBot(scene.ctx, stranger, scene.bot_id), refused('NOT_FOUND'))
  assert.equal((await listBots(scene.ctx, stranger)).length, 0)
})

eachScene('what a dead node left behind is shown as stopped, with words for what went wrong', async (scene) => {
  const [bot] = await listBots(scene.ctx, { tenant_id: scene.owner.id, is_admin: false })
  const now = scene.ctx.now()
  const left = { ...bot!, status: 'running' as const, lease_until: now - 1 }
  assert.equal(viewOf(left, { now, locale: 'ru' }).status, 'stopped')
  const conflict = { ...bot!, status: 'conflict' as const, lease_until: now + 1000, error: 'BOT_RUNS_ELSEWHERE' }
  assert.match(viewOf(conflict, { now, locale: 'ru' }).message!, /ещё одна программа/)
})

test('the token lies sealed: in no file of the data folder, no log line and no answer', async () => {
  await using fake = await openFakeTelegram()
  await using app = await startTestApp({ flags: { 'telegram.api_root': fake.url } })
  const token = fake.addBot(1_234_567_890, 'my_support_bot')
  const secret = token.split(':')[1]!
  const anna = await signUp(app, 'anna')
  const assistant = await anAssistant(app, anna)
  const answers: string[] = []
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await anna.call(method, path, body)
    answers.push(JSON.stringify(answer.body))
    return answer
  }
  const path = `/api/assistants/${assistant.id}`
  const connected = await call('PATCH', path, { telegram_bot_token: token })
  assert.deepEqual(
    [connected.status, connected.body.telegram_bot_token, connected.body.telegram_bot_username],
    [200, `1234567890:${secret.slice(0, 3)}...`, 'my_support_bot'],
  )
  fake.fail({ method: 'getMe', code: 400, description: `Bad Request: bot${token} is odd` })
  await call('PATCH', path, { telegram_bot_token: token })
  // A form that sends back the hint changes nothing.
  assert.equal((await call('PUT', path, { telegram_bot_token: connected.body.telegram_bot_token })).status, 200)
  await call('GET', '/api/assistants')
  assert.equal(
    (await call('PATCH', path, { telegram_bot_token: '123:abc' })).body.error?.code,
    'INVALID_TELEGRAM_TOKEN',
  )
  const files = readdirSync(app.folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((one) =>
    one.isFile(),
  )
  assert.ok(files.length > 0)
  for (const file of files) assert.ok(!readFileSync(join(file.parentPath, file.name)).includes(secret), file.name)
  assert.ok(![...answers, ...app.logged].join('').includes(secret))
  const gone = await call('PATCH', path, { telegram_bot_token: null })
  assert.equal(gone.body.telegram_bot_token, null)
})

test('an owner connects, watches, stops, starts and removes a bot; an operator and a stranger do not', async () => {
  await using fake = await openFakeTelegram()
  await using app = await startTestApp({ flags: { 'telegram.api_root': fake.url } })
  const token = fake.addBot(1_234_567_890, 'my_support_bot')
  const [anna, bob] = [await signUp(app, 'anna'), await signUp(app, 'bob')]
  const assistant = await anAssistant(app, anna)
  assert.equal((await bob.call('POST', '/api/bots', { assistant_id: assistant.id, token })).status, 404)
  const added = await anna.call('POST', '/api/bots', { assistant_id: assistant.id, token })
  assert.deepEqual([added.status, added.body.username, added.body.is_enabled], [201, 'my_support_bot', true])
  const path = `/api/bots/${added.body.id}`
  await until(async () => (await anna.call('GET', path)).body.status === 'running')
  assert.equal((await bob.call('GET', path)).status, 404)
  assert.equal((await anna.call('POST', `${path}/test`)).body.username, 'my_support_bot')
  assert.equal((await anna.call('POST', `${path}/stop`)).body.is_enabled, false)
  await until(async () => (await anna.call('GET', path)).body.status === 'stopped')
  assert.equal((await anna.call('POST', `${path}/start`)).body.is_enabled, true)
  const { id } = await addUser(app.ctx, {
    email: 'op@example.com',
    password: 'correct horse 1',
    owner_id: anna.id,
    confirmed: true,
  })
  const { access_token } = await openSession(app.ctx, await getUser(app.ctx, id))
  assert.equal((await app.call('GET', '/api/bots', { token: access_token })).status, 403)
  assert.equal((await anna.call('DELETE', path)).status, 200)
  assert.equal((await anna.call('GET', path)).status, 404)
})
