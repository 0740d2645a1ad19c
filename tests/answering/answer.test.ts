import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { answerMessage } from '../../src/answering/answer.ts'
import { inTransaction } from '../../src/db/database.ts'
import { getDialog } from '../../src/dialogs/dialogs.ts'
import { addMessage } from '../../src/dialogs/messages.ts'
import { importLines } from '../../src/knowledge/import.ts'
import { nothingToDo, startTestApp, until } from '../helpers/app.ts'
import {
  cutsAfter,
  hangs,
  hangsAfter,
  openFakeOpenai,
  refuses,
  resets,
  type Seen,
  says,
  sends,
} from '../helpers/fake-openai.ts'
import { aGuest, anAssistant, type Guest, signUp, useModel } from '../helpers/people.ts'
import { openSse } from '../helpers/sse.ts'

const UNKNOWN = /в моих материалах нет ответа/
const KNOWLEDGE = [
  {
    id: 'd1',
    title: 'Доставка › Курьер',
    text: 'Курьер привозит заказы в Москве за один день. Доставка курьером по Москве стоит 350 рублей. Заказ от 5000 рублей привозим бесплатно.',
  },
  {
    id: 'd2',
    title: 'Возврат',
    text: 'Возврат товара возможен в течение 14 дней, если упаковка не вскрыта. Деньги возвращаем на карту за три рабочих дня.',
  },
  {
    id: 'd3',
    title: 'Магазины',
    text: 'Магазин на Тверской открыт с 10 до 22 часов. По воскресеньям магазин работает до 20 часов.',
  },
]

/** An appliance whose assistant knows the shop's texts; with a model behind a double when one is asked for. */
async function aShop(options: { model?: string; flags?: Record<string, string> } = {}) {
  const fake = await openFakeOpenai()
  const app = await startTestApp({ flags: { 'openai.base_url': fake.base_url, ...options.flags } })
  const anna = await signUp(app, 'anna', { is_admin: true })
  const assistant = await anAssistant(app, anna)
  const lines = join(app.folder, 'lines.jsonl')
  writeFileSync(lines, KNOWLEDGE.map((line) => JSON.stringify(line)).join('\n'))
  await importLines(app.ctx, assistant, lines)
  if (options.model) await useModel(app.ctx, assistant, { name: options.model, token: 'sk-test-1234567890abcdef' })
  const guest = await aGuest(app, assistant)
  return {
    app,
    anna,
    assistant,
    guest,
    fake,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await fake[Symbol.asyncDispose]()
    },
  }
}

const ask = async (guest: Guest, text: string) => guest.answerTo((await guest.say(text)).body.id)

test('without any model a question is answered in the words of the documents, with their source', async () => {
  await using shop = await aShop()
  const answer = await ask(shop.guest, 'Сколько стоит доставка курьером по Москве?')
  assert.match(answer.text, /350 рублей/)
  assert.equal(answer.answered, true)
  assert.equal(answer.sources[0]!.title, 'Доставка › Курьер')
})

test('a strong pair is answered word for word, whatever the model', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini' })
  const answer = await ask(shop.guest, 'сколько стоит доставка в казань')
  assert.equal(answer.text, 'Доставка в Казань стоит 390 рублей.')
  assert.equal(shop.fake.seen.length, 0)
})

test('what the materials do not hold is an honest «I don’t know» in the language of the question, without asking a model', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini' })
  for (const [question, text] of [
    ['Какая погода будет завтра в Париже?', UNKNOWN],
    ['Who won the football championship?', /my materials have no answer/],
    ['🙂', /нет ответа|no answer/],
    ['!!!', /нет ответа|no answer/],
  ] as const) {
    const answer = await ask(shop.guest, question)
    assert.match(answer.text, text, question)
    assert.equal(answer.answered, false)
    assert.deepEqual(answer.sources, [])
  }
  assert.equal(shop.fake.seen.length, 0)
})

test('a model gets the instructions, numbered passages as data and the last turns, and its answer keeps the sources it used', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini' })
  shop.fake.next(says('Курьером по Москве — 350 рублей [1]. А ещё [77].'), says('Да, по воскресеньям до 20 часов [1].'))
  const answer = await ask(shop.guest, 'Сколько стоит доставка курьером по Москве?')
  assert.equal(answer.text, 'Курьером по Москве — 350 рублей [1]. А ещё.')
  assert.deepEqual(
    answer.sources.map((one) => one.n),
    [1],
  )
  assert.match(answer.sources[0]!.text, /350 рублей/)
  await ask(shop.guest, 'А магазин на Тверской открыт по воскресеньям?')
  const messages = shop.fake.seen[1]!.body.messages as { role: string; content: string }[]
  assert.match(messages[0]!.content, /^Отвечай вежливо\./)
  assert.match(messages[0]!.content, /<passage n="1"/)
  assert.deepEqual(
    messages.slice(1).map((one) => one.role),
    ['user', 'assistant', 'user'],
  )
})

