import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { connectBot, removeBot } from '../../src/bots/bots.ts'
import { countOperators } from '../../src/handoff/desk/presence.ts'
import { MINUTE } from '../../src/lib/time.ts'
import { removeOperator } from '../../src/operators/operators.ts'
import { makeCode } from '../../src/telegram/codes.ts'
import { addUser } from '../../src/users/users.ts'
import { aColleague } from '../handoff/desk.ts'
import { nothingToDo, startTestApp, until } from '../helpers/app.ts'
import { openFakeTelegram, person } from '../helpers/fake-telegram.ts'
import { signUp } from '../helpers/people.ts'
import { eachScene, type Scene } from './scene.ts'
import {
  ANNA,
  aLinkedOperator,
  aWaitingVisitor,
  BORIS,
  GROUP,
  groupOf,
  inGroup,
  linkGroup,
  STRANGER,
  topicOf,
  writeIn,
} from './staff-scene.ts'

const codeFor = async ({ ctx, owner }: Scene, tenant_id = owner.id) =>
  (await makeCode(ctx, { tenant_id, purpose: 'group', subject_id: tenant_id })).code

eachScene(
  'a group is linked only with topics and rights, and says what is missing; the code survives that',
  async (scene) => {
    await scene.start()
    const forum = scene.fake.forum(GROUP.id)
    const code = await codeFor(scene)
    forum.is_forum = false
    writeIn(scene, ANNA, `/link ${code}`)
    await until(() => inGroup(scene).some((text) => /не включены темы/.test(text)))
    forum.is_forum = true
    forum.may_manage = false
    writeIn(scene, ANNA, `/link@shop_bot ${code}`)
    await until(() => inGroup(scene).some((text) => /не может управлять темами/.test(text)))
    assert.equal(await groupOf(scene), undefined)
    forum.may_manage = true
    writeIn(scene, ANNA, `/link ${code}`)
    await until(() => inGroup(scene).some((text) => /группа подключена/.test(text)))
    writeIn(scene, ANNA, `/link ${code}`)
    await until(() => inGroup(scene).some((text) => /код не подходит/.test(text)))
  },
)

eachScene(
  'a code of another tenant, an old one and a guessed one link nothing, and five wrong ones end the tries',
  async (scene) => {
    await scene.start()
    const other = await addUser(scene.ctx, { email: 'other@example.com', password: 'correct horse 1', confirmed: true })
    const foreign = await codeFor(scene, other.id)
    const old = await codeFor(scene)
    await scene.ctx.db
      .updateTable('telegram_codes')
      .set({ expires_at: 1 })
      .where('tenant_id', '=', scene.owner.id)
      .execute()
    for (const code of [foreign, old, 'x', 'aaaaaaaaaaaaaaaaaaaaaa', '🤷']) writeIn(scene, STRANGER, `/link ${code}`)
    await until(() => inGroup(scene).filter((text) => /код не подходит/.test(text)).length === 5)
    writeIn(scene, STRANGER, `/link ${await codeFor(scene)}`)
    await until(() => inGroup(scene).some((text) => /Слишком много/.test(text)))
    assert.equal(await groupOf(scene), undefined)
    await linkGroup(scene)
  },
)

eachScene('another group takes over, what waits goes there, and the earlier one is told', async (scene) => {
  await scene.start()
  await linkGroup(scene)
  const dialog = await aWaitingVisitor(scene)
  const before = await topicOf(scene, dialog)
  await linkGroup(scene, { ...GROUP, id: -100_888, title: 'Ночная смена' })
  await until(() => inGroup(scene).some((text) => /эта отвязана/.test(text)))
  const after = await until(async () => {
    const topic = await topicOf(scene, dialog)
    return topic.chat_id === '-100888' && topic
  })
  assert.notEqual(after.thread_id, before.thread_id)
})

