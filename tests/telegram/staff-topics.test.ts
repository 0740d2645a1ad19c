import assert from 'node:assert/strict'
import { cancelHandoff, requestHandoff } from '../../src/handoff/request.ts'
import { sayAsOperator } from '../../src/handoff/speak.ts'
import { releaseDialog, takeDialog, transferDialog } from '../../src/handoff/take.ts'
import { closeDialog } from '../../src/inbox/close.ts'
import { closeFor } from '../../src/telegram/sending/pace.ts'
import { nothingToDo, until } from '../helpers/app.ts'
import { parseHtml, person } from '../helpers/fake-telegram.ts'
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
  now,
  pressTake,
  STRANGER,
  toldTo,
  topicOf,
  visitorSays,
  writeIn,
} from './staff-scene.ts'

const heardIn = (scene: Scene, thread_id: number, words: RegExp) =>
  until(() => inGroup(scene, thread_id).some((text) => words.test(text)), 20_000)
const made = ({ fake }: Scene) => fake.sent('createForumTopic').length

/** A linked group with Анна and a visitor who waits in a topic. */
async function aTopic(scene: Scene) {
  await scene.start()
  await linkGroup(scene)
  const anna = await aLinkedOperator(scene, 'Анна', ANNA)
  const dialog = await aWaitingVisitor(scene)
  return { anna, dialog, thread_id: (await topicOf(scene, dialog)).thread_id }
}

eachScene(
  'what is done in the console is shown in the topic, and the same topic serves the next time',
  async (scene) => {
    const { anna, dialog, thread_id } = await aTopic(scene)
    const boris = await aLinkedOperator(scene, 'Борис', BORIS)
    await takeDialog(scene.ctx, boris, { dialog_id: dialog.id, strict: true })
    await sayAsOperator(scene.ctx, boris, { dialog_id: dialog.id, text: 'Смотрю ваш заказ' })
    await heardIn(scene, thread_id, /Диалог ведёт Борис/)
    await heardIn(scene, thread_id, /Борис<\/b>\nСмотрю ваш заказ/)
    await transferDialog(scene.ctx, boris, { dialog_id: dialog.id, operator_id: anna.id })
    await heardIn(scene, thread_id, /передан, теперь его ведёт Анна/)
    await releaseDialog(scene.ctx, anna, { dialog_id: dialog.id })
    await heardIn(scene, thread_id, /Снова отвечает ассистент/)
    await requestHandoff(scene.ctx, await now(scene, dialog), { reason: 'complaint', by: 'visitor' })
    await heardIn(scene, thread_id, /Ждёт оператора[\s\S]*жалоба/)
    await until(() => scene.fake.forum(GROUP.id).topics.get(thread_id)?.is_open)
    await cancelHandoff(scene.ctx, await now(scene, dialog))
    await heardIn(scene, thread_id, /запрос отменён/)
    assert.equal(made(scene), 1)
  },
)

eachScene('a wish that comes while the end of the last one is being shown gets its card', async (scene) => {
  const { anna, dialog, thread_id } = await aTopic(scene)
  await takeDialog(scene.ctx, anna, { dialog_id: dialog.id, strict: true })
  await heardIn(scene, thread_id, /Диалог ведёт Анна/)
  await nothingToDo(scene)
  scene.fake.fail({ method: 'sendMessage', chat_id: String(GROUP.id), delay: 500 })
  await releaseDialog(scene.ctx, anna, { dialog_id: dialog.id })
  await until(() => scene.fake.calls.some((one) => /Снова отвечает/.test(String(one.args.text))))
  await requestHandoff(scene.ctx, await now(scene, dialog), { reason: 'complaint', by: 'visitor' })
  await heardIn(scene, thread_id, /Ждёт оператора[\s\S]*жалоба/)
})

eachScene(
  'a message in a topic is the visitor’s once, whoever has the dialog or nobody; //, «General» and other topics are the staff’s own',
  async (scene) => {
    const { dialog, thread_id } = await aTopic(scene)
    writeIn(scene, ANNA, '// кто возьмёт?', thread_id)
    writeIn(scene, ANNA, 'Обед в два')
    writeIn(scene, ANNA, 'Отпуска', 999)
    const message_id = writeIn(scene, ANNA, 'Здравствуйте!', thread_id)
    await until(async () => (await now(scene, dialog)).handoff_operator_name === 'Анна')
    const again = {
      message_id,
      date: 1,
      chat: GROUP,
      from: person(ANNA),
      text: 'Здравствуйте!',
      message_thread_id: thread_id,
    }
    scene.fake.push(scene.token, { message: again })
    writeIn(scene, ANNA, 'Чем помочь?', thread_id)
    await until(async () => (await scene.stored()).some((one) => one.text === 'Чем помочь?'))
    const said = (await scene.stored()).filter((one) => one.sender === 'operator' && one.kind === null)
    assert.deepEqual(
      said.map((one) => one.text),
      ['Здравствуйте!', 'Чем помочь?'],
    )
    scene.fake.push(scene.token, { edited_message: { ...again, text: 'Добрый день!' } })
    await until(async () => (await scene.stored()).some((one) => one.text === 'Добрый день!' && one.edited_at))
  },
)

