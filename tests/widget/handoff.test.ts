import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aColleague, aDesk, type Desk, statusOf } from '../handoff/desk.ts'
import { until } from '../helpers/app.ts'
import { engines } from '../helpers/engines.ts'
import { aGuest } from '../helpers/people.ts'
import { openSse, typesOf } from '../helpers/sse.ts'
import { openSocket } from '../sockets/client.ts'

type Status = {
  status: string
  queue_position: number | null
  estimated_wait_time: string | null
  operator_name: string | null
  operators_online: number
  nobody_came: boolean
  contact_left: boolean
  is_closed: boolean
}

function asGuest(desk: Desk, guest = desk.guest) {
  const path = `/api/widget/dialogs/${guest.dialog_id}`
  return {
    path,
    post: (what: string, body: unknown = {}) =>
      desk.app.call<Record<string, unknown>>('POST', `${path}/${what}`, { body, token: guest.token }),
    status: async () => (await desk.app.call<Status>('GET', `${path}/handoff/status`, { token: guest.token })).body,
  }
}

for (const engine of engines) {
  test(`${engine}: a visitor calls a human, sees the place and the wait, is told who came, and that they left`, async () => {
    await using desk = await aDesk({ engine })
    const guest = asGuest(desk)
    const anna = await aColleague(desk, 'Анна')
    await anna.call('POST', '/api/operator/heartbeat', { status: 'available' })
    assert.equal((await guest.status()).status, 'none')

    const asked = await guest.post('handoff/request', { reason: 'manual', request_id: 'r1' })
    assert.deepEqual([asked.status, asked.body.status, asked.body.queue_position], [200, 'requested', 1])
    assert.deepEqual((await guest.post('handoff/request', { request_id: 'r1' })).body, asked.body)
    const waiting = await guest.status()
    assert.deepEqual([waiting.status, waiting.queue_position, waiting.operators_online], ['requested', 1, 1])
    assert.match(waiting.estimated_wait_time!, /минут/)

    await anna.call('POST', `${desk.path}/handoff/takeover`)
    const active = await guest.status()
    assert.deepEqual([active.status, active.operator_name, active.queue_position], ['active', 'Анна', null])
    assert.equal('assigned_manager' in active, false)
    assert.doesNotMatch(JSON.stringify(active), /example\.com/)

    await anna.call('POST', `${desk.path}/handoff/release`, {})
    const after = await guest.status()
    assert.deepEqual([after.status, after.operator_name, after.is_closed], ['released', null, false])
  })
}

test('a visitor takes the wish back once; then there is none, and none of an operator who has come', async () => {
  await using desk = await aDesk()
  const guest = asGuest(desk)
  await guest.post('handoff/request')
  assert.deepEqual((await guest.post('handoff/cancel')).body, { success: true })
  assert.equal((await guest.status()).status, 'none')
  assert.equal((await guest.post('handoff/cancel')).body.error?.code, 'HANDOFF_NOT_FOUND')
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  assert.equal((await guest.post('handoff/cancel')).body.error?.code, 'HANDOFF_CONFLICT')
  assert.equal((await guest.post('handoff/request')).body.error?.code, 'HANDOFF_CONFLICT')
})

test('the fourth call for a human in a minute is refused, and a second wish keeps the place of the first', async () => {
  await using desk = await aDesk()
  const guest = asGuest(desk)
  await guest.post('handoff/request')
  const again = await guest.post('handoff/request')
  assert.deepEqual([again.status, again.body.error?.code], [409, 'HANDOFF_ALREADY_REQUESTED'])
  assert.equal(again.body.error?.details.queue_position, 1)
  await guest.post('handoff/request')
  assert.equal((await guest.post('handoff/request')).body.error?.code, 'HANDOFF_RATE_LIMIT')
})

test('that nobody came is known in this wait and after it, and not in the next one', async () => {
  await using desk = await aDesk({ flags: { 'handoff.wait_website': '1', 'handoff.ai_returns': '4' } })
  const guest = asGuest(desk)
  await guest.post('handoff/request')
  assert.equal((await guest.status()).nobody_came, false)
  await until(async () => (await guest.status()).nobody_came)
  assert.equal((await statusOf(desk)).status, 'requested')
  await until(async () => (await guest.status()).status === 'released')
  assert.equal((await guest.status()).nobody_came, true)
  await guest.post('handoff/request')
  assert.equal((await guest.status()).nobody_came, false)
})

