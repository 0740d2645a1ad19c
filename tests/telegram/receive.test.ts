import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { inTransaction } from '../../src/db/database.ts'
import { getDialog, openDialog } from '../../src/dialogs/dialogs.ts'
import { archiveDialog } from '../../src/dialogs/state.ts'
import { openTelegramDialog } from '../../src/dialogs/telegram-chats.ts'
import { errors } from '../../src/errors.ts'
import { incomingFolder } from '../../src/http/upload.ts'
import { makeCode, makeDialogCode } from '../../src/telegram/codes.ts'
import { readUpdate } from '../../src/telegram/receiving/updates.ts'
import { until } from '../helpers/app.ts'
import { person } from '../helpers/fake-telegram.ts'
import { ANSWER, eachScene, QUESTION, type Scene } from './scene.ts'

const GROUP = { id: -100_500, type: 'supergroup', title: 'Друзья' }
const skipped = ({ ctx }: Scene) => ctx.db.selectFrom('telegram_skipped').selectAll().orderBy('id').execute()
const dialogs = ({ ctx }: Scene) => ctx.db.selectFrom('dialogs').selectAll().orderBy('id').execute()

eachScene('a question in Telegram is stored once, with who asked, and answered in its chat', async (scene) => {
  await scene.start()
  const message_id = scene.fake.write(scene.token, 555, QUESTION)
  const [text] = await until(() => scene.heard(555).length > 0 && scene.heard(555))
  assert.ok(text?.startsWith(ANSWER), text)
  const stored = await scene.stored()
  assert.deepEqual(
    stored.map((one) => [one.sender, one.source_id]),
    [
      ['user', `telegram:555:${message_id}`],
      ['assistant', null],
    ],
  )
  await until(async () => (await scene.stored())[1]?.delivery === 'sent')
  const [dialog] = await dialogs(scene)
  assert.deepEqual(
    [dialog?.platform, dialog?.first_name, dialog?.last_name, dialog?.telegram_username, dialog?.locale],
    ['telegram', 'Иван', 'Петров', 'ivan555', 'ru'],
  )
})

eachScene('the commands greet, explain and call a human, in the language of the visitor', async (scene) => {
  await scene.start()
  scene.fake.write(scene.token, 1, '/start')
  const greeting = await until(() => scene.fake.sent()[0])
  assert.match(String(greeting.args.text), /Здравствуйте! Это Лавка/)
  assert.deepEqual(greeting.args.reply_markup, {
    inline_keyboard: [[{ text: 'Позвать человека', callback_data: 'human' }]],
  })
  scene.fake.write(scene.token, 2, { text: '/help', from: person(2, { language_code: 'en-US' }) })
  await until(() => /Just write/.test(scene.heard(2)[0] ?? ''))
  scene.fake.write(scene.token, 3, '/start from_instagram')
  assert.match(await until(() => scene.heard(3)[0]), /^Здравствуйте/)
  scene.fake.write(scene.token, 1, '/operator')
  await until(async () => (await dialogs(scene))[0]?.handoff_status === 'requested')
  await until(() => scene.heard(1).some((text) => /Зову сотрудника/.test(text)))
  scene.fake.write(scene.token, 1, '/human')
  await until(() => scene.heard(1).some((text) => /уже вызван/.test(text)))
})

eachScene('the button below an «I don’t know» calls a human once, and every press is answered', async (scene) => {
  await scene.start()
  scene.fake.write(scene.token, 5, 'Чем кормить жирафа?')
  const unknown = await until(() => scene.fake.sent().find((one) => one.args.reply_markup))
  assert.match(String(unknown.args.text), /нет ответа/)
  for (const id of ['q1', 'q2']) press(scene, { id, data: 'human', chat: 5 })
  await until(() => scene.fake.sent('answerCallbackQuery').length === 2)
  assert.deepEqual(
    scene.fake
      .sent('answerCallbackQuery')
      .map((one) => one.args.text)
      .sort(),
    ['Зову сотрудника', 'Сотрудник уже вызван'],
  )
  assert.equal((await scene.ctx.db.selectFrom('handoffs').select('id').execute()).length, 1)
  await until(() => scene.fake.sent('editMessageReplyMarkup').length === 1)
})

