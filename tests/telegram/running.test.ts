import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { connectBot, switchBot } from '../../src/bots/bots.ts'
import { claimBot } from '../../src/bots/polled.ts'
import { noteTyping } from '../../src/handoff/speak.ts'
import { takeDialog } from '../../src/handoff/take.ts'
import { receiveUpdate } from '../../src/telegram/receiving/receive.ts'
import { startBots } from '../../src/telegram/running/manager.ts'
import { until } from '../helpers/app.ts'
import { person } from '../helpers/fake-telegram.ts'
import { ANSWER, aScene, eachScene, QUESTION, type Scene, statusOf } from './scene.ts'

const polls = ({ fake }: Scene, since = 0) => fake.calls.filter((one) => one.method === 'getUpdates' && one.at >= since)
const botOf = ({ ctx, bot_id }: Scene) =>
  ctx.db.selectFrom('bots').selectAll().where('id', '=', bot_id).executeTakeFirstOrThrow()
const says = (scene: Scene, status: string, patience = 8000) =>
  until(async () => (await statusOf(scene.ctx, scene.bot_id)) === status, patience)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

eachScene('restarts between the commit and the next question lose and double nothing', async (scene) => {
  const { ctx, fake, token } = scene
  for (let round = 0; round < 5; round++) {
    for (let n = 0; n < 10; n++) fake.write(token, 100 + n, `Вопрос ${round}`)
    const end = startBots(ctx)
    await until(async () => (await scene.stored()).length > round * 10)
    // Ended in the middle of a batch, before Telegram was told how far it got.
    await end()
  }
  const end = startBots(ctx)
  await until(async () => (await scene.stored()).length >= 50)
  await until(() => fake.bot(token).queue.length === 0)
  await end()
  const stored = await scene.stored()
  assert.equal(stored.length, 50)
  assert.equal(new Set(stored.map((one) => one.source_id)).size, 50)
})

eachScene(
  'an update that comes again after a crash is not handled again, nor by a node that has lost the bot',
  async (scene) => {
    const { ctx, bot_id, owner, assistant, token } = scene
    const place = { id: bot_id, tenant_id: owner.id, assistant_id: assistant.id, token }
    const bot = { ...place, bot_id: '7000000001', username: 'shop_bot', holder: 'node_one' }
    await claimBot(ctx, bot_id, bot.holder)
    const message = (message_id: number) => ({
      message_id,
      chat: { id: 1, type: 'private' },
      from: person(1),
      text: QUESTION,
    })
    for (const update_id of [10, 10, 9]) await receiveUpdate(ctx, bot, { update_id, message: message(update_id) })
    await receiveUpdate(ctx, { ...bot, holder: 'node_two' }, { update_id: 11, message: message(11) })
    assert.deepEqual(
      (await scene.stored()).map((one) => one.source_id),
      ['telegram:1:10'],
    )
    assert.equal((await botOf(scene)).update_offset, 11)
  },
)

eachScene('an update in Telegram is asked for only once what it changed is on disk', async (scene) => {
  const { fake, token } = scene
  await scene.start()
  assert.deepEqual(fake.bot(token).allowed, ['message', 'edited_message', 'callback_query', 'my_chat_member'])
  const message_id = fake.write(token, 1, QUESTION)
  await until(() => fake.bot(token).queue.length === 0)
  assert.ok((await scene.stored()).some((one) => one.source_id === `telegram:1:${message_id}`))
})

eachScene('a bot that another program polls says so, is never hot, and recovers within ten seconds', async (scene) => {
  const { fake, token } = scene
  await scene.start()
  fake.fail({
    method: 'getUpdates',
    code: 409,
    times: 4,
    description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  })
  fake.bot(token).waiting?.end()
  await says(scene, 'conflict')
  assert.equal((await botOf(scene)).error, 'BOT_RUNS_ELSEWHERE')
  const refused = () => fake.calls.filter((one) => one.method === 'getUpdates' && one.failed === 409)
  await until(() => refused().length === 3, 20_000)
  const times = refused().map((one) => one.at)
  for (let n = 1; n < times.length; n++) assert.ok(times[n]! - times[n - 1]! >= 2950, `${times[n]! - times[n - 1]!} ms`)
  await until(() => refused().length === 4, 12_000)
  const over = Date.now()
  await says(scene, 'running', 12_000)
  assert.ok(Date.now() - over <= 10_000)
})

eachScene('a webhook that is in the way is removed, and what waited behind it is answered', async (scene) => {
  const { fake, token } = scene
  fake.bot(token).webhook = true
  fake.write(token, 1, QUESTION)
  await scene.start()
  await until(() => scene.heard(1).length === 1)
  assert.deepEqual(fake.calls.find((one) => one.method === 'deleteWebhook')?.args, { drop_pending_updates: false })
})

