import assert from 'node:assert/strict'
import { inTransaction } from '../../src/db/database.ts'
import { type Dialog, getDialog } from '../../src/dialogs/dialogs.ts'
import { addMessage, type NewMessage } from '../../src/dialogs/messages.ts'
import { openTelegramDialog } from '../../src/dialogs/telegram-chats.ts'
import { startWorker } from '../../src/events/work.ts'
import { giveUp } from '../../src/telegram/sending/deliver.ts'
import { until } from '../helpers/app.ts'
import { parseHtml } from '../helpers/fake-telegram.ts'
import { eachScene, type Scene } from './scene.ts'

const OPERATOR = { id: 1, name: 'Анна <b>' }

/** The open dialog of a chat. */
async function aDialog({ ctx, owner, assistant, bot_id }: Scene, chat_id: string): Promise<Dialog> {
  const names = { first_name: 'Иван', last_name: null, username: null, locale: 'ru' as const }
  const caller = { tenant_id: owner.id, assistant_id: assistant.id, bot_id, chat_id, ...names }
  return (await inTransaction(ctx, (tx) => openTelegramDialog(tx, caller))).dialog
}

async function say({ ctx }: Scene, dialog: Dialog, text: string, more: Partial<NewMessage> = {}): Promise<number> {
  const message = { sender: 'operator' as const, text, operator: OPERATOR, ...more }
  return (await inTransaction(ctx, (tx) => addMessage(tx, dialog, message)))!.id
}

const deliveryOf = async (scene: Scene, id: number) => (await scene.stored()).find((one) => one.id === id)?.delivery
const ends = (scene: Scene, id: number, state: string) =>
  until(async () => (await deliveryOf(scene, id)) === state, 15_000)
const partsOf = ({ ctx }: Scene) =>
  ctx.db.selectFrom('telegram_sends').selectAll().orderBy('message_id').orderBy('part').execute()

async function withWorker(scene: Scene, work: () => Promise<void>): Promise<void> {
  const stop = startWorker(scene.ctx)
  try {
    await work()
  } finally {
    await stop(3000)
  }
}

eachScene('an operator’s words carry their name, a system message nothing', async (scene) => {
  const dialog = await aDialog(scene, '1')
  await withWorker(scene, async () => {
    const [first, second] = [
      await say(scene, dialog, 'Цена 5 < 6 & *без* звёзд'),
      await say(scene, dialog, 'Анна тут', { sender: 'system', kind: 'system' }),
    ]
    await ends(scene, first, 'sent')
    await ends(scene, second, 'sent')
  })
  assert.deepEqual(scene.heard(1), ['<b>Анна &lt;b&gt;</b>\nЦена 5 &lt; 6 &amp; *без* звёзд', 'Анна тут'])
  assert.deepEqual(
    (await partsOf(scene)).map((one) => one.state),
    ['sent', 'sent'],
  )
})

eachScene('an answer shows its marks and up to three sources', async (scene) => {
  const dialog = await aDialog(scene, '1')
  const source = (n: number, title: string) => ({ n, title, document_id: null, text: '', score: 1 })
  const sources = ['Доставка', 'Возврат', 'Доставка', 'Оплата', 'Прочее'].map((title, at) => source(at + 1, title))
  await withWorker(scene, async () => {
    const id = await say(
      scene,
      dialog,
      '**Да**, [сайт](https://example.com/?a=1&b=2) и [нет](javascript:alert(1)). <script>',
      { sender: 'assistant', sources, answered: true },
    )
    await ends(scene, id, 'sent')
  })
  assert.equal(
    scene.heard(1)[0],
    '<b>Да</b>, <a href="https://example.com/?a=1&amp;b=2">сайт</a> и нет. &lt;script&gt;<i>\n\nИсточники: Доставка, Возврат, Оплата</i>',
  )
})

eachScene('a long message goes out in parts, in order, each whole in itself', async (scene) => {
  const dialog = await aDialog(scene, '1')
  const text = Array.from({ length: 400 }, (_, n) => `**Строка ${n}** про доставку. 😀`).join('\n\n')
  await withWorker(scene, async () =>
    ends(scene, await say(scene, dialog, text, { sender: 'assistant', answered: true }), 'sent').then(() => {}),
  )
  const parts = scene.heard(1).map(parseHtml)
  assert.ok(parts.length >= 3)
  assert.deepEqual(
    [...parts.join('\n').matchAll(/Строка (\d+)/g)].map(([, n]) => Number(n)),
    Array.from({ length: 400 }, (_, n) => n),
  )
})

