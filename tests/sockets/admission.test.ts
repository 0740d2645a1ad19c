import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { changeAssistant } from '../../src/assistants/assistants.ts'
import { openSession } from '../../src/auth/sessions.ts'
import { addOperator, removeOperator } from '../../src/operators/operators.ts'
import { openShell, PASSWORD } from '../cli/shell.ts'
import { startTestApp, until } from '../helpers/app.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'
import { openSse } from '../helpers/sse.ts'
import { openSocket } from './client.ts'
import { aTalk, closing, refusedHandshake } from './scene.ts'

test('every credential of a stream opens a socket, on each of its addresses', async () => {
  await using talk = await aTalk()
  const { app, anna, guest, assistant } = talk
  const ticketFor = async (token: string) =>
    (await app.call<{ ticket: string }>('POST', '/api/stream-tickets', { token })).body.ticket
  const whole = `visitor_token=${guest.token}&site_token=${assistant.site_token}&assistant_id=${assistant.id}&guest_id=${guest.guest_id}`
  for (const [path, query, headers] of [
    ['/ws/dialogs', `token=${anna.token}`, {}],
    ['/ws/dialogs', '', { Authorization: `Bearer ${anna.token}` }],
    ['/ws/dialogs', `ticket=${await ticketFor(anna.token)}`, {}],
    ['/ws/dialogs', `visitor_token=${guest.token}`, {}],
    ['/ws/widget/dialogs', `visitor_token=${guest.token}`, {}],
    ['/ws/widget/dialogs', `ticket=${await ticketFor(guest.token)}`, {}],
    ['/ws/widget/dialogs', '', { Authorization: `Bearer ${guest.token}` }],
    ['/ws/site/dialogs', whole, {}],
  ] as [string, string, Record<string, string>][]) {
    const client = await openSocket(`${app.url}${path}/${guest.dialog_id}?${query}`, { headers })
    await until(() => client.frames[0])
    assert.equal(client.frames[0]!.type, 'connection_established', `${path}?${query}`)
    client.close()
  }
})

test('without one valid caller a socket is closed with 4401, and so it is when credentials disagree', async () => {
  await using talk = await aTalk()
  const { app, anna, guest, assistant } = talk
  const other = await aGuest(app, assistant)
  const boris = await signUp(app, 'boris')
  const foreign = await anAssistant(app, boris)
  const used = await app.call<{ ticket: string }>('POST', '/api/stream-tickets', { token: anna.token })
  const ticket = `ticket=${used.body.ticket}`
  const base = `${app.url}/ws/dialogs/${guest.dialog_id}`
  const first = await openSocket(`${base}?${ticket}`)
  await until(() => first.frames[0])
  first.close()
  for (const query of [
    '',
    'token=',
    'token=x',
    `token=${guest.token}`,
    `visitor_token=${anna.token}`,
    ticket,
    `token=${anna.token}&visitor_token=${guest.token}`,
    `token=${anna.token}&token=${anna.token}`,
    `visitor_token=${guest.token}&token=x`,
    `visitor_token=${guest.token}&guest_id=${other.guest_id}`,
    `visitor_token=${guest.token}&assistant_id=${foreign.id}`,
    `visitor_token=${guest.token}&site_token=${foreign.site_token}`,
    `assistant_id=${assistant.id}&guest_id=${guest.guest_id}`,
    `site_token=${assistant.site_token}&assistant_id=${assistant.id}&guest_id=${guest.guest_id}`,
  ]) {
    const end = await closing(`${base}?${query}`)
    assert.deepEqual(end, { code: 4401, reason: 'no access', error: 'SSE_AUTH_FAILED' }, query)
  }
  const both = await closing(`${base}?visitor_token=${guest.token}`, {
    headers: { Authorization: `Bearer ${anna.token}` },
  })
  assert.equal(both.code, 4401)
  assert.equal(talk.sockets(), 0)
})

test("another one's dialog and one that never was are closed with 4404", async () => {
  await using talk = await aTalk()
  const { app, anna, guest, assistant } = talk
  const boris = await signUp(app, 'boris')
  const other = await aGuest(app, assistant)
  for (const [id, query] of [
    [guest.dialog_id, `token=${boris.token}`],
    [guest.dialog_id, `visitor_token=${other.token}`],
    [other.dialog_id, `visitor_token=${guest.token}`],
    [999_999, `token=${anna.token}`],
    ['1e0', `token=${anna.token}`],
    ['%00', `token=${anna.token}`],
    ['9'.repeat(30), `token=${anna.token}`],
  ]) {
    const end = await closing(`${app.url}/ws/dialogs/${id}?${query}`)
    assert.deepEqual(end, { code: 4404, reason: 'no such dialog', error: 'NOT_FOUND' }, `${id}`)
  }
})