eachScene('a refused token ends the loop with a clear status, and a new one starts it again', async (scene) => {
  const { ctx, fake, token, assistant, owner, bot_id } = scene
  await scene.start()
  fake.bot(token).revoked = true
  fake.bot(token).waiting?.end()
  await says(scene, 'unauthorized')
  const bot = await botOf(scene)
  assert.deepEqual([bot.error, bot.is_enabled], ['INVALID_TELEGRAM_TOKEN', 1])
  const calls = fake.calls.length
  await pause(2500)
  assert.equal(fake.calls.length, calls)
  const renewed = `${token.slice(0, -3)}new`
  fake.adopt({ ...fake.bot(token), token: renewed, revoked: false })
  const row = await connectBot(ctx, { tenant_id: owner.id, assistant_id: assistant.id }, renewed)
  assert.equal(row.id, bot_id)
  await says(scene, 'running')
})

eachScene('a pause that Telegram asks of the poll is kept', async (scene) => {
  const { fake, token } = scene
  await scene.start()
  const begun = Date.now()
  fake.fail({
    method: 'getUpdates',
    code: 429,
    description: 'Too Many Requests: retry after 2',
    parameters: { retry_after: 2 },
  })
  fake.bot(token).waiting?.end()
  await until(() => polls(scene, begun).some((one) => one.failed === 429))
  const refused = polls(scene, begun).find((one) => one.failed === 429)!.at
  const next = await until(() => polls(scene, refused + 1)[0])
  assert.ok(next.at - refused >= 1950)
})

eachScene(
  'a bot whose Telegram does not answer at the start says BOT_STARTUP_FAILED and goes on trying',
  async (scene) => {
    scene.fake.fail({ method: 'getMe', html: true, times: 2 })
    const end = startBots(scene.ctx)
    await says(scene, 'failed')
    assert.equal((await botOf(scene)).error, 'BOT_STARTUP_FAILED')
    await says(scene, 'running')
    assert.equal((await botOf(scene)).error, null)
    await end()
  },
)

eachScene('of two nodes one polls a bot, and the other takes it when the first has let go', async (scene) => {
  const { ctx, fake, bot_id } = scene
  const ends = [startBots(ctx, { alone: false }), startBots(ctx, { alone: false })]
  await says(scene, 'running')
  const { holder } = await botOf(scene)
  await pause(2500)
  assert.equal((await botOf(scene)).holder, holder)
  assert.equal(fake.calls.filter((one) => one.failed === 409).length, 0)
  assert.equal(await claimBot(ctx, bot_id, 'node_third'), false)
  await ends[0]!()
  await until(async () => (await botOf(scene)).holder !== null && (await statusOf(ctx, bot_id)) === 'running')
  fake.write(scene.token, 1, QUESTION)
  await until(async () => (await scene.stored()).length === 1)
  await ends[1]!()
  assert.equal((await botOf(scene)).holder, null)
})

eachScene(
  'what is switched off elsewhere falls silent within seconds, and speaks again when switched on',
  async (scene) => {
    const { ctx, fake, token, bot_id, owner } = scene
    await scene.start()
    await switchBot(ctx, { tenant_id: owner.id, is_admin: false }, { id: bot_id, on: false })
    await until(async () => (await botOf(scene)).holder === null, 3000)
    fake.write(token, 1, QUESTION)
    await pause(1200)
    assert.equal((await scene.stored()).length, 0)
    await switchBot(ctx, { tenant_id: owner.id, is_admin: false }, { id: bot_id, on: true })
    await until(() => scene.heard(1).some((text) => text.startsWith(ANSWER)))
  },
)

eachScene('a bot whose token was sealed with another secret key says so and is not polled', async (scene) => {
  await scene.ctx.db.updateTable('bots').set({ sealed: 'by other hands' }).execute()
  const calls = scene.fake.calls.length
  const end = startBots(scene.ctx)
  await says(scene, 'unauthorized')
  const { error, holder } = await botOf(scene)
  assert.deepEqual([error, holder, scene.fake.calls.length], ['INVALID_TELEGRAM_TOKEN', null, calls])
  await end()
})

eachScene(
  'what a dead predecessor polled is taken at once where nobody else can be, and left where one may',
  async (scene) => {
    const { ctx } = scene
    const lease_until = ctx.now() + 60_000
    await ctx.db.updateTable('bots').set({ holder: 'node_dead', lease_until }).execute()
    const polite = startBots(ctx, { alone: false })
    await pause(1500)
    assert.equal((await botOf(scene)).holder, 'node_dead')
    await polite()
    const alone = startBots(ctx, { alone: true })
    await says(scene, 'running', 3000)
    await alone()
  },
)

