import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockUser } from '../../src/auth/sessions.ts'
import { pingAll } from '../../src/realtime/sse.ts'
import { startTestApp, until } from '../helpers/app.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'
import { openSse, typesOf } from '../helpers/sse.ts'

async function aTalk(flags: Record<string, string> = {}) {
  const app = await startTestApp({ flags })
  const anna = await signUp(app, 'anna')
  const assistant = await anAssistant(app, anna)
  const guest = await aGuest(app, assistant)
  const url = `${app.url}/api/widget/dialogs/${guest.dialog_id}/events`
  const staffUrl = `${app.url}/api/dialogs/${guest.dialog_id}/events`
  return {
    app,
    anna,
    assistant,
    guest,
    url,
    staffUrl,
    auth: { Authorization: `Bearer ${guest.token}` },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

test('a listener sees the question and its answer, each once, with rising numbers', async () => {
  await using talk = await aTalk()
  const client = await openSse(talk.url, talk.auth)
  const said = await talk.guest.say('Сколько стоит доставка в Казань?')
  await until(() => client.events.length >= 3)
  assert.deepEqual(typesOf(client), ['connection.established', 'dialog.message.created', 'dialog.message.created'])
  assert.deepEqual(
    client.events.map((one) => one.id),
    [undefined, 1, 2],
  )
  const [, question, answer] = client.events.map(
    (one) => one.data as { message: { id: number; reply_to: number }; dialog_id: number; tenant_id?: number },
  )
  assert.equal(question!.message.id, said.body.id)
  assert.equal(answer!.message.reply_to, said.body.id)
  assert.equal(answer!.tenant_id, undefined)
  client.close()
})

test('whoever comes back with Last-Event-ID gets what was missed, no more and no less', async () => {
  await using talk = await aTalk()
  const first = await openSse(talk.url, talk.auth)
  await talk.guest.answerTo((await talk.guest.say('Доставка в Казань?')).body.id)
  await until(() => first.events.some((one) => one.id === 2))
  first.close()
  for (const text of ['Раз', 'Два', 'Три']) await talk.guest.answerTo((await talk.guest.say(text)).body.id)
  const second = await openSse(talk.url, { ...talk.auth, 'Last-Event-ID': '2' })
  await until(() => second.events.some((one) => one.id === 8))
  assert.deepEqual(
    second.events.flatMap((one) => one.id ?? []),
    [3, 4, 5, 6, 7, 8],
  )
  second.close()
})

test('a stream goes on over a restart of the server without gap or double', async () => {
  const talk = await aTalk()
  await talk.guest.answerTo((await talk.guest.say('Доставка?')).body.id)
  await talk.app.stop()
  await using again = await startTestApp({ flags: { data_dir: talk.app.folder } })
  const client = await openSse(`${again.url}/api/widget/dialogs/${talk.guest.dialog_id}/events`, {
    ...talk.auth,
    'Last-Event-ID': '1',
  })
  await again.call('POST', `/api/widget/dialogs/${talk.guest.dialog_id}/messages`, {
    token: talk.guest.token,
    body: { text: 'Ещё?', client_message_id: 'after' },
  })
  await until(() => client.events.some((one) => one.id === 4))
  assert.deepEqual(
    client.events.flatMap((one) => one.id ?? []),
    [2, 3, 4],
  )
  client.close()
})

test('a malformed Last-Event-ID is refused, one that is unknown or forgotten begins anew', async () => {
  await using talk = await aTalk()
  await talk.guest.answerTo((await talk.guest.say('Доставка?')).body.id)
  const malformed = await openSse(talk.url, { ...talk.auth, 'Last-Event-ID': 'x1' })
  assert.equal(malformed.status, 400)
  assert.match(malformed.body, /INVALID_LAST_EVENT_ID/)
  const unknown = await openSse(talk.url, { ...talk.auth, 'Last-Event-ID': '999' })
  await until(() => unknown.events.length >= 2)
  assert.deepEqual(typesOf(unknown), ['connection.established', 'stream.reset'])
  assert.equal(unknown.events[1]!.id, 2)
  await talk.app.ctx.db.deleteFrom('events').execute()
  const forgotten = await openSse(talk.url, { ...talk.auth, 'Last-Event-ID': '1' })
  await until(() => forgotten.events.length >= 2)
  assert.deepEqual(typesOf(forgotten), ['connection.established', 'stream.reset'])
  for (const client of [unknown, forgotten]) client.close()
})

test('pings carry no number and comments keep nothing waiting', async () => {
  await using talk = await aTalk()
  const client = await openSse(talk.url, talk.auth)
  await until(() => client.events.length === 1)
  pingAll(talk.app.ctx)
  await until(() => client.events.length === 2)
  assert.deepEqual(client.events[1], { id: undefined, data: '__ping__' })
  client.close()
})

test('a token in the query, a header and a one-time ticket open a stream; a used ticket does not', async () => {
  await using talk = await aTalk()
  const ticket = await talk.app.call<{ ticket: string }>('POST', '/api/stream-tickets', { token: talk.anna.token })
  assert.equal(ticket.status, 201)
  for (const [url, headers] of [
    [`${talk.staffUrl}?token=${talk.anna.token}`, {}],
    [talk.staffUrl, { Authorization: `Bearer ${talk.anna.token}` }],
    [`${talk.staffUrl}?ticket=${ticket.body.ticket}`, {}],
    [`${talk.url}?visitor_token=${talk.guest.token}`, {}],
    [
      `${talk.staffUrl}?visitor_token=${talk.guest.token}&assistant_id=${talk.assistant.id}&guest_id=${talk.guest.guest_id}`,
      {},
    ],
  ] as [string, Record<string, string>][]) {
    const client = await openSse(url, headers)
    assert.equal(client.status, 200, url)
    client.close()
  }
  const used = await openSse(`${talk.staffUrl}?ticket=${ticket.body.ticket}`)
  assert.deepEqual([used.status, /SSE_AUTH_FAILED/.test(used.body)], [401, true])
})

test('one stream too many is refused with the time to wait, and a closed one makes room', async () => {
  await using talk = await aTalk({ 'limits.sse_dialog': '2' })
  const clients = [await openSse(talk.url, talk.auth), await openSse(talk.url, talk.auth)]
  const third = await openSse(talk.url, talk.auth)
  assert.deepEqual([third.status, /SSE_CONNECTION_LIMIT/.test(third.body)], [429, true])
  clients[0]!.close()
  await until(() => [...talk.app.ctx.connections.all()].length === 1)
  const fourth = await openSse(talk.url, talk.auth)
  assert.equal(fourth.status, 200)
  for (const client of [...clients, fourth]) client.close()
})

test('however many of a team may watch one desk', async () => {
  await using talk = await aTalk({ 'limits.sse_dialog': '1' })
  const open = () => openSse(`${talk.app.url}/api/events`, { Authorization: `Bearer ${talk.anna.token}` })
  const desks = [await open(), await open()]
  assert.deepEqual(
    desks.map(({ status }) => status),
    [200, 200],
  )
  for (const desk of desks) desk.close()
})

test('the streams of a session end with it: by logout at once, by a block from elsewhere within a second or two', async () => {
  await using talk = await aTalk()
  const byLogout = await openSse(talk.staffUrl, { Authorization: `Bearer ${talk.anna.token}` })
  await until(() => byLogout.events.length === 1)
  await talk.anna.call('POST', '/api/auth/logout')
  await byLogout.closed
  const boris = await signUp(talk.app, 'boris', { is_admin: true })
  const byBlock = await openSse(talk.staffUrl, { Authorization: `Bearer ${boris.token}` })
  await until(() => byBlock.events.length === 1)
  const begun = performance.now()
  // As the CLI does it: another process, which knows nothing of this one's streams.
  await blockUser({ ...talk.app.ctx, connections: { ...talk.app.ctx.connections, all: () => [] } }, boris.id)
  await byBlock.closed
  assert.ok(performance.now() - begun < 3000)
})

test('a client that never reads is dropped instead of filling the memory', async () => {
  await using talk = await aTalk()
  const { connect } = await import('node:net')
  const socket = connect(Number(new URL(talk.app.url).port), '127.0.0.1')
  socket.pause()
  socket.on('error', () => {})
  socket.write(
    `GET /api/widget/dialogs/${talk.guest.dialog_id}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${talk.guest.token}\r\n\r\n`,
  )
  await until(() => [...talk.app.ctx.connections.all()].length === 1)
  const piece = 'x'.repeat(60_000)
  for (let i = 0; i < 400; i++) {
    talk.app.ctx.bus.signal(`dialog:${talk.guest.dialog_id}`, { type: 'noise', piece })
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => [...talk.app.ctx.connections.all()].length === 0)
  socket.destroy()
})

test('the numbers of streams are told to admins only', async () => {
  await using talk = await aTalk()
  const client = await openSse(talk.url, talk.auth)
  const boss = await signUp(talk.app, 'boss', { is_admin: true })
  const stats = await boss.call<{
    total_connections: number
    connections_by_type: Record<string, number>
    average_duration: string
  }>('GET', '/api/sse/stats')
  assert.equal(stats.body.total_connections, 1)
  assert.deepEqual(stats.body.connections_by_type, { admin: 0, widget: 1, site: 0 })
  assert.match(stats.body.average_duration, /^\d\d:\d\d:\d\d$/)
  assert.equal((await talk.anna.call('GET', '/api/sse/stats')).status, 403)
  client.close()
})