eachScene(
  'a Telegram account is linked privately or in the group, moves to the account linked last, and a removed operator loses it at once',
  async (scene) => {
    await scene.start()
    await linkGroup(scene)
    const boris = await aLinkedOperator(scene, 'Борис', BORIS)
    const { code } = await makeCode(scene.ctx, {
      tenant_id: scene.owner.id,
      purpose: 'operator',
      subject_id: scene.owner.id,
    })
    writeIn(scene, ANNA, `/link ${code}`)
    await until(() => inGroup(scene).some((text) => /связан с учётной записью «anna»/.test(text)))
    const dialog = await aWaitingVisitor(scene)
    const { thread_id } = await topicOf(scene, dialog)
    await removeOperator(scene.ctx, scene.owner.id, boris.id)
    writeIn(scene, BORIS, 'Я ещё здесь', thread_id)
    await until(() => inGroup(scene, thread_id).some((text) => /Telegram не связан/.test(text)))
    assert.ok(!(await scene.stored()).some((one) => one.text === 'Я ещё здесь'))
  },
)

eachScene(
  'linked people can be called while the bot of their group is polled, and not after the group is gone',
  async (scene) => {
    const end = await scene.start()
    await linkGroup(scene)
    await aLinkedOperator(scene, 'Анна', ANNA)
    assert.deepEqual(await countOperators(scene.ctx, scene.owner.id), { online: 0, available: 0 })
    await end()
    await scene.start()
    const online = () => countOperators(scene.ctx, scene.owner.id)
    await until(async () => (await online()).available === 1)
    assert.deepEqual(await countOperators({ ...scene.ctx, now: () => Date.now() + 4 * MINUTE }, scene.owner.id), {
      online: 0,
      available: 0,
    })
    const dialog = await aWaitingVisitor(scene)
    await until(async () => (await scene.stored()).some((one) => /Примерное ожидание/.test(one.text)))
    await topicOf(scene, dialog)
    await removeBot(scene.ctx, { tenant_id: scene.owner.id, is_admin: false }, scene.bot_id)
    assert.equal(await groupOf(scene), undefined)
  },
)

test('an owner makes codes for a group, an operator only for themselves; group and people are shown and unlinked', async () => {
  await using fake = await openFakeTelegram()
  await using app = await startTestApp({ flags: { 'telegram.api_root': fake.url } })
  const owner = await signUp(app, 'owner')
  const operator = await aColleague({ app, owner }, 'boris')
  const make = (who: typeof owner, purpose: string) =>
    who.call<{ command: string; url: string }>('POST', '/api/telegram/codes', { purpose })
  assert.equal((await make(operator, 'group')).status, 403)
  assert.equal((await owner.call('GET', '/api/telegram/group')).body as unknown, null)
  assert.equal((await make(owner, 'group')).body.url, null)

  const assistant = await createAssistant(app.ctx, owner.id, { name: 'Лавка' })
  const token = fake.addBot(7_000_000_001, 'shop_bot')
  await connectBot(app.ctx, { tenant_id: owner.id, assistant_id: assistant.id }, token)
  const group = await make(owner, 'group')
  assert.match(group.body.url, /^https:\/\/t\.me\/shop_bot\?startgroup=link_[\w-]{22}&admin=manage_topics$/)
  const own = await make(operator, 'operator')
  fake.write(token, BORIS, `/start ${new URL(own.body.url).searchParams.get('start')}`)
  fake.write(token, ANNA, { chat: GROUP, text: group.body.command, from: person(ANNA) })
  await until(async () => ((await owner.call('GET', '/api/telegram/group')).body as unknown) !== null)
  const shown = await operator.call<{ title: string; bot_username: string; problem: null }>(
    'GET',
    '/api/telegram/group',
  )
  assert.deepEqual([shown.body.title, shown.body.bot_username, shown.body.problem], ['Group', 'shop_bot', null])
  const people = await owner.call<{ user_id: number; telegram_name: string }[]>('GET', '/api/telegram/people')
  assert.deepEqual(
    people.body.map((one) => [one.user_id, one.telegram_name]),
    [[operator.id, 'Иван Петров']],
  )

  assert.equal((await operator.call('DELETE', `/api/telegram/people/${operator.id}`)).status, 403)
  assert.equal((await operator.call('DELETE', '/api/telegram/people/me')).status, 200)
  assert.equal((await owner.call('DELETE', `/api/telegram/people/${operator.id}`)).status, 404)
  assert.equal((await operator.call('DELETE', '/api/telegram/group')).status, 403)
  assert.equal((await owner.call('DELETE', '/api/telegram/group')).status, 200)
  assert.equal((await owner.call('GET', '/api/telegram/group')).body as unknown, null)
  await nothingToDo(app)
})