test('an answer streams in pieces that add up to it, before it is stored', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini' })
  shop.fake.next(says('Курьер привезёт за 350 рублей [1].', { pause_ms: 5 }))
  const client = await openSse(`${shop.app.url}/api/widget/dialogs/${shop.guest.dialog_id}/events`, {
    Authorization: `Bearer ${shop.guest.token}`,
  })
  const answer = await ask(shop.guest, 'Сколько стоит доставка курьером по Москве?')
  await until(() => client.events.some((one) => one.id === 2))
  const pieces = client.events
    .map((one) => one.data as { type: string; offset: number; text: string; reply_to: number })
    .filter((one) => one.type === 'dialog.message.delta')
  assert.ok(pieces.length > 2)
  let text = ''
  for (const piece of pieces) {
    assert.equal(piece.offset, text.length)
    assert.equal(piece.reply_to, answer.reply_to)
    text += piece.text
  }
  assert.equal(text, answer.text)
  client.close()
})

test('whoever begins to listen in the middle of an answer gets the whole of it so far', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini' })
  shop.fake.next(hangsAfter('Курьер привезёт за 350'))
  const said = await shop.guest.say('Сколько стоит доставка курьером по Москве?')
  await until(() => shop.fake.seen.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const client = await openSse(`${shop.app.url}/api/widget/dialogs/${shop.guest.dialog_id}/events`, {
    Authorization: `Bearer ${shop.guest.token}`,
  })
  const piece = await until(() =>
    client.events
      .map((one) => one.data as { type: string; offset: number; text: string; reply_to: number })
      .find((one) => one.type === 'dialog.message.delta'),
  )
  assert.deepEqual([piece.offset, piece.text, piece.reply_to], [0, 'Курьер привезёт за 350', said.body.id])
  client.close()
})

test('a model that finds no answer in the passages says so in our words, and nothing of its marker is streamed', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini' })
  shop.fake.next(says('[[NO_ANSWER]]', { pause_ms: 2 }))
  const client = await openSse(`${shop.app.url}/api/widget/dialogs/${shop.guest.dialog_id}/events`, {
    Authorization: `Bearer ${shop.guest.token}`,
  })
  const answer = await ask(shop.guest, 'Сколько стоит доставка курьером по Москве?')
  assert.match(answer.text, UNKNOWN)
  assert.equal(answer.answered, false)
  await until(() => client.events.some((one) => one.id === 2))
  assert.equal(
    client.events.some((one) => (one.data as { type?: string }).type === 'dialog.message.delta'),
    false,
  )
  client.close()
})

test('whatever a provider does, the visitor is answered from the passages and nothing half-written is kept', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini', flags: { 'answer.deadline': '3' } })
  const faults: [string, ((res: never, seen: Seen) => void)[]][] = [
    ['a reset', [resets, resets, resets] as never],
    ['server errors', [refuses(500), refuses(503), refuses(502)] as never],
    ['a cut stream', [cutsAfter('Курьер прив'), cutsAfter('Курьер прив'), cutsAfter('Курьер')] as never],
    ['garbage', [sends('<html>busy</html>'), sends('<html>busy</html>'), sends('<html>')] as never],
    ['a hang', [hangs] as never],
    ['a refused key', [refuses(401, { code: 'invalid_api_key' })] as never],
  ]
  for (const [about, steps] of faults) {
    await shop.app.ctx.db
      .updateTable('ai_tokens')
      .set({ parked_until: null, parked_reason: null, failures: 0 })
      .execute()
    const seen = shop.fake.seen.length
    shop.fake.next(...(steps as never[]))
    const answer = await ask(shop.guest, 'Сколько стоит доставка курьером по Москве?')
    assert.match(answer.text, /350 рублей/, about)
    assert.equal(answer.answered, true, about)
    assert.ok(shop.fake.seen.length > seen, `${about} was never met`)
  }
  assert.equal(shop.app.logged.join('').includes('sk-test-1234567890abcdef'), false)
})

