import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp } from '../helpers/app.ts'
import { aGuest, anAssistant, type Said, signUp } from '../helpers/people.ts'

async function aTalk() {
  const app = await startTestApp()
  const anna = await signUp(app, 'anna')
  const assistant = await anAssistant(app, anna)
  const guest = await aGuest(app, assistant)
  return {
    app,
    anna,
    assistant,
    guest,
    path: `/api/dialogs/${guest.dialog_id}`,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

test('an operator’s message reaches the visitor under the operator’s name, and a repeat of its key is the same message', async () => {
  await using talk = await aTalk()
  const say = (text: string, key?: string) =>
    talk.app.call<Said & { operator_name: string }>('POST', `${talk.path}/messages`, {
      token: talk.anna.token,
      body: { text, operator_name: 'Анна' },
      headers: key ? { 'Idempotency-Key': key } : {},
    })
  const first = await say('Здравствуйте!', '"key-1"')
  assert.deepEqual([first.status, first.body.sender, first.body.operator_name], [201, 'operator', 'Анна'])
  assert.equal((await say('Здравствуйте!', 'key-1')).body.id, first.body.id)
  const other = await say('Другое', 'key-1')
  assert.deepEqual([other.status, other.body.error?.details.field], [422, 'Idempotency-Key'])
  assert.equal((await say('x', 'two words')).status, 422)
  assert.notEqual((await say('Здравствуйте!')).body.id, first.body.id)
  const shown = (await talk.guest.messages()).map((one) => one.text)
  assert.deepEqual(shown, ['Оператор Анна подключился к диалогу', 'Здравствуйте!', 'Здравствуйте!'])
})

test('dialogs are listed newest talk first, filtered by each of their sides, and paged', async () => {
  await using talk = await aTalk()
  const second = await aGuest(talk.app, talk.assistant)
  const third = await aGuest(talk.app, await anAssistant(talk.app, talk.anna))
  for (const guest of [second, talk.guest, third]) await guest.answerTo((await guest.say('Доставка?')).body.id)
  await talk.app.ctx.db.updateTable('dialogs').set({ status: 'archived' }).where('id', '=', second.dialog_id).execute()
  await talk.app.ctx.db
    .updateTable('dialogs')
    .set({ handoff_status: 'cancelled' })
    .where('id', '=', third.dialog_id)
    .execute()
  const list = async (query: string) => {
    const { body } = await talk.anna.call<{
      dialogs: { id: number; handoff_status: string }[]
      total: number
      has_more: boolean
    }>('GET', `/api/dialogs?${query}`)
    return { ids: body.dialogs.map((one) => one.id), ...body }
  }
  assert.deepEqual((await list('')).ids, [third.dialog_id, talk.guest.dialog_id, second.dialog_id])
  assert.deepEqual((await list('status=archived')).ids, [second.dialog_id])
  assert.deepEqual((await list(`visitor_of=${second.dialog_id}`)).ids, [second.dialog_id])
  assert.deepEqual((await list(`assistant_id=${talk.assistant.id}&status=active`)).ids, [talk.guest.dialog_id])
  assert.deepEqual((await list('platform=telegram')).ids, [])
  assert.deepEqual((await list('handoff_status=requested')).ids, [])
  const none = await list('handoff_status=none')
  assert.deepEqual([none.total, none.dialogs[0]!.handoff_status], [3, 'none'], 'cancelled shows as none')
  const page = await list('limit=1&offset=1')
  assert.deepEqual([page.ids, page.total, page.has_more], [[talk.guest.dialog_id], 3, true])
})

test('messages are paged back from the newest and forward from a known one, without gap or double', async () => {
  await using talk = await aTalk()
  for (let i = 1; i <= 5; i++) await talk.anna.call('POST', `${talk.path}/messages`, { text: `№${i}` })
  const read = async (query: string) => {
    const { body } = await talk.anna.call<{ messages: Said[]; has_more: boolean; last_event_id: number }>(
      'GET',
      `${talk.path}/messages?${query}`,
    )
    return { texts: body.messages.map((one) => one.text), ...body }
  }
  const newest = await read('limit=2')
  assert.deepEqual([newest.texts, newest.has_more, newest.last_event_id], [['№4', '№5'], true, 8])
  const before = await read(`limit=10&before_id=${newest.messages[0]!.id}`)
  assert.deepEqual([before.texts, before.has_more], [['Оператор anna подключился к диалогу', '№1', '№2', '№3'], false])
  const after = await read(`limit=2&after_id=${before.messages[0]!.id}`)
  assert.deepEqual([after.texts, after.has_more], [['№1', '№2'], true])
})

test('a visitor’s question after an operator has given the dialog back is answered again', async () => {
  await using talk = await aTalk()
  await talk.anna.call('POST', `${talk.path}/messages`, { text: 'Чем помочь?' })
  await talk.anna.call('POST', `${talk.path}/handoff/release`, {})
  const answer = await talk.guest.answerTo((await talk.guest.say('Сколько стоит доставка в Казань?')).body.id)
  assert.match(answer.text, /390/)
})