eachScene('a poisoned button is answered and dropped', async (scene) => {
  await scene.start()
  press(scene, { id: 'p1', data: 'x'.repeat(500), chat: 5 })
  press(scene, { id: 'p2', data: 'delete-everything', chat: 5 })
  await until(() => scene.fake.sent('answerCallbackQuery').length === 2)
  assert.equal((await dialogs(scene)).length, 0)
})

eachScene(
  'an edit before the answer is answered in its new form, a later one only changes the record',
  async (scene) => {
    const message_id = scene.fake.write(scene.token, 8, 'Чем кормить жирафа?')
    edit(scene, { chat: 8, message_id, text: QUESTION })
    const end = await scene.start({ worker: false })
    await until(async () => (await scene.stored())[0]?.text === QUESTION)
    await end()
    await scene.start()
    await until(() => scene.heard(8).some((text) => text.startsWith(ANSWER)))
    edit(scene, { chat: 8, message_id, text: 'Спасибо!' })
    const changed = await until(async () => (await scene.stored()).find((one) => one.text === 'Спасибо!'))
    assert.ok(changed.edited_at)
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(scene.heard(8).length, 1)
  },
)

eachScene('a photo and a document are kept with their captions; what cannot be had is said', async (scene) => {
  const jpeg = new Uint8Array(2000)
  jpeg.set([0xff, 0xd8, 0xff, 0xe0])
  scene.fake.putFile('big-photo', jpeg)
  await scene.start()
  const photo = [
    { file_id: 'small', file_size: 10 },
    { file_id: 'big-photo', file_size: 2000 },
  ]
  scene.fake.write(scene.token, 9, { photo, caption: 'Вот фото: ' })
  const kept = await until(async () => (await scene.stored()).find((one) => one.attachments))
  assert.equal(kept.text, 'Вот фото:')
  assert.deepEqual([JSON.parse(kept.attachments!)[0].size, JSON.parse(kept.attachments!).length], [2000, 1])
  scene.fake.write(scene.token, 9, { document: { file_id: 'lost', file_name: 'a.pdf' } })
  await until(() => scene.heard(9).some((text) => /не удалось получить/.test(text)))
  assert.ok(!scene.logged.join('').includes(scene.token.split(':')[1]!))
})

eachScene(
  'a file is fetched again after a broken connection, and one of no use leaves nothing behind',
  async (scene) => {
    scene.fake.putFile('photo', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))
    scene.fake.putFile('program', Uint8Array.of(0x4d, 0x5a, 0, 0))
    await scene.start()
    scene.fake.fail({ method: 'getFile', cut: true })
    scene.fake.write(scene.token, 9, { photo: [{ file_id: 'photo' }] })
    await until(async () => (await scene.stored()).some((one) => one.attachments))
    scene.fake.write(scene.token, 9, { document: { file_id: 'program', file_name: 'a.exe' } })
    await until(() => scene.heard(9).some((text) => /не удалось получить/.test(text)))
    assert.deepEqual(readdirSync(incomingFolder(scene.folder)), [])
  },
)

eachScene('what cannot be read is answered politely once', async (scene) => {
  await scene.start()
  for (let n = 0; n < 3; n++) scene.fake.write(scene.token, 10, { voice: { file_id: 'v', duration: 3 } })
  scene.fake.write(scene.token, 10, { sticker: { file_id: 's' } })
  await until(() => scene.heard(10).length === 2)
  assert.match(scene.heard(10)[0]!, /Голосовое сообщение: .* словами/)
  assert.deepEqual(
    (await scene.stored()).map((one) => [one.sender, one.kind]),
    [
      ['system', 'system'],
      ['system', 'system'],
    ],
  )
})