test('a human who speaks while the model thinks is not talked over', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini' })
  let let_go: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    let_go = resolve
  })
  shop.fake.next(async (res, seen) => {
    await held
    await says('Курьером за 350 рублей [1].')(res, seen)
  })
  await shop.guest.say('Сколько стоит доставка курьером по Москве?')
  await until(() => shop.fake.seen.length === 1)
  const spoke = await shop.anna.call('POST', `/api/dialogs/${shop.guest.dialog_id}/messages`, {
    text: 'Здравствуйте, отвечу сам.',
  })
  assert.equal(spoke.status, 201)
  let_go()
  await nothingToDo(shop.app)
  assert.deepEqual(
    (await shop.guest.messages()).map((one) => one.sender),
    ['user', 'operator', 'operator'],
  )
})

test('a question that has its answer is not answered again', async () => {
  await using shop = await aShop()
  const answer = await ask(shop.guest, 'Сколько стоит доставка в Казань?')
  const { tenant_id, assistant_id } = await getDialog(
    shop.app.ctx,
    { tenant_id: 0, is_admin: true },
    shop.guest.dialog_id,
  )
  const [question] = await shop.guest.messages()
  for (let i = 0; i < 3; i++)
    await answerMessage(shop.app.ctx, {
      tenant_id,
      assistant_id,
      dialog_id: shop.guest.dialog_id,
      bot_id: null,
      telegram_chat_id: null,
      handoff_status: 'none',
      message: question as never,
    })
  const dialog = await getDialog(shop.app.ctx, { tenant_id, is_admin: false }, shop.guest.dialog_id)
  const second = await inTransaction(shop.app.ctx, (ctx) =>
    addMessage(ctx, dialog, { sender: 'assistant', text: 'ещё раз', reply_to: question!.id }),
  )
  assert.equal(second, undefined)
  assert.deepEqual(
    (await shop.guest.messages()).map((one) => one.id),
    [question!.id, answer.id],
  )
})

test('an assistant that is switched off keeps the messages and says nothing', async () => {
  await using shop = await aShop()
  await shop.anna.call('PUT', `/api/assistants/${shop.assistant.id}`, { is_active: false })
  assert.equal((await shop.guest.say('Сколько стоит доставка в Казань?')).status, 201)
  await nothingToDo(shop.app)
  assert.deepEqual(
    (await shop.guest.messages()).map((one) => one.sender),
    ['user'],
  )
})

test('every answer can be explained to its owner: passages, scores, route, attempts, times', async () => {
  await using shop = await aShop({ model: 'gpt-4o-mini' })
  shop.fake.next(refuses(500), says('Курьером — 350 рублей [1].'))
  const answer = await ask(shop.guest, 'Сколько стоит доставка курьером по Москве?')
  const { status, body } = await shop.anna.call<{
    route: string
    confidence: number
    passages: { title: string; score: number }[]
    attempts: { cause: string | null }[]
    cited: number[]
  }>('GET', `/api/messages/${answer.id}/evidence`)
  assert.equal(status, 200)
  assert.equal(body.route, 'gpt-4o-mini')
  assert.ok(body.confidence > 0.5 && body.passages.length > 0 && body.cited.length === 1)
  assert.deepEqual(
    body.attempts.map((one) => one.cause === null),
    [false, true],
  )
})

test('an answer that was given up ends in a plain apology and a call for a human, once', async () => {
  await using shop = await aShop()
  const { apologise } = await import('../../src/answering/answer.ts')
  await shop.anna.call('PUT', `/api/assistants/${shop.assistant.id}`, { is_active: false })
  const said = await shop.guest.say('Сколько стоит доставка?')
  await nothingToDo(shop.app)
  await shop.anna.call('PUT', `/api/assistants/${shop.assistant.id}`, { is_active: true })
  const about = {
    tenant_id: shop.anna.id,
    assistant_id: shop.assistant.id,
    dialog_id: shop.guest.dialog_id,
    message: said.body as never,
    bot_id: null,
    telegram_chat_id: null,
    handoff_status: 'none',
  }
  await apologise(shop.app.ctx, about)
  await apologise(shop.app.ctx, about)
  const messages = await shop.guest.messages()
  assert.equal(messages.length, 3)
  assert.match(messages[1]!.text, /ещё раз чуть позже/)
  assert.match(messages[2]!.text, /Зову сотрудника/)
})