eachScene('a stranger is told once how to link and reaches nobody, by word or button', async (scene) => {
  const { dialog, thread_id } = await aTopic(scene)
  for (const text of ['Я помогу', 'Алло?', '/close']) writeIn(scene, STRANGER, text, thread_id)
  assert.match(await toldTo(scene, pressTake(scene, STRANGER, dialog.id)), /Telegram не связан/)
  assert.equal(scene.fake.sent('answerCallbackQuery')[0]?.args.show_alert, true)
  await heardIn(scene, thread_id, /Telegram не связан/)
  assert.equal(inGroup(scene, thread_id).filter((text) => /Telegram не связан/.test(text)).length, 1)
  assert.equal((await now(scene, dialog)).handoff_status, 'requested')
  assert.ok(!(await scene.stored()).some((one) => one.sender === 'operator'))
})

eachScene('what a colleague’s dialog refuses is said in the topic and changes nothing', async (scene) => {
  const { dialog, thread_id } = await aTopic(scene)
  const boris = await aLinkedOperator(scene, 'Борис', BORIS)
  await takeDialog(scene.ctx, boris, { dialog_id: dialog.id, strict: true })
  for (const text of ['Это я отвечу', '/ai', '/close', '/take']) writeIn(scene, ANNA, text, thread_id)
  await until(() => inGroup(scene, thread_id).filter((text) => /не отправлено: .*ведёт Борис/.test(text)).length === 4)
  assert.equal((await now(scene, dialog)).handoff_operator_name, 'Борис')
  assert.ok(!(await scene.stored()).some((one) => one.text === 'Это я отвечу'))
})

eachScene('whoever has no room for one more is told so, and no half of a takeover is left', async (scene) => {
  const { anna, dialog, thread_id } = await aTopic(scene)
  await takeDialog(scene.ctx, anna, { dialog_id: dialog.id, strict: true })
  await releaseDialog(scene.ctx, anna, { dialog_id: dialog.id })
  await scene.ctx.db.updateTable('operator_presence').set({ max_capacity: 0 }).execute()
  writeIn(scene, ANNA, 'Попробую я', thread_id)
  await heardIn(scene, thread_id, /столько диалогов, сколько/)
  assert.equal((await now(scene, dialog)).handoff_status, 'released')
  assert.equal((await scene.ctx.db.selectFrom('handoffs').select('id').execute()).length, 1)
})

eachScene(
  'an unknown command and a closed dialog are said in the topic, and nothing goes to the visitor',
  async (scene) => {
    const { anna, dialog, thread_id } = await aTopic(scene)
    writeIn(scene, ANNA, '/dance', thread_id)
    await heardIn(scene, thread_id, /такой команды нет/)
    await closeDialog(scene.ctx, anna, dialog.id)
    writeIn(scene, ANNA, 'Эй', thread_id)
    await heardIn(scene, thread_id, /диалог закрыт/)
    assert.ok(!(await scene.stored()).some((one) => one.sender === 'operator'))
  },
)

eachScene('/close closes the dialog and its topic', async (scene) => {
  const { dialog, thread_id } = await aTopic(scene)
  pressTake(scene, ANNA, dialog.id)
  writeIn(scene, ANNA, '/close@shop_bot', thread_id)
  await until(async () => (await now(scene, dialog)).status === 'archived')
  await heardIn(scene, thread_id, /Диалог закрыт/)
  await until(() => scene.fake.forum(GROUP.id).topics.get(thread_id)?.is_open === false)
})

eachScene('a hostile name and text stay text, in the name of the topic, the card and the message', async (scene) => {
  await scene.start()
  await linkGroup(scene)
  const name = `<b>${'Ж'.repeat(120)}\n`
  scene.fake.write(scene.token, 555, {
    from: person(555, { first_name: name, last_name: '</b>&<script>' }),
    text: '/operator',
  })
  await until(() => made(scene) === 1)
  const [topic] = [...scene.fake.forum(GROUP.id).topics.values()]
  assert.ok(topic!.name.length <= 128 && !topic!.name.includes('\n'))
  await until(() => inGroup(scene).some((text) => parseHtml(text).includes('Ждёт оператора')))
  scene.fake.write(scene.token, 555, '<a href="https://evil.example">нажми</a> & <tg-spoiler>')
  await until(() => inGroup(scene).some((text) => parseHtml(text).includes('<a href="https://evil.example">нажми</a>')))
})