eachScene(
  '«typing» is shown by the chat’s own bot while an answer takes its time, and while an operator writes',
  async (scene) => {
    const { ctx, fake, token, owner } = scene
    const other = await createAssistant(ctx, owner.id, { name: 'Другая' })
    await connectBot(ctx, { tenant_id: owner.id, assistant_id: other.id }, fake.addBot(7_000_000_002))
    const end = await scene.start({ worker: false })
    fake.write(token, 1, QUESTION)
    await until(() => fake.sent('sendChatAction').length === 1, 3000)
    await until(() => fake.sent('sendChatAction').length === 2, 6000)
    const [dialog] = await ctx.db.selectFrom('dialogs').selectAll().execute()
    const staff = { ...owner, is_admin: false, role: 'owner' as const, name: 'Анна', email: 'anna@example.com' }
    await takeDialog(ctx, staff, { dialog_id: dialog!.id, strict: false })
    fake.write(token, 1, 'Вы здесь?')
    await until(async () => (await scene.stored()).some((one) => one.text === 'Вы здесь?'))
    await pause(4500)
    assert.equal(fake.sent('sendChatAction').length, 2)
    await noteTyping(ctx, staff, dialog!.id)
    await noteTyping(ctx, staff, dialog!.id)
    await until(() => fake.sent('sendChatAction').length === 3)
    await pause(200)
    assert.deepEqual(fake.sent('sendChatAction').at(-1)?.args, { chat_id: '1', action: 'typing' })
    assert.equal(fake.sent('sendChatAction').length, 3)
    await end()
  },
)

test('updates in disorder are handled in order, and an answer that brings nothing new is not asked for again at once', async () => {
  const updates = [3, 1, 2].map((id) => ({
    update_id: id,
    message: { message_id: id, chat: { id: 1, type: 'private' }, from: person(1), text: QUESTION },
  }))
  let asked = 0
  const call = async (_token: string, method: string) => {
    if (method === 'getUpdates') asked++
    return { getMe: { username: 'shop_bot' }, getUpdates: updates }[method] ?? true
  }
  await using scene = await aScene('sqlite', { outside: { telegram: { call } as never } })
  const end = await scene.start({ worker: false })
  await until(async () => (await scene.stored()).length === 3)
  assert.deepEqual(
    (await scene.stored()).map((one) => one.source_id),
    ['telegram:1:1', 'telegram:1:2', 'telegram:1:3'],
  )
  await pause(1500)
  assert.ok(asked <= 2, `asked ${asked} times`)
  await end()
})

test('of many bots the first start together and each further one three seconds later', async () => {
  await using scene = await aScene('sqlite')
  const { ctx, fake, owner } = scene
  for (let n = 2; n <= 7; n++) {
    const assistant = await createAssistant(ctx, owner.id, { name: `Лавка ${n}` })
    await connectBot(ctx, { tenant_id: owner.id, assistant_id: assistant.id }, fake.addBot(7_000_000_000 + n))
  }
  fake.calls.length = 0
  const end = startBots(ctx)
  const started = () => fake.calls.filter((one) => one.method === 'getMe')
  await until(() => started().length === 5)
  await pause(1500)
  assert.equal(started().length, 5)
  await until(() => started().length === 7, 9000)
  const times = started().map((one) => one.at)
  assert.ok(times[5]! - times[4]! >= 2900 && times[6]! - times[5]! >= 2900)
  await end()
})

test('half of the messages are stored within 20 ms of their arrival; p99 is printed beside that of a bare request', async () => {
  await using scene = await aScene('sqlite')
  const { ctx, fake, token } = scene
  await scene.start({ worker: false })
  const took: number[] = []
  const bare: number[] = []
  for (let n = 0; n < 500; n++) {
    const stored = storedAt(scene)
    const begun = performance.now()
    fake.write(token, 1000 + (n % 50), `Вопрос ${n}`)
    took.push((await stored) - begun)
    // The long poll must stand again: what is measured is the way from Telegram to the disk.
    await until(() => fake.bot(token).waiting)
    const asked = performance.now()
    await (await fetch(`${fake.url}/bot${token}/getMe`)).text()
    bare.push(performance.now() - asked)
  }
  console.log(`stored after ${shown(took)}; a bare request ${shown(bare)}`)
  // The tail is the machine's as much as ours when others work on it, so only the middle can fail a test.
  assert.ok(sorted(took)[250]! <= 20, shown(took))
  assert.equal((await ctx.db.selectFrom('messages').select('id').execute()).length, 500)
})

const sorted = (times: number[]) => times.toSorted((a, b) => a - b)

function shown(times: number[]): string {
  const at = (index: number) => sorted(times)[index]!.toFixed(1)
  return `p50 ${at(250)} ms, p99 ${at(495)} ms, worst ${at(499)} ms`
}

function storedAt({ ctx, owner }: Scene): Promise<number> {
  return new Promise((resolve) => {
    const deaf = ctx.bus.listen(`tenant-desk:${owner.id}`, (signal) => {
      if (signal?.type !== 'fact' || !String(signal.stream).startsWith('dialog:')) return
      deaf()
      resolve(performance.now())
    })
  })
}