test('a forged Origin is refused before the handshake with 403; own pages, allowed sites and no Origin at all are not', async () => {
  await using talk = await aTalk({ public_url: 'https://replyx.example' })
  const tries: [url: string, origin: string | undefined, opens: boolean][] = [
    [talk.guestUrl, undefined, true],
    [talk.guestUrl, talk.app.url, true],
    [talk.guestUrl, 'https://replyx.example', true],
    [talk.guestUrl, 'https://www.shop.example', true],
    [talk.guestUrl, 'https://evil-shop.example', false],
    [talk.guestUrl, 'https://shop.example.evil.example', false],
    [talk.guestUrl, 'null', false],
    [talk.guestUrl, 'https://shop.example/path', false],
    [talk.guestUrl, 'file://shop.example', false],
    [talk.staffUrl, undefined, true],
    [talk.staffUrl, talk.app.url, true],
    [talk.staffUrl, 'https://replyx.example', true],
    [talk.staffUrl, 'https://shop.example', false],
  ]
  for (const [url, origin, opens] of tries) {
    const options = origin === undefined ? {} : { headers: { Origin: origin } }
    if (opens) {
      const client = await openSocket(url, options)
      await until(() => client.frames[0])
      assert.equal(client.frames[0]!.type, 'connection_established', `${origin}`)
      client.close()
    } else {
      const { status, body } = await refusedHandshake(url, options)
      assert.deepEqual([status, JSON.parse(body).error.code], [403, 'ORIGIN_NOT_ALLOWED'], `${origin}`)
    }
  }
})

test('a site that was taken from the list is refused from then on', async () => {
  await using talk = await aTalk()
  const options = { headers: { Origin: 'https://shop.example' } }
  ;(await openSocket(talk.guestUrl, options)).close()
  const scope = { tenant_id: talk.anna.id, is_admin: false }
  await changeAssistant(talk.app.ctx, scope, { id: talk.assistant.id, allowed_domains: [] })
  assert.equal((await refusedHandshake(talk.guestUrl, options)).status, 403)
})

test('sockets and streams of a dialog are counted together; the one too many is told to come back later', async () => {
  await using talk = await aTalk({ 'limits.sse_dialog': '2' })
  const sse = await openSse(`${talk.app.url}/api/widget/dialogs/${talk.guest.dialog_id}/events`, {
    Authorization: `Bearer ${talk.guest.token}`,
  })
  const socket = await talk.asGuest()
  assert.deepEqual(await closing(talk.guestUrl), {
    code: 1013,
    reason: 'too many connections',
    error: 'SSE_CONNECTION_LIMIT',
  })
  const boss = await signUp(talk.app, 'boss', { is_admin: true })
  const stats = await boss.call<{ total_connections: number }>('GET', '/api/sse/stats')
  assert.equal(stats.body.total_connections, 2)
  socket.close()
  await until(() => talk.sockets() === 1)
  const again = await talk.asGuest()
  await until(() => again.of('connection_established')[0])
  again.close()
  sse.close()
})

test('visitor sockets of one address are limited, those of staff are not', async () => {
  await using talk = await aTalk({ 'limits.sse_ip': '2' })
  const open = [
    await talk.asGuest(),
    await talk.asGuest(),
    await talk.asStaff(),
    await talk.asStaff(),
    await talk.asStaff(),
  ]
  await until(() => talk.sockets() === 5)
  assert.equal((await closing(talk.guestUrl)).code, 1013)
  for (const client of open) client.close()
})

test("a stranger's tries are counted by address, so that credentials cannot be guessed", async () => {
  await using talk = await aTalk({ 'limits.general': '20/1m' })
  const codes: number[] = []
  for (let i = 0; i < 22; i++) codes.push((await closing(`${talk.app.url}/ws/dialogs/1?token=guess${i}`)).code)
  assert.deepEqual([codes[0], codes.at(-1)], [4401, 4429])
})

test('the sockets of a session end with it: logout at once, others stay', async () => {
  await using talk = await aTalk()
  const [staff, guest] = [await talk.asStaff(), await talk.asGuest()]
  await until(() => talk.sockets() === 2)
  await talk.anna.call('POST', '/api/auth/logout')
  const end = await staff.closed
  assert.deepEqual(end, { code: 4401, reason: 'no access' })
  await until(() => talk.sockets() === 1)
  assert.equal(guest.ws.readyState, guest.ws.OPEN)
  assert.equal((await closing(talk.staffUrl)).code, 4401)
  guest.close()
})