eachScene(
  'messages come in order, a burst in few pieces, and nothing is lost to the pace of a group',
  async (scene) => {
    const { dialog, thread_id } = await aTopic(scene)
    for (let n = 1; n <= 30; n++) await visitorSays(scene, dialog, `номер ${n}.`)
    const numbers = () =>
      inGroup(scene, thread_id)
        .join('\n')
        .match(/номер \d+\./g) ?? []
    await until(() => numbers().at(-1) === 'номер 30.', 20_000)
    assert.deepEqual(
      numbers(),
      Array.from({ length: 30 }, (_, n) => `номер ${n + 1}.`),
    )
    assert.ok(inGroup(scene, thread_id).length < 15, `${inGroup(scene, thread_id).length} messages`)
  },
)

eachScene('a topic deleted by hand is made anew', async (scene) => {
  const { dialog, thread_id } = await aTopic(scene)
  scene.fake.forum(GROUP.id).topics.delete(thread_id)
  await visitorSays(scene, dialog, 'Ау?')
  const next = await until(async () => {
    const topic = await topicOf(scene, dialog)
    return topic.thread_id !== thread_id && topic
  })
  await heardIn(scene, next.thread_id, /Ау\?/)
})

eachScene('what a broken connection may have brought is said again with a mark', async (scene) => {
  const { dialog, thread_id } = await aTopic(scene)
  await nothingToDo(scene)
  scene.fake.fail({ method: 'sendMessage', chat_id: String(GROUP.id), cut: true })
  await visitorSays(scene, dialog, 'Дошло ли?')
  await heardIn(scene, thread_id, /могло уже прийти[\s\S]*Дошло ли\?/)
})

eachScene('a pause that Telegram asks for is kept by all of the group, and nothing is said twice', async (scene) => {
  const { dialog, thread_id } = await aTopic(scene)
  await nothingToDo(scene)
  const parameters = { retry_after: 3 } // more than the rest before a failed task is tried again
  scene.fake.fail({ method: 'sendMessage', chat_id: String(GROUP.id), code: 429, parameters })
  await visitorSays(scene, dialog, 'А теперь?')
  await until(() => scene.fake.calls.some((one) => /А теперь/.test(String(one.args.text))))
  writeIn(scene, STRANGER, 'Я помогу', thread_id)
  await heardIn(scene, thread_id, /А теперь\?/)
  await heardIn(scene, thread_id, /Telegram не связан/)
  const [refused, ...sent] = scene.fake.calls.filter((one) => /А теперь|не связан/.test(String(one.args.text)))
  for (const { at } of sent) assert.ok(at - refused!.at >= 2900, `${at - refused!.at} ms`)
  assert.equal(inGroup(scene).filter((text) => /А теперь/.test(text)).length, 1)
  const { bot_id, chat_id } = (await groupOf(scene))!
  closeFor(scene.ctx, { bot_id, chat_id }, 3000)
  const closed = Date.now()
  await visitorSays(scene, dialog, 'Ещё одно')
  await heardIn(scene, thread_id, /Ещё одно/)
  assert.ok(Date.now() - closed >= 2900)
})

eachScene(
  'when the answer to a new topic is lost, another is made and says that there may be a twin',
  async (scene) => {
    await scene.start()
    await linkGroup(scene)
    scene.fake.fail({ method: 'createForumTopic', cut: true })
    const dialog = await aWaitingVisitor(scene)
    const { thread_id } = await topicOf(scene, dialog)
    assert.equal(made(scene), 2)
    await heardIn(scene, thread_id, /возможно, есть ещё одна, пустая/)
  },
)

eachScene(
  'a bot that was thrown out or lost its rights says so, and when it is back everything open is there',
  async (scene) => {
    await scene.start()
    await linkGroup(scene)
    const forum = scene.fake.forum(GROUP.id)
    const member = (status: string, more = {}) =>
      scene.fake.push(scene.token, {
        my_chat_member: { chat: GROUP, from: person(ANNA), new_chat_member: { status, ...more } },
      })
    forum.kicked = true
    member('kicked')
    await until(async () => (await groupOf(scene))?.problem === 'kicked')
    const dialog = await aWaitingVisitor(scene)
    await nothingToDo(scene)
    forum.kicked = false
    forum.may_manage = false
    member('member')
    await until(async () => (await groupOf(scene))?.problem === 'no_rights')
    assert.equal(made(scene), 0)
    forum.may_manage = true
    member('administrator', { can_manage_topics: true })
    await topicOf(scene, dialog)
    forum.is_forum = false
    const other = await aWaitingVisitor(scene, 'guest_2')
    await until(async () => (await groupOf(scene))?.problem === 'no_topics')
    forum.is_forum = true
    await scene.ctx.db.updateTable('bots').set({ is_enabled: 0 }).execute()
    await until(
      async () => (await scene.ctx.db.selectFrom('bots').select('status').executeTakeFirst())?.status === 'stopped',
    )
    await scene.ctx.db.updateTable('bots').set({ is_enabled: 1 }).execute()
    await topicOf(scene, other)
  },
)