eachScene('in a group only what is meant for the bot is heard and kept, and the answer points at it', async (scene) => {
  await scene.start()
  const from = person(77)
  const mention = `@shop_bot ${QUESTION}`
  const entities = [{ type: 'mention', offset: 0, length: 9 }]
  scene.fake.write(scene.token, 77, { chat: GROUP, from, text: 'Привет всем, кто за пиццу?' })
  scene.fake.write(scene.token, 77, { chat: GROUP, from, text: '/help@other_bot' })
  const asked = scene.fake.write(scene.token, 77, { chat: GROUP, from, text: mention, entities })
  const answer = await until(() => scene.fake.sent().find((one) => String(one.args.chat_id) === String(GROUP.id)))
  assert.deepEqual(answer.args.reply_parameters, { message_id: asked, allow_sending_without_reply: true })
  const reply_to_message = { message_id: 3, from: { id: 7_000_000_001 }, text: 'ответ бота' }
  scene.fake.write(scene.token, 78, { chat: GROUP, from: person(78), text: QUESTION, reply_to_message })
  await until(() => scene.heard(GROUP.id).length === 2)
  const said = (await scene.stored()).filter((one) => one.sender === 'user')
  assert.deepEqual(
    said.map((one) => one.text),
    [QUESTION, QUESTION],
  )
  assert.deepEqual(
    (await dialogs(scene)).map((one) => one.first_name),
    [GROUP.title],
  )
})

eachScene('a link from the site moves its dialog into the chat, once', async (scene) => {
  const { ctx, assistant, owner } = scene
  const visitor = { kind: 'visitor' as const, tenant_id: owner.id, assistant_id: assistant.id, guest_id: 'guest_1' }
  const { dialog } = await openDialog(ctx, visitor, { platform: 'website', locale: 'ru' })
  const { url } = (await makeDialogCode(ctx, dialog))!
  const code = /^https:\/\/t\.me\/shop_bot\?start=([\w-]{1,64})$/.exec(url)![1]
  assert.ok(!JSON.stringify(await ctx.db.selectFrom('telegram_codes').selectAll().execute()).includes(code!))
  await scene.start()
  scene.fake.write(scene.token, 20, `/start ${code}`)
  await until(() => scene.heard(20).some((text) => /начатый на сайте/.test(text)))
  const moved = await getDialog(ctx, owner as never, dialog.id)
  assert.deepEqual([moved.telegram_chat_id, moved.telegram_username, moved.platform], ['20', 'ivan20', 'website'])
  scene.fake.write(scene.token, 20, QUESTION)
  await until(() => scene.heard(20).some((text) => text.startsWith(ANSWER)))
  assert.deepEqual([...new Set((await scene.stored()).map((one) => one.dialog_id))], [dialog.id])
  scene.fake.write(scene.token, 21, `/start ${code}`)
  await until(() => scene.heard(21).some((text) => /уже не действует/.test(text)))
  assert.equal((await getDialog(ctx, owner as never, dialog.id)).telegram_chat_id, '20')
})

eachScene('a link that is too old, or of another assistant, opens nothing', async (scene) => {
  const { ctx, assistant, owner } = scene
  const other = await createAssistant(ctx, owner.id, { name: 'Другая' })
  const visitor = { kind: 'visitor' as const, tenant_id: owner.id, guest_id: 'guest_1' }
  const openOf = async (assistant_id: number) =>
    (await openDialog(ctx, { ...visitor, assistant_id }, { platform: 'website', locale: 'ru' })).dialog
  const [own, foreign] = [await openOf(assistant.id), await openOf(other.id)]
  assert.equal(await makeDialogCode(ctx, foreign), undefined)
  const codes = [own, foreign].map(({ id }) =>
    makeCode(ctx, { tenant_id: owner.id, purpose: 'dialog', subject_id: id }),
  )
  const [old, wrong] = (await Promise.all(codes)).map(({ code }) => code)
  await ctx.db.updateTable('telegram_codes').set({ expires_at: ctx.now() }).where('subject_id', '=', own.id).execute()
  await scene.start()
  scene.fake.write(scene.token, 22, `/start ${old}`)
  scene.fake.write(scene.token, 23, `/start ${wrong}`)
  await until(() => scene.heard(22).length + scene.heard(23).length === 2)
  for (const { id } of [own, foreign]) assert.equal((await getDialog(ctx, owner as never, id)).telegram_chat_id, null)
})

