import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSession } from '../../src/auth/sessions.ts'
import { inTransaction } from '../../src/db/database.ts'
import { editMessage } from '../../src/dialogs/messages.ts'
import { addOperator } from '../../src/operators/operators.ts'
import { until } from '../helpers/app.ts'
import { signUp } from '../helpers/people.ts'
import { openSse } from '../helpers/sse.ts'
import { openSocket } from './client.ts'
import { aTalk } from './scene.ts'

type Shown = { id: number; sender: string; text: string; created_at: string; operator_name?: string }
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

test('the client of the document works unchanged: it sends a text, sees it and the answer', async () => {
  await using talk = await aTalk()
  const shown: Shown[] = []
  const url = talk.guestUrl.replace(/^http/, 'ws')
  const ws = new WebSocket(url) // the browser's own interface
  ws.onmessage = (event) => {
    const data = JSON.parse(String(event.data)) as { type: string; message: Shown }
    switch (data.type) {
      case 'new_message':
        shown.push(data.message)
        break
    }
  }
  await new Promise((resolve) => (ws.onopen = resolve))
  ws.send(JSON.stringify({ type: 'send_message', text: 'Сколько стоит доставка в Казань?' }))
  await until(() => shown.length === 2)
  assert.deepEqual(
    shown.map((one) => one.sender),
    ['user', 'assistant'],
  )
  assert.match(shown[1]!.text, /390/)
  assert.match(shown[0]!.created_at, ISO)
  ws.close()
})

test('frames have the fields of the document, and the numbers of the other stream', async () => {
  await using talk = await aTalk()
  const client = await talk.asGuest()
  const other = await openSse(`${talk.app.url}/api/widget/dialogs/${talk.guest.dialog_id}/events`, {
    Authorization: `Bearer ${talk.guest.token}`,
  })
  client.send({ type: 'send_message', text: 'Привет', client_message_id: 'm1' })
  await until(() => client.of('new_message').length === 2 && other.events.some((one) => one.id === 2))
  const [established, ...rest] = client.frames
  assert.equal(established!.type, 'connection_established')
  assert.equal(established!.last_seq, 0)
  assert.equal(typeof established!.client_id, 'string')
  const [first, second] = client.of('new_message')
  assert.deepEqual(Object.keys(first!), ['type', 'dialog_id', 'message', 'seq', 'timestamp'])
  assert.deepEqual([first!.seq, second!.seq, first!.dialog_id], [1, 2, talk.guest.dialog_id])
  assert.match(String(first!.timestamp), ISO)
  assert.deepEqual(
    other.events.flatMap(({ id, data }) => (id === undefined || data === '__ping__' ? [] : [[id, data.message]])),
    client.of('new_message').map(({ seq, message }) => [seq, message]),
  )
  assert.equal(JSON.stringify(rest).includes('tenant_id'), false)
  client.close()
  other.close()
})

test('staff and a visitor talk over sockets, each under their own role', async () => {
  await using talk = await aTalk()
  const staff = await talk.asStaff()
  const guest = await talk.asGuest()
  staff.send({ type: 'send_message', text: 'Здравствуйте, это Анна', client_message_id: 's1' })
  await until(() => guest.of('new_message').some((one) => (one.message as Shown).sender === 'operator'))
  guest.send({ type: 'send_message', text: 'Здравствуйте!', client_message_id: 'g1' })
  await until(() => staff.of('new_message').some((one) => (one.message as Shown).sender === 'user'))
  const started = guest.of('handoff_started')[0]!
  assert.deepEqual(Object.keys(started), ['type', 'dialog_id', 'manager', 'seq', 'timestamp'])
  assert.deepEqual(started.manager, { name: 'anna', avatar: null })
  assert.equal((staff.of('handoff_started')[0]!.manager as { id: number }).id, talk.anna.id)
  await until(() => staff.of('new_message').length === guest.of('new_message').length)
  const texts = (await talk.guest.messages()).map(({ sender, text }) => [sender, text])
  assert.ok(texts.some(([sender, text]) => sender === 'operator' && text === 'Здравствуйте, это Анна'))
  assert.deepEqual(texts.at(-1), ['user', 'Здравствуйте!'])
  staff.close()
  guest.close()
})