eachScene('a pause that Telegram asks for is kept, and the order in the chat with it', async (scene) => {
  const [slow, quick] = [await aDialog(scene, '1'), await aDialog(scene, '2')]
  scene.fake.fail({
    method: 'sendMessage',
    chat_id: '1',
    code: 429,
    description: 'Too Many Requests: retry after 3',
    parameters: { retry_after: 3 },
  })
  const begun = Date.now()
  await withWorker(scene, async () => {
    for (const text of ['раз', 'два', 'три']) await say(scene, slow, text)
    await say(scene, quick, 'другой чат')
    await until(() => scene.heard(2).length === 1, 1500)
    await until(() => scene.heard(1).length === 3, 15_000)
  })
  assert.deepEqual(
    scene.heard(1).map((text) => text.split('\n')[1]),
    ['раз', 'два', 'три'],
  )
  assert.ok(scene.fake.sent().find((one) => one.args.chat_id === '1')!.at - begun >= 2900)
})

eachScene('a burst into one chat is paced at about one message a second', async (scene) => {
  const dialog = await aDialog(scene, '1')
  await withWorker(scene, async () => {
    for (let n = 0; n < 6; n++) await say(scene, dialog, `${n}`)
    await until(() => scene.heard(1).length === 6, 15_000)
  })
  const times = scene.fake.sent().map((one) => one.at)
  assert.ok(times[5]! - times[0]! >= 2800, `${times[5]! - times[0]!} ms`)
  assert.deepEqual(
    scene.heard(1).map((text) => text.split('\n')[1]),
    ['0', '1', '2', '3', '4', '5'],
  )
})

eachScene('what nobody can know to have arrived is marked unknown and never sent twice', async (scene) => {
  const dialog = await aDialog(scene, '1')
  scene.fake.fail({ method: 'sendMessage', cut: true })
  await withWorker(scene, async () => {
    const [doubtful, next] = [await say(scene, dialog, 'раз'), await say(scene, dialog, 'два')]
    await ends(scene, doubtful, 'unknown')
    await ends(scene, next, 'sent')
  })
  assert.equal(scene.heard(1).length, 2)
})

for (const [before, after] of [
  ['sending', 'unknown'],
  ['sent', 'sent'],
] as const)
  eachScene(
    `a part that was ${before} before a kill is ${after} and not sent again, the parts after it are`,
    async (scene) => {
      const dialog = await aDialog(scene, '1')
      const id = await say(scene, dialog, `${'а'.repeat(4000)}\n\n${'б'.repeat(4000)}`)
      const begun = { message_id: id, tenant_id: scene.owner.id, telegram_message_id: null, error: null, updated_at: 1 }
      await scene.ctx.db
        .insertInto('telegram_sends')
        .values({ ...begun, part: 0, state: before })
        .execute()
      await withWorker(scene, async () => void (await ends(scene, id, after)))
      assert.deepEqual(
        scene.heard(1).map((text) => text[0]),
        ['б'],
      )
      assert.deepEqual(
        (await partsOf(scene)).map((one) => one.state),
        [after, 'sent'],
      )
    },
  )

eachScene('a server in trouble, or none at all, is tried again until the message is out, once', async (scene) => {
  const dialog = await aDialog(scene, '1')
  scene.fake.fail({ method: 'sendMessage', html: true })
  await withWorker(scene, async () => void (await ends(scene, await say(scene, dialog, 'раз'), 'sent')))
  assert.equal(scene.heard(1).length, 1)
})

eachScene('a blocked bot fails the message and marks the chat; the next one does not even try', async (scene) => {
  const dialog = await aDialog(scene, '1')
  scene.fake.fail({ method: 'sendMessage', code: 403, description: 'Forbidden: bot was blocked by the user' })
  await withWorker(scene, async () => {
    await ends(scene, await say(scene, dialog, 'раз'), 'failed')
    await ends(scene, await say(scene, dialog, 'два'), 'failed')
  })
  assert.equal(scene.fake.calls.filter((one) => one.method === 'sendMessage').length, 1)
  assert.equal((await getDialog(scene.ctx, scene.owner as never, dialog.id)).telegram_unreachable, 1)
  assert.match((await partsOf(scene))[0]!.error!, /blocked by the user/)
})

eachScene('HTML that Telegram does not take goes out as plain words', async (scene) => {
  const dialog = await aDialog(scene, '1')
  scene.fake.fail({ method: 'sendMessage', code: 400, description: "Bad Request: can't parse entities: unclosed" })
  await withWorker(
    scene,
    async () =>
      void (await ends(scene, await say(scene, dialog, '**раз**', { sender: 'assistant', answered: true }), 'sent')),
  )
  assert.deepEqual(scene.heard(1), ['раз'])
  assert.equal(scene.fake.sent()[0]?.args.parse_mode, undefined)
})