eachScene('a group that got another number goes on there', async (scene) => {
  const { dialog, thread_id } = await aTopic(scene)
  const moved = -100_999
  scene.fake.forum(moved).topics.set(thread_id, { name: 'x', is_open: true })
  const parameters = { migrate_to_chat_id: moved }
  scene.fake.fail({ method: 'sendMessage', chat_id: String(GROUP.id), code: 400, parameters })
  await visitorSays(scene, dialog, 'Вы тут?')
  await until(() => scene.heard(moved).some((text) => /Вы тут\?/.test(text)))
  assert.equal((await groupOf(scene))?.chat_id, String(moved))
})

eachScene('another bot of the shop in the same group keeps silent', async (scene) => {
  const { thread_id, dialog } = await aTopic(scene)
  const { createAssistant } = await import('../../src/assistants/assistants.ts')
  const { connectBot } = await import('../../src/bots/bots.ts')
  const assistant = await createAssistant(scene.ctx, scene.owner.id, { name: 'Вторая' })
  const token = scene.fake.addBot(7_000_000_002, 'second_bot')
  await connectBot(scene.ctx, { tenant_id: scene.owner.id, assistant_id: assistant.id }, token)
  const said = { chat: GROUP, from: person(ANNA), text: 'Слышно?', message_thread_id: thread_id }
  scene.fake.write(token, ANNA, said)
  await until(
    () =>
      scene.fake.bot(token).queue.length === 0 &&
      scene.fake.calls.some((one) => one.bot === token && Number(one.args.offset) > 1),
  )
  assert.equal((await now(scene, dialog)).handoff_status, 'requested')
  assert.ok(!(await scene.stored()).some((one) => one.text === 'Слышно?'))
})

eachScene('what an operator puts right in the topic is put right in the visitor’s chat', async (scene) => {
  await scene.start()
  await linkGroup(scene)
  await aLinkedOperator(scene, 'Анна', ANNA)
  scene.fake.write(scene.token, 555, '/operator')
  const thread_id = await until(() => [...scene.fake.forum(GROUP.id).topics.keys()][0])
  await until(() => inGroup(scene, thread_id).length > 0)
  const message_id = writeIn(scene, ANNA, 'Прийдём завтра', thread_id)
  await until(() => scene.heard(555).some((text) => /Прийдём/.test(text)))
  await until(async () => (await scene.stored()).find((one) => one.text === 'Прийдём завтра')?.delivery === 'sent')
  const said = { message_id, date: 1, chat: GROUP, from: person(ANNA), message_thread_id: thread_id }
  scene.fake.push(scene.token, { edited_message: { ...said, text: 'Придём завтра' } })
  const edit = await until(() => scene.fake.sent('editMessageText').find((one) => one.args.chat_id === '555'))
  assert.match(String(edit.args.text), /Анна[\s\S]*Придём завтра/)
})

eachScene('a picture from the topic reaches a visitor of the site; what cannot is refused politely', async (scene) => {
  const { thread_id } = await aTopic(scene)
  const jpeg = new Uint8Array(2000)
  jpeg.set([0xff, 0xd8, 0xff, 0xe0])
  scene.fake.putFile('receipt', jpeg)
  writeIn(scene, ANNA, { photo: [{ file_id: 'receipt', file_size: 2000 }], caption: 'Ваш чек' }, thread_id)
  const said = await until(async () =>
    (await scene.stored()).find((one) => one.sender === 'operator' && one.attachments),
  )
  assert.deepEqual([said.text, JSON.parse(said.attachments!).length], ['Ваш чек', 1])
  writeIn(scene, ANNA, { document: { file_id: 'gone', file_name: 'a.exe' }, caption: 'вот' }, thread_id)
  await heardIn(scene, thread_id, /файл не удалось взять/)
  writeIn(scene, ANNA, { voice: { file_id: 'v', duration: 3 } }, thread_id)
  await heardIn(scene, thread_id, /голосовые/)
  scene.fake.write(scene.token, 555, '/operator')
  const other = await until(() => [...scene.fake.forum(GROUP.id).topics.keys()].find((one) => one !== thread_id))
  writeIn(scene, ANNA, { photo: [{ file_id: 'receipt', file_size: 2000 }] }, other)
  await until(() => inGroup(scene, other).some((text) => /в Telegram посетителя файлы/.test(text)))
})