eachScene('a link opens only a dialog that still goes on, and only in private', async (scene) => {
  const { ctx, assistant, owner } = scene
  const linkTo = async (guest_id: string) => {
    const visitor = { kind: 'visitor' as const, tenant_id: owner.id, assistant_id: assistant.id, guest_id }
    const { dialog } = await openDialog(ctx, visitor, { platform: 'website', locale: 'ru' })
    return { dialog, text: `/start ${new URL((await makeDialogCode(ctx, dialog))!.url).searchParams.get('start')}` }
  }
  const [closed, open] = [await linkTo('guest_1'), await linkTo('guest_2')]
  await archiveDialog(ctx, closed.dialog)
  await scene.start()
  scene.fake.write(scene.token, 24, closed.text)
  await until(() => scene.heard(24).some((text) => /уже не действует/.test(text)))
  scene.fake.write(scene.token, 25, { chat: GROUP, from: person(25), text: open.text })
  await until(() => scene.heard(GROUP.id).length === 1)
  for (const { dialog } of [closed, open])
    assert.equal((await getDialog(ctx, owner as never, dialog.id)).telegram_chat_id, null)
  scene.fake.write(scene.token, 25, open.text)
  await until(async () => (await getDialog(ctx, owner as never, open.dialog.id)).telegram_chat_id === '25')
})

eachScene('no link is made to a bot that is off or does not work', async (scene) => {
  const { ctx, assistant, owner } = scene
  const visitor = { kind: 'visitor' as const, tenant_id: owner.id, assistant_id: assistant.id, guest_id: 'guest_1' }
  const { dialog } = await openDialog(ctx, visitor, { platform: 'website', locale: 'ru' })
  for (const state of [{ is_enabled: 0 }, { is_enabled: 1, status: 'unauthorized' as const }]) {
    await ctx.db.updateTable('bots').set(state).execute()
    assert.equal(await makeDialogCode(ctx, dialog), undefined)
  }
})

eachScene('whoever blocks the bot is unreachable until they come back', async (scene) => {
  await scene.start()
  await inTransaction(scene.ctx, (ctx) => openTelegramDialog(ctx, callerOf(scene, '30')))
  const unreachable = async () => (await dialogs(scene))[0]?.telegram_unreachable
  for (const [status, expected] of [
    ['kicked', 1],
    ['member', 0],
    ['left', 1],
  ] as const) {
    const my_chat_member = { chat: { id: 30, type: 'private' }, from: person(30), new_chat_member: { status } }
    scene.fake.push(scene.token, { my_chat_member })
    await until(async () => (await unreachable()) === expected)
  }
  scene.fake.write(scene.token, 30, QUESTION)
  await until(async () => (await unreachable()) === 0)
})

eachScene('a group that becomes a supergroup keeps its dialog', async (scene) => {
  await scene.start()
  await inTransaction(scene.ctx, (ctx) => openTelegramDialog(ctx, callerOf(scene, '-40')))
  scene.fake.push(scene.token, {
    message: { message_id: 1, chat: { id: -40, type: 'group' }, migrate_to_chat_id: -10_040 },
  })
  await until(async () => (await dialogs(scene))[0]?.telegram_chat_id === '-10040')
})

