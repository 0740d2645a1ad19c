import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { endSessionsOf } from '../../src/auth/sessions.ts'
import { aColleague, aDesk, type Desk, statusOf } from '../handoff/desk.ts'
import { nothingToDo, until } from '../helpers/app.ts'
import { aGuest, anAssistant, type Person, signUp } from '../helpers/people.ts'
import { openSse, typesOf } from '../helpers/sse.ts'

type Note = { id: number; author_name: string; text: string }
type Canned = { id: number; shortcut: string; text: string }
type Listed = { dialogs: { id: number; unread: number }[] }

test('the stream of a desk tells what happens in every dialog of the tenant, and nothing of anybody else or of our own business', async () => {
  await using desk = await aDesk()
  const stranger = await signUp(desk.app, 'stranger')
  const foreign = await aGuest(desk.app, await anAssistant(desk.app, stranger))
  const second = await aGuest(desk.app, desk.assistant)
  const heard = await listen(desk, await aColleague(desk, 'boris'))
  await foreign.say('Чужое сообщение')
  const assistant_id = desk.assistant.id
  await desk.owner.call('POST', '/api/qa-knowledge', { assistant_id, question: 'Где вы?', answer: 'В Казани' })
  await desk.owner.call('DELETE', `/api/assistants/${(await anAssistant(desk.app, desk.owner)).id}`)
  await desk.guest.say('Первый')
  await second.say('Второй')
  await desk.owner.call('POST', `${desk.path}/notes`, { text: 'Только для своих' })
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  const types = await until(() => {
    const types = new Set(typesOf(heard))
    return types.has('handoff.requested') && types.has('dialog.note.created') ? types : undefined
  })
  for (const type of types) assert.match(type, /^(dialog|handoff)\.|^connection\.established$/)
  const told = JSON.stringify(heard.events)
  heard.close()
  assert.ok(told.includes('Первый') && told.includes('Второй') && !told.includes('Чужое'))
})

test('a note is read by the team alone', async () => {
  await using desk = await aDesk()
  const boris = await aColleague(desk, 'boris')
  const stranger = await signUp(desk.app, 'stranger')
  assert.equal((await boris.call('POST', `${desk.path}/notes`, { text: 'Скандалит <b>каждый</b> месяц' })).status, 201)
  const { body } = await desk.owner.call<Note[]>('GET', `${desk.path}/notes`)
  assert.deepEqual(
    body.map((one) => [one.author_name, one.text]),
    [['boris', 'Скандалит <b>каждый</b> месяц']],
  )
  assert.equal((await stranger.call('GET', `${desk.path}/notes`)).status, 404)
  assert.equal((await stranger.call('POST', `${desk.path}/notes`, { text: 'x' })).status, 404)
  assert.ok(!JSON.stringify(await desk.guest.messages()).includes('Скандалит'))
})

test('a message is unread until somebody of the team has seen it, and an older mark takes nothing back', async () => {
  await using desk = await aDesk()
  const first = (await desk.guest.say('Раз')).body.id
  const second = (await desk.guest.say('Два')).body.id
  const unread = async () => (await desk.owner.call<Listed>('GET', '/api/dialogs')).body.dialogs[0]!.unread
  assert.equal(await unread(), 2)
  await desk.owner.call('POST', `${desk.path}/read`, { message_id: first })
  assert.equal(await unread(), 1)
  await desk.owner.call('POST', `${desk.path}/read`, { message_id: second })
  await desk.owner.call('POST', `${desk.path}/read`, { message_id: first })
  assert.equal(await unread(), 0)
})

test('an archived dialog is closed for its visitor, whose next message begins another', async () => {
  await using desk = await aDesk()
  const boris = await aColleague(desk, 'boris')
  await boris.call('POST', `${desk.path}/handoff/take`, {})
  const archived = await boris.call<{ status: string }>('POST', `${desk.path}/archive`)
  assert.deepEqual([archived.status, archived.body.status], [200, 'archived'])
  assert.equal((await boris.call('POST', `${desk.path}/archive`)).status, 200, 'a repeat is harmless')
  assert.equal((await boris.call<{ total: number }>('GET', '/api/operator/my-dialogs')).body.total, 0)
  const opened = await desk.app.call<{ id: number }>('POST', '/api/widget/dialogs', {
    body: {},
    token: desk.guest.token,
  })
  assert.deepEqual([opened.status, opened.body.id === desk.guest.dialog_id], [201, false])
})

test('a dialog that is closed while its visitor waits for a human is closed for the assistant, too', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  await desk.guest.say('Сколько стоит доставка в Казань?')
  await desk.owner.call('POST', `${desk.path}/archive`)
  await nothingToDo(desk.app)
  assert.equal((await statusOf(desk)).status, 'none')
  assert.deepEqual(
    (await desk.guest.messages()).filter((one) => one.sender === 'assistant'),
    [],
  )
})

test('closing a dialog takes the wish for a human back only together with the rest', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  await sql`CREATE TRIGGER full BEFORE UPDATE ON dialogs WHEN NEW.status = 'archived'
    BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`.execute(desk.app.ctx.db)
  assert.equal((await desk.owner.call('POST', `${desk.path}/archive`)).status, 500)
  assert.equal((await statusOf(desk)).status, 'requested')
})

test('a ready reply has one shortcut, which is its team’s alone', async () => {
  await using desk = await aDesk()
  const boris = await aColleague(desk, 'boris')
  const stranger = await signUp(desk.app, 'stranger')
  const hello = { shortcut: 'привет', text: 'Здравствуйте! Чем помочь?' }
  const added = await boris.call<Canned>('POST', '/api/canned-replies', hello)
  assert.equal(added.status, 201)
  assert.equal((await desk.owner.call('POST', '/api/canned-replies', hello)).status, 422)
  assert.equal((await stranger.call('POST', '/api/canned-replies', hello)).status, 201)
  for (const shortcut of ['', 'два слова', '/слэш', 'я'.repeat(41)])
    assert.equal((await boris.call('POST', '/api/canned-replies', { ...hello, shortcut })).status, 422, shortcut)
  const path = `/api/canned-replies/${added.body.id}`
  for (const method of ['PUT', 'DELETE'])
    assert.equal((await stranger.call(method, path, method === 'PUT' ? { text: 'x' } : undefined)).status, 404)
  assert.equal((await desk.owner.call<Canned>('PUT', path, { text: 'Добрый день!' })).body.text, 'Добрый день!')
  assert.equal((await boris.call('DELETE', path)).status, 200)
  assert.deepEqual((await boris.call('GET', '/api/canned-replies')).body, [])
})

test('the stream of a desk ends with the session it was opened by', async () => {
  await using desk = await aDesk()
  const boris = await aColleague(desk, 'boris')
  const heard = await listen(desk, boris)
  await endSessionsOf(desk.app.ctx, boris.id)
  await heard.closed
})

async function listen({ app }: Desk, person: Person) {
  const { body } = await person.call<{ ticket: string }>('POST', '/api/stream-tickets', {})
  const stream = await openSse(`${app.url}/api/events?ticket=${body.ticket}`)
  await until(() => stream.events.length > 0)
  return stream
}