test('a message is acknowledged with its number, and said once however often it is sent', async () => {
  await using talk = await aTalk()
  const [guest, staff] = [await talk.asGuest(), await talk.asStaff()]
  for (const client of [guest, staff]) {
    for (let i = 0; i < 3; i++) client.send({ type: 'send_message', text: 'Раз', client_message_id: 'once' })
    await until(() => client.of('ack').length === 3)
    const [ack] = client.of('ack')
    assert.equal(ack!.client_message_id, 'once')
    assert.deepEqual(new Set(client.of('ack').map((one) => one.message_id)), new Set([ack!.message_id]))
  }
  const said = (await talk.guest.messages()).filter((one) => one.text === 'Раз')
  assert.deepEqual(
    said.map((one) => one.sender),
    ['user', 'operator'],
  )
  assert.deepEqual(
    said.map((one) => one.id),
    [guest.of('ack')[0]!.message_id, staff.of('ack')[0]!.message_id],
  )
  guest.close()
  staff.close()
})

test('messages of one socket are said in the order they were sent', async () => {
  await using talk = await aTalk()
  const staff = await talk.asStaff()
  const texts = Array.from({ length: 30 }, (_, i) => `Сообщение ${i}`)
  for (const text of texts) staff.send({ type: 'send_message', text })
  await until(() => staff.of('ack').length === texts.length)
  const said = (await talk.guest.messages()).filter((one) => texts.includes(one.text))
  assert.deepEqual(
    said.map((one) => one.text),
    texts,
  )
  staff.close()
})

test('asking for a human, taking it back, coming and going are told in the words of the document', async () => {
  await using talk = await aTalk()
  const guest = await talk.asGuest()
  const path = `/api/dialogs/${talk.guest.dialog_id}/handoff`
  const ask = (request_id: string) => ({ reason: 'keyword', request_id })
  assert.equal((await talk.anna.call('POST', `${path}/request`, ask('r1'))).status, 200)
  await until(() => guest.of('handoff_requested')[0])
  const requested = guest.of('handoff_requested')[0]!
  assert.deepEqual(
    [requested.dialog_id, requested.reason, requested.queue_position],
    [talk.guest.dialog_id, 'keyword', 1],
  )
  await talk.anna.call('POST', `${path}/cancel`, {})
  await until(() => guest.of('handoff_cancelled')[0])
  await talk.anna.call('POST', `${path}/take`, {})
  await until(() => guest.of('handoff_started')[0])
  await talk.anna.call('POST', `${path}/release`, { resolution: 'completed', return_to_ai: true })
  await until(() => guest.of('handoff_released')[0])
  const released = guest.of('handoff_released')[0]!
  assert.deepEqual([released.resolution, released.return_to_ai], ['completed', true])
  const seqs = guest.frames.flatMap((one) => one.seq ?? [])
  assert.deepEqual(
    seqs,
    seqs.map((_, i) => i + 1),
  )
  guest.close()
})

test('typing is shown to the other side, at most once in two seconds, and a visitor does not see visitors type', async () => {
  let skew = 0
  await using talk = await aTalk({}, { now: () => Date.now() + skew })
  const [guest, staff] = [await talk.asGuest(), await talk.asStaff()]
  staff.send({ type: 'send_message', text: 'Здравствуйте' }) // only who has the dialog is shown typing
  await until(() => staff.of('ack').length === 1)
  for (let i = 0; i < 5; i++) guest.send({ type: 'typing' })
  for (let i = 0; i < 5; i++) staff.send({ type: 'typing' })
  await until(() => staff.of('visitor_typing').length > 0 && guest.of('operator_typing').length > 0)
  staff.send({ type: 'send_message', text: 'Конец первого' })
  guest.send({ type: 'send_message', text: 'Конец первого' })
  await until(() => staff.of('ack').length === 2 && guest.of('ack').length === 1)
  assert.equal(staff.of('visitor_typing').length, 1)
  assert.equal(guest.of('operator_typing').length, 1)
  assert.equal(guest.of('visitor_typing').length, 0)
  const typing = guest.of('operator_typing')[0]!
  assert.deepEqual(Object.keys(typing), ['type', 'dialog_id', 'operator_name', 'timestamp'])
  assert.deepEqual([typing.dialog_id, typing.operator_name], [talk.guest.dialog_id, 'anna'])
  skew = 2500
  guest.send({ type: 'typing' })
  await until(() => staff.of('visitor_typing').length === 2)
  guest.close()
  staff.close()
})

test('what was missed is replayed by last_seq, also from the very beginning', async () => {
  await using talk = await aTalk()
  for (const text of ['Раз', 'Два', 'Три']) await talk.guest.answerTo((await talk.guest.say(text)).body.id)
  for (const [seen, expected] of [
    [0, [1, 2, 3, 4, 5, 6]],
    [4, [5, 6]],
    [6, []],
  ] as const) {
    const client = await talk.asGuest(`&last_seq=${seen}`)
    await until(() => client.of('connection_established')[0])
    assert.equal(client.of('connection_established')[0]!.last_seq, seen)
    await until(() => client.of('new_message').length >= expected.length)
    assert.deepEqual(
      client.frames.flatMap((one) => one.seq ?? []),
      expected,
    )
    client.close()
  }
})