test('a dialog that its operator has completed is closed, and the next one is open', async () => {
  await using desk = await aDesk()
  const guest = asGuest(desk)
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  await desk.owner.call('POST', `${desk.path}/handoff/release`, { resolution: 'completed', return_to_ai: false })
  assert.equal((await guest.status()).is_closed, true)
  const next = await desk.app.call<{ id: number; is_new: boolean }>('POST', '/api/widget/dialogs', {
    body: {},
    token: desk.guest.token,
  })
  assert.notEqual(next.body.id, desk.guest.dialog_id)
})

test('nobody calls, cancels or watches for another visitor, and the site’s paths answer like the widget’s', async () => {
  await using desk = await aDesk()
  const other = await aGuest(desk.app, desk.assistant)
  for (const [method, what] of [
    ['POST', 'handoff/request'],
    ['POST', 'handoff/cancel'],
    ['GET', 'handoff/status'],
    ['POST', 'typing'],
  ] as const)
    for (const api of ['widget', 'site']) {
      const call = (token: string | undefined) =>
        desk.app.call(method, `/api/${api}/dialogs/${desk.guest.dialog_id}/${what}`, {
          token,
          ...(method === 'POST' ? { body: {} } : {}),
        })
      assert.equal((await call(other.token)).status, 404, what)
      assert.equal((await call(undefined)).status, 401, what)
      assert.equal((await call(desk.owner.token)).status, 401, what)
    }
  assert.equal((await asGuest(desk).status()).status, 'none')
})

test('the desk sees a visitor type, the visitor does not, and typing without end is refused', async () => {
  await using desk = await aDesk({ flags: { 'limits.visitor_message': '5/1m' } })
  const guest = asGuest(desk)
  const listen = (path: string, token: string) =>
    openSse(`${desk.app.url}${path}`, { Authorization: `Bearer ${token}` })
  const staff = await listen('/api/events', desk.owner.token)
  const own = await listen(`${guest.path}/events`, desk.guest.token)
  const statuses = []
  for (let i = 0; i < 6; i++) statuses.push((await guest.post('typing')).status)
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429])
  await until(() => typesOf(staff).filter((type) => type === 'visitor.typing').length === 5)
  await desk.guest.say('Готово')
  await until(() => typesOf(own).includes('dialog.message.created'))
  assert.equal(typesOf(own).includes('visitor.typing'), false)
  for (const stream of [staff, own]) stream.close()
})

test('on neither of their streams a visitor learns what is only the staff’s', async () => {
  await using desk = await aDesk({ flags: { 'handoff.wait_website': '1' } })
  const guest = asGuest(desk)
  const anna = await aColleague(desk, 'Анна')
  const own = await openSse(`${desk.app.url}${guest.path}/events`, { Authorization: `Bearer ${desk.guest.token}` })
  const socket = await openSocket(
    `${desk.app.url}/ws/widget/dialogs/${desk.guest.dialog_id}?visitor_token=${desk.guest.token}`,
  )
  await guest.post('handoff/request')
  await until(() => typesOf(own).includes('handoff.delayed'))
  await guest.post('handoff/cancel')
  await anna.call('POST', `${desk.path}/handoff/take`, { operator_comment: 'сложный' })
  await anna.call('POST', `${desk.path}/messages`, { text: 'Здравствуйте!' })
  await anna.call('POST', `${desk.path}/handoff/release`, {})
  await until(() => typesOf(own).includes('handoff.released') && socket.of('handoff_released').length > 0)
  const seen = [...own.events.map(({ data }) => data), ...socket.frames]
  const hidden =
    /handoff_id|tenant_id|assistant_id|bot_id|telegram|platform|priority|transferred_from|"at"|example\.com|сложный/
  assert.doesNotMatch(JSON.stringify(seen), hidden)
  const started = own.events.find(({ data }) => data !== '__ping__' && data.type === 'handoff.started')!
  assert.deepEqual((started.data as Record<string, unknown>).operator, { name: 'Анна', avatar: null })
  assert.deepEqual(socket.of('handoff_started')[0]!.manager, { name: 'Анна', avatar: null })
  own.close()
  socket.close()
})