test('what still waits when the session ends is not said', async () => {
  await using talk = await aTalk()
  const staff = await talk.asStaff()
  await until(() => talk.sockets() === 1)
  // The session ends just when the first of many messages has been stored.
  const { bus, connections } = talk.app.ctx
  const deaf = bus.listen(`dialog:${talk.guest.dialog_id}`, () => {
    for (const connection of connections.all()) connection.close()
  })
  staff.ws.once('close', deaf)
  for (let i = 0; i < 20; i++) staff.send({ type: 'send_message', text: `Сообщение ${i}` })
  assert.equal((await staff.closed).code, 4401)
  const said = (await talk.guest.messages()).map((one) => one.text)
  assert.deepEqual(
    said.filter((text) => text.startsWith('Сообщение')),
    ['Сообщение 0'],
  )
})

test('an operator who is removed from the team loses the socket', async () => {
  await using talk = await aTalk()
  const { operator } = await addOperator(talk.app.ctx, talk.anna.id, { email: 'ivan@example.com', name: 'Иван' })
  const { access_token } = await openSession(talk.app.ctx, operator)
  const ivan = await openSocket(`${talk.app.url}/ws/dialogs/${talk.guest.dialog_id}?token=${access_token}`)
  await until(() => talk.sockets() === 1)
  await removeOperator(talk.app.ctx, talk.anna.id, operator.id)
  assert.equal((await ivan.closed).code, 4401)
})

test('a socket of an account that the command line blocks is closed within five seconds', async () => {
  await using shell = openShell()
  await shell.run('user', 'add', '--email', 'anna@example.com', '--password-file', 'pw')
  const { url, child } = await shell.serve()
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Record<string, string>
  }
  const { access_token } = await post('/api/auth/login', { email: 'anna@example.com', password: PASSWORD })
  const auth = { Authorization: `Bearer ${access_token}` }
  const assistant = await post('/api/assistants', { name: 'Помощник', system_prompt: 'Кратко.' }, auth)
  const session = await post('/api/widget/session', {}, { 'X-Site-Token': assistant.site_token!, Origin: url })
  const dialog = await post('/api/widget/dialogs', {}, { Authorization: `Bearer ${session.visitor_token}` })
  const client = await openSocket(`${url}/ws/dialogs/${dialog.id}?token=${access_token}`)
  await until(() => client.frames[0])
  assert.equal(client.frames[0]!.type, 'connection_established')
  assert.equal((await shell.run('user', 'block', 'anna@example.com', '--yes')).code, 0)
  const begun = performance.now()
  assert.equal((await client.closed).code, 4401)
  assert.ok(performance.now() - begun < 5000)
  child.kill('SIGTERM')
})

test('a server that stops says so, and the socket goes on at the next one without gap or double', async () => {
  const talk = await aTalk()
  const first = await talk.asGuest()
  await talk.guest.answerTo((await talk.guest.say('Раз')).body.id)
  await until(() => first.of('new_message').length === 2)
  await talk.app.stop()
  assert.deepEqual(await first.closed, { code: 1012, reason: 'the server restarts' })
  await using again = await startTestApp({ flags: { data_dir: talk.app.folder } })
  const url = `${again.url}/ws/widget/dialogs/${talk.guest.dialog_id}?visitor_token=${talk.guest.token}&last_seq=1`
  const second = await openSocket(url)
  second.send({ type: 'send_message', text: 'Два' })
  await until(() => second.of('new_message').length === 3)
  assert.deepEqual(
    second.frames.flatMap((one) => one.seq ?? []),
    [2, 3, 4],
  )
  second.close()
})

test('whatever else asks for an upgrade is answered as the plain request it is', async () => {
  await using talk = await aTalk()
  const ask = (path: string, upgrade: string) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(talk.app.url + path, { headers: { Connection: 'Upgrade', Upgrade: upgrade } }, (res) => {
        res.resume()
        resolve(res.statusCode!)
      })
      sent.on('upgrade', () => reject(new Error('upgraded')))
      sent.on('error', reject)
      sent.end()
    })
  assert.equal(await ask('/api/system/health', 'h2c'), 200)
  assert.equal(await ask('/api/system/health', 'websocket'), 200)
  assert.equal(await ask('/ws/other', 'websocket'), 404)
  assert.equal(await ask('/ws/dialogs/1', 'h2c'), 404)
  assert.equal(await ask(`/ws/dialogs/${talk.guest.dialog_id}`, 'websocket'), 400) // without a key it is no handshake
})

test('a secret in the address of a socket is in no log', async () => {
  await using talk = await aTalk()
  const client = await talk.asStaff()
  await until(() => client.frames[0])
  await closing(`${talk.app.url}/ws/dialogs/1?token=${talk.guest.token}`)
  client.close()
  const logged = talk.app.logged.join('')
  assert.equal(logged.includes(talk.anna.token) || logged.includes(talk.guest.token), false)
})