eachScene('a message to a group that has moved follows it', async (scene) => {
  const dialog = await aDialog(scene, '-5')
  scene.fake.fail({
    method: 'sendMessage',
    chat_id: '-5',
    times: 99,
    code: 400,
    description: 'Bad Request: group chat was upgraded to a supergroup chat',
    parameters: { migrate_to_chat_id: -1005 },
  })
  await withWorker(scene, async () => void (await ends(scene, await say(scene, dialog, 'раз'), 'sent')))
  assert.equal(scene.heard(-1005).length, 1)
  assert.equal((await getDialog(scene.ctx, scene.owner as never, dialog.id)).telegram_chat_id, '-1005')
})

eachScene('a chat that moves on and on is given up', async (scene) => {
  const dialog = await aDialog(scene, '-5')
  for (const chat of [-5, -6, -7])
    scene.fake.fail({
      method: 'sendMessage',
      chat_id: `${chat}`,
      code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: chat - 1 },
    })
  await withWorker(scene, async () => void (await ends(scene, await say(scene, dialog, 'раз'), 'failed')))
  assert.match((await partsOf(scene))[0]!.error!, /moves on and on/)
})

eachScene(
  'the button that calls a human stands below the end of what was no answer, unless one is called',
  async (scene) => {
    const dialog = await aDialog(scene, '1')
    const long = `${'а'.repeat(4000)}\n\n${'б'.repeat(4000)}`
    const isOffered = () => scene.fake.sent().map((one) => one.args.reply_markup !== undefined)
    await withWorker(scene, async () => {
      for (const answered of [false, true]) {
        const id = await say(scene, dialog, long, { sender: 'assistant', answered })
        await ends(scene, id, 'sent')
      }
      await scene.ctx.db.updateTable('dialogs').set({ handoff_status: 'requested' }).execute()
      await ends(scene, await say(scene, dialog, 'Не знаю', { sender: 'assistant', answered: false }), 'sent')
    })
    assert.deepEqual(isOffered(), [false, true, false, false, false])
  },
)

for (const [name, chat_id, expected] of [
  ['the first part of an answer in a group points at its question', '-5', [17, undefined]],
  ['an answer in private points at nothing', '5', [undefined, undefined]],
] as const)
  eachScene(name, async (scene) => {
    const dialog = await aDialog(scene, chat_id)
    const reply_to = await say(scene, dialog, 'Где?', { sender: 'user', source_id: `telegram:${chat_id}:17` })
    const text = `${'а'.repeat(4000)}\n\n${'б'.repeat(4000)}`
    const answer = await say(scene, dialog, text, { reply_to })
    await withWorker(scene, async () => void (await ends(scene, answer, 'sent')))
    const points = scene.fake.sent().map((one) => (one.args.reply_parameters as { message_id: number })?.message_id)
    assert.deepEqual(points, expected)
  })

eachScene('a message for a bot that is switched off or gone fails and says why', async (scene) => {
  const dialog = await aDialog(scene, '1')
  await withWorker(scene, async () => {
    await scene.ctx.db.updateTable('bots').set({ is_enabled: 0 }).execute()
    await ends(scene, await say(scene, dialog, 'раз'), 'failed')
    await scene.ctx.db.deleteFrom('bots').execute()
    await ends(scene, await say(scene, dialog, 'два'), 'failed')
  })
  const [off, gone] = (await partsOf(scene)).map((one) => one.error)
  assert.match(off!, /switched off/)
  assert.match(gone!, /removed/)
})

eachScene('when sending is given up, everything that waited is marked failed and says why', async (scene) => {
  const dialog = await aDialog(scene, '1')
  const ids = [await say(scene, dialog, 'раз'), await say(scene, dialog, 'два'), await say(scene, dialog, 'три')]
  const { tenant_id } = scene.owner
  const fact = { tenant_id, dialog_id: dialog.id, message: { id: ids[1] } } as never
  await giveUp(scene.ctx, fact, new Error('telegram failed: network'))
  assert.deepEqual(
    (await scene.stored()).map((one) => one.delivery),
    ['failed', 'failed', 'pending'],
  )
  assert.equal((await partsOf(scene))[0]?.error, 'telegram failed: network')
})

eachScene('when the rest of a message is given up, the part that went out stays noted', async (scene) => {
  const dialog = await aDialog(scene, '1')
  const id = await say(scene, dialog, 'раз')
  const { tenant_id } = scene.owner
  const sent = { message_id: id, tenant_id, part: 0, state: 'sent' as const, telegram_message_id: '5', error: null }
  await scene.ctx.db
    .insertInto('telegram_sends')
    .values({ ...sent, updated_at: 1 })
    .execute()
  await giveUp(scene.ctx, { tenant_id, dialog_id: dialog.id, message: { id } } as never, new Error('network'))
  assert.deepEqual(
    (await partsOf(scene)).map((one) => [one.state, one.telegram_message_id]),
    [
      ['sent', '5'],
      ['failed', null],
    ],
  )
})