test('a number that is unknown or forgotten begins anew, a malformed one is refused', async () => {
  await using talk = await aTalk()
  await talk.guest.answerTo((await talk.guest.say('Раз')).body.id)
  const unknown = await talk.asGuest('&last_seq=99')
  await until(() => unknown.of('stream_reset')[0])
  assert.equal(unknown.of('stream_reset')[0]!.seq, 2)
  await talk.app.ctx.db.deleteFrom('events').execute()
  const forgotten = await talk.asGuest('&last_seq=1')
  await until(() => forgotten.of('stream_reset')[0])
  for (const client of [unknown, forgotten]) client.close()
  for (const bad of ['-1', '1e3', 'x', '9'.repeat(16), '1&last_seq=2']) {
    const client = await talk.asGuest(`&last_seq=${bad}`)
    assert.equal((await client.closed).code, 4400)
    assert.deepEqual(
      [client.of('error')[0]!.code, client.of('error')[0]!.details],
      ['VALIDATION_ERROR', { field: 'last_seq', issue: 'нужно целое число от нуля' }],
    )
  }
})

test('a colleague who writes into a taken dialog gets the refusal, and the socket stays', async () => {
  await using talk = await aTalk()
  const { operator } = await addOperator(talk.app.ctx, talk.anna.id, { email: 'ivan@example.com', name: 'Иван' })
  const { access_token } = await openSession(talk.app.ctx, operator)
  const ivan = await openSocket(`${talk.app.url}/ws/dialogs/${talk.guest.dialog_id}?token=${access_token}`)
  const anna = await talk.asStaff()
  anna.send({ type: 'send_message', text: 'Я веду' })
  await until(() => anna.of('ack')[0])
  ivan.send({ type: 'send_message', text: 'И я', client_message_id: 'i1' })
  await until(() => ivan.of('error')[0])
  const refusal = ivan.of('error')[0]!
  assert.deepEqual([refusal.code, refusal.client_message_id], ['HANDOFF_CONFLICT', 'i1'])
  anna.send({ type: 'send_message', text: 'Ещё' })
  await until(() => ivan.of('new_message').some((one) => (one.message as Shown).text === 'Ещё'))
  ivan.close()
  anna.close()
})

test('errors speak the language of the client, else of the appliance', async () => {
  await using talk = await aTalk()
  const [english, plain] = [
    await talk.asGuest('', { headers: { 'Accept-Language': 'en-GB,en;q=0.8' } }),
    await talk.asGuest(),
  ]
  for (const client of [english, plain]) {
    client.send({ type: 'dance' })
    await until(() => client.of('error')[0])
  }
  assert.match(String(english.of('error')[0]!.message), /unknown frame/)
  assert.match(String(plain.of('error')[0]!.message), /неизвестный кадр/)
  english.close()
  plain.close()
})

test('a piece of a streamed answer and an edited message have their own frames', async () => {
  await using talk = await aTalk()
  const guest = await talk.asGuest()
  await until(() => guest.frames.length === 1)
  const delta = { type: 'dialog.message.delta', dialog_id: talk.guest.dialog_id, reply_to: 1, offset: 0, text: 'Дост' }
  talk.app.ctx.bus.signal(`dialog:${talk.guest.dialog_id}`, delta)
  talk.app.ctx.bus.signal(`dialog:${talk.guest.dialog_id}`, { type: 'something.else', secret: 1 })
  await until(() => guest.of('message_delta')[0])
  const { timestamp, ...shown } = guest.of('message_delta')[0]!
  assert.match(String(timestamp), ISO)
  assert.deepEqual(shown, { ...delta, type: 'message_delta' })
  await talk.guest.say('Опечатка', 'typo')
  await inTransaction(talk.app.ctx, (ctx) =>
    editMessage(ctx, {
      tenant_id: talk.anna.id,
      dialog_id: talk.guest.dialog_id,
      source_id: 'visitor:typo',
      text: 'Исправлено',
    }),
  )
  await until(() => guest.of('message_updated')[0])
  assert.equal((guest.of('message_updated')[0]!.message as Shown).text, 'Исправлено')
  assert.deepEqual(
    guest.frames.filter((one) => String(one.type).includes('else')),
    [],
  )
  guest.close()
})

test("an admin of the appliance may look into a tenant's dialog", async () => {
  await using talk = await aTalk()
  const boss = await signUp(talk.app, 'boss', { is_admin: true })
  const client = await openSocket(`${talk.app.url}/ws/dialogs/${talk.guest.dialog_id}?token=${boss.token}`)
  await talk.guest.say('Видно?')
  await until(() => client.of('new_message')[0])
  client.close()
})