eachScene(
  '2,000 poisoned updates are set aside or passed over, and the good one after them is answered',
  async (scene) => {
    const pick = <T>(of: T[]): T => of[Math.floor(Math.random() * of.length)]!
    const junk = () =>
      pick<unknown>([
        null,
        -1,
        0,
        1.5,
        '',
        'x',
        [],
        {},
        'x'.repeat(100_000),
        'a\0b',
        '\ud800',
        true,
        2 ** 60,
        { id: -5 },
        [[[]]],
      ])
    const message = () => {
      const fields = [
        'message_id',
        'chat',
        'from',
        'text',
        'caption',
        'entities',
        'photo',
        'document',
        'voice',
        'reply_to_message',
      ]
      const good: Record<string, unknown> = {
        message_id: 5,
        chat: { id: 50, type: 'private' },
        from: person(50),
        text: 'привет',
      }
      for (let n = 0; n < 2; n++) good[pick(fields)] = junk()
      return good
    }
    const kinds = [
      'message',
      'edited_message',
      'callback_query',
      'my_chat_member',
      'channel_post',
      'poll',
      'no_such_kind',
    ]
    for (let n = 0; n < 2000; n++) {
      const kind = pick(kinds)
      scene.fake.push(scene.token, { [kind]: Math.random() < 0.7 ? message() : junk() })
    }
    scene.fake.write(scene.token, 60, QUESTION)
    await scene.start()
    await until(() => scene.heard(60).some((text) => text.startsWith(ANSWER)), 40_000)
    const aside = await skipped(scene)
    assert.ok(aside.length > 500, `${aside.length} set aside`)
    assert.ok(aside.every((one) => one.body.length <= 4000 && one.reason !== ''))
    assert.equal(scene.fake.bot(scene.token).queue.length <= 1, true)
  },
)

for (const [name, error, tries, reason] of [
  ['fails three times by accident is set aside', new Error('by accident'), 3, 'failed 3 times'],
  ['is refused is set aside at once', errors.NOT_FOUND(), 1, 'NOT_FOUND'],
] as const)
  eachScene(`an update that ${name}, and the next one is handled`, async (scene) => {
    const { ctx } = scene
    let failures = 0
    const now = ctx.now
    ctx.now = () => {
      if (failing && new Error().stack?.includes('openTelegramDialog')) {
        failures++
        throw error
      }
      return now()
    }
    let failing = true
    await scene.start()
    scene.fake.write(scene.token, 70, QUESTION)
    const [aside] = await until(async () => (await skipped(scene)).length > 0 && skipped(scene))
    failing = false
    assert.deepEqual([failures, aside?.reason], [tries, reason])
    scene.fake.write(scene.token, 71, QUESTION)
    await until(() => scene.heard(71).length > 0)
  })

test('any update is read without a throw, whatever it is', () => {
  const self = { bot_id: '1', username: 'shop_bot' }
  const kinds = ['message', 'edited_message', 'callback_query', 'my_chat_member', 'other']
  const build = (depth: number): unknown => {
    const n = Math.floor(Math.random() * 9)
    if (n < 5 || depth > 3)
      return [null, -1, 'a\ud800', '', 7, {}, [], false, Number.NaN][Math.floor(Math.random() * 9)]
    const keys = [
      'chat',
      'from',
      'id',
      'type',
      'text',
      'photo',
      'entities',
      'data',
      'message',
      'new_chat_member',
      'status',
    ]
    return Object.fromEntries(
      Array.from({ length: 4 }, () => [keys[Math.floor(Math.random() * keys.length)]!, build(depth + 1)]),
    )
  }
  for (let n = 0; n < 10_000; n++) {
    const incoming = readUpdate({ [kinds[n % kinds.length]!]: build(0) }, self)
    assert.ok(incoming.kind)
  }
})

function callerOf({ owner, assistant, bot_id }: Scene, chat_id: string) {
  const names = { first_name: 'Иван', last_name: null, username: null, locale: 'ru' as const }
  return { tenant_id: owner.id, assistant_id: assistant.id, bot_id, chat_id, ...names }
}

function press({ fake, token }: Scene, { id, data, chat }: { id: string; data: string; chat: number }): void {
  const message = { message_id: 1, chat: { id: chat, type: 'private' } }
  fake.push(token, { callback_query: { id, data, from: person(chat), message } })
}

function edit({ fake, token }: Scene, { chat, ...said }: { chat: number; message_id: number; text: string }): void {
  fake.push(token, { edited_message: { ...said, chat: { id: chat, type: 'private' }, from: person(chat) } })
}
