import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyLedger } from '../../src/billing/chain/verify.ts'
import { purseOf } from '../../src/billing/ledger.ts'
import { importLines } from '../../src/knowledge/import.ts'
import { nothingToDo, startTestApp } from '../helpers/app.ts'
import { openFakeOpenai, says } from '../helpers/fake-openai.ts'
import { aGuest, anAssistant, type Guest, signUp, useModel } from '../helpers/people.ts'

const LINE = { id: 'd1', title: 'Доставка › Курьер', text: 'Доставка курьером по Москве стоит 350 рублей.' }
const COURIER = 'Сколько стоит доставка курьером по Москве?'
const ask = async (guest: Guest, text: string) => guest.answerTo((await guest.say(text)).body.id)

/** A shop that pays for answers and has money for `answers` of them at 5 ₽. */
async function aPayingShop(answers: number, options: { model?: string; flags?: Record<string, string> } = {}) {
  const fake = await openFakeOpenai()
  fake.always(says('Курьером по Москве — 350 рублей [1].'))
  const flags = {
    'billing.enabled': 'true',
    'billing.welcome_bonus': String(answers * 500),
    'openai.base_url': fake.base_url,
    ...options.flags,
  }
  const app = await startTestApp({ flags })
  const anna = await signUp(app, 'anna', { is_admin: true })
  const assistant = await anAssistant(app, anna)
  const lines = join(app.folder, 'lines.jsonl')
  writeFileSync(lines, JSON.stringify(LINE))
  await importLines(app.ctx, assistant, lines)
  if (options.model) await useModel(app.ctx, assistant, { name: options.model, token: 'sk-test-1234567890abcdef' })
  const balance = async () => (await purseOf(app.ctx, anna.id)).balance
  const facts = async (name: string) =>
    (await app.ctx.db.selectFrom('events').select('id').where('name', '=', name).execute()).length
  return {
    ...{ app, anna, assistant, fake, balance, facts },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await fake[Symbol.asyncDispose]()
    },
  }
}

test('a delivered answer is paid with its delivery; stored answers, «I don’t know» and operators are free', async () => {
  await using shop = await aPayingShop(10)
  const guest = await aGuest(shop.app, shop.assistant)
  assert.equal((await ask(guest, COURIER)).answered, true)
  assert.equal(await shop.balance(), 4500)
  assert.match((await ask(guest, 'Сколько стоит доставка в Казань?')).text, /390/)
  assert.equal((await ask(guest, 'Какая погода будет завтра в Париже?')).answered, false)
  await shop.anna.call('POST', `/api/dialogs/${guest.dialog_id}/messages`, { text: 'Здравствуйте, я Анна' })
  assert.equal(await shop.balance(), 4500)
  const { body } = await shop.anna.call<{ transactions: Record<string, unknown>[]; total: number }>(
    'GET',
    '/api/balance/transactions?type=debit',
  )
  assert.equal(body.total, 1)
  const { id: _, created_at: __, ...shown } = body.transactions[0]!
  assert.deepEqual(shown, {
    type: 'debit',
    amount: -5,
    description: 'Сообщение виджета',
    service_type: 'widget_message',
    details: { dialog_id: guest.dialog_id, message_count: 1, model: 'builtin' },
    balance_after: 45,
  })
})

test('a dearer model costs its multiple, and the embedded engine that answered for it only its own price', async () => {
  await using shop = await aPayingShop(10, { model: 'gpt-4o' })
  const guest = await aGuest(shop.app, shop.assistant)
  await ask(guest, COURIER)
  assert.equal(await shop.balance(), 4000)
  await shop.fake.switchOff()
  await ask(guest, COURIER)
  assert.equal(await shop.balance(), 3500)
})

test('without money no model is asked: the message is kept, the visitor hears a polite sentence, a human is called and the owner told once', async () => {
  await using shop = await aPayingShop(0, { model: 'gpt-4o-mini' })
  const guests = [await aGuest(shop.app, shop.assistant), await aGuest(shop.app, shop.assistant)]
  for (const guest of guests) {
    const answer = await ask(guest, COURIER)
    assert.match(answer.text, /Передаю ваш вопрос сотруднику/)
    assert.equal((await guest.messages()).filter((one) => one.sender === 'user').length, 1)
    const status = await shop.anna.call('GET', `/api/dialogs/${guest.dialog_id}/handoff/status`)
    assert.deepEqual([status.body.status, status.body.reason], ['requested', 'fallback'])
  }
  assert.equal(shop.fake.seen.length, 0)
  assert.equal(await shop.facts('balance.empty'), 1)
  // What costs nothing is still answered.
  const third = await aGuest(shop.app, shop.assistant)
  assert.match((await ask(third, 'Сколько стоит доставка в Казань?')).text, /390/)
  const tried = await shop.anna.call('POST', `/api/assistants/${shop.assistant.id}/ask`, { question: COURIER })
  assert.deepEqual([tried.status, tried.body.error?.code], [402, 'INSUFFICIENT_BALANCE'])
})

test('of answers that race for the last kopecks one is delivered, and the others become the polite sentence', async () => {
  await using shop = await aPayingShop(1, { model: 'gpt-4o-mini' })
  shop.fake.always(says('Курьером по Москве — 350 рублей [1].', { pause_ms: 20 }))
  const guests = await Promise.all(Array.from({ length: 4 }, () => aGuest(shop.app, shop.assistant)))
  const answers = await Promise.all(guests.map((guest) => ask(guest, COURIER)))
  assert.equal(answers.filter((one) => /350/.test(one.text)).length, 1)
  assert.equal(answers.filter((one) => /Передаю/.test(one.text)).length, 3)
  assert.ok(shop.fake.seen.length > 1, 'they did race')
  assert.equal(await shop.balance(), 0)
  assert.equal((await verifyLedger(shop.app.ctx)).ok, true)
})

test('an answer that is not delivered because an operator stepped in costs nothing', async () => {
  await using shop = await aPayingShop(10, { model: 'gpt-4o-mini' })
  shop.fake.always(says('Курьером по Москве — 350 рублей [1].', { pause_ms: 100 }))
  const guest = await aGuest(shop.app, shop.assistant)
  await guest.say(COURIER)
  await shop.anna.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/take`, {})
  await nothingToDo(shop.app)
  assert.equal(await shop.balance(), 5000)
})

test('the welcome bonus comes once with the confirmed address, and the profile shows it; with billing off there is none', async () => {
  await using shop = await aPayingShop(50)
  const me = await shop.anna.call('GET', '/api/users/me')
  assert.deepEqual([me.body.balance, me.body.welcome_bonus, me.body.plan], [250, 250, 'trial'])
  await using free = await startTestApp()
  const boris = await signUp(free, 'boris')
  assert.equal((await boris.call('GET', '/api/users/me')).body.balance, 0)
  const guest = await aGuest(free, await anAssistant(free, boris))
  await ask(guest, COURIER)
  assert.deepEqual((await boris.call('GET', '/api/balance/transactions')).body, { transactions: [], total: 0 })
})

test('prices are shown in roubles by channel, with what each model costs beside them', async () => {
  await using shop = await aPayingShop(0, { flags: { 'billing.price_telegram': '750' } })
  const { body } = await shop.anna.call<{ prices: unknown; models: { name: string; price_multiplier: number }[] }>(
    'GET',
    '/api/balance/prices',
  )
  assert.deepEqual(body.prices, [
    { channel: 'website', price: 5 },
    { channel: 'telegram', price: 7.5 },
  ])
  assert.equal(body.models.find((one) => one.name === 'gpt-4o')?.price_multiplier, 2)
})
