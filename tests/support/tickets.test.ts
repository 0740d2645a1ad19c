import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setBlocked } from '../../src/users/users.ts'
import { engines } from '../helpers/engines.ts'
import { signUp } from '../helpers/people.ts'
import { aScene, type Message, open, seen, type Ticket, told } from './scene.ts'

const YEAR = new Date().getUTCFullYear()

for (const engine of engines) {
  test(`${engine}: fifty tickets opened at once have fifty numbers of this year`, async () => {
    await using scene = await aScene({ engine })
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => open(scene, { subject: `№ ${n}` })))
    assert.deepEqual([...new Set(all.map(({ status }) => status))], [201])
    const ids = all.map(({ body }) => body.ticket_id)
    assert.equal(new Set(ids).size, 50)
    for (const id of ids) assert.match(id, new RegExp(`^TICKET-${YEAR}-0000\\d\\d$`))
  })

  test(`${engine}: of equal requests with one Idempotency-Key one ticket comes, and another ticket under the key is refused`, async () => {
    await using scene = await aScene({ engine })
    const headers = { 'Idempotency-Key': 'k1' }
    const all = await Promise.all(Array.from({ length: 8 }, () => open(scene, {}, { headers })))
    assert.deepEqual([...new Set(all.map(({ status, body }) => `${status} ${body.ticket_id}`))].length, 1)
    assert.deepEqual(await told(scene), ['ticket.created'])
    const other = await open(scene, { subject: 'Другое' }, { headers })
    assert.deepEqual([other.status, other.body.error?.code], [422, 'VALIDATION_ERROR'])
  })

  test(`${engine}: a ticket is answered, read, written in again, closed, and open again after a reply`, async () => {
    await using scene = await aScene({ engine })
    const { anna, boss } = scene
    const id = (await open(scene)).body.ticket_id
    assert.deepEqual(marks(await seen(anna, id)), ['open', false, true])
    const said = await boss.call<Message>('POST', `/api/admin/support/tickets/${id}/reply`, { message: 'Смотрим' })
    assert.deepEqual([said.status, said.body.status], [201, 'in_progress'])
    assert.deepEqual(marks(await seen(anna, id)), ['in_progress', true, false])
    await anna.call('POST', `/api/support/tickets/${id}/read`, { message_id: said.body.id + 1 })
    assert.deepEqual(
      marks(await seen(anna, id)),
      ['in_progress', true, false],
      'nobody has read what is not written yet',
    )
    for (const message_id of [said.body.id, said.body.id - 1])
      await anna.call('POST', `/api/support/tickets/${id}/read`, { message_id })
    assert.deepEqual(marks(await seen(anna, id)), ['in_progress', false, false])
    const more = await anna.call<Message>('POST', `/api/support/tickets/${id}/reply`, { message: 'Жду' })
    assert.deepEqual([more.status, more.body.status], [201, 'in_progress'])
    for (let n = 0; n < 2; n++) assert.equal((await anna.call('POST', `/api/support/tickets/${id}/close`)).status, 200)
    assert.deepEqual(marks(await seen(anna, id)), ['closed', false, false])
    await boss.call('PATCH', `/api/admin/support/tickets/${id}`, { priority: 'high' })
    assert.deepEqual([(await seen(anna, id)).priority, (await seen(anna, id)).status], ['high', 'closed'])
    await anna.call('POST', `/api/support/tickets/${id}/reply`, { message: 'Опять' })
    const talk = await seen(anna, id)
    assert.deepEqual(marks(talk), ['open', false, true])
    assert.deepEqual(
      talk.messages.map(({ author }) => author),
      ['owner', 'support', 'owner', 'owner'],
    )
    const facts = ['ticket.created', 'ticket.answered', 'ticket.replied', 'ticket.closed', 'ticket.replied']
    assert.deepEqual(await told(scene), facts)
  })

  test(`${engine}: replies that race with a close are all kept, and the ticket is open or closed as the last one left it`, async () => {
    await using scene = await aScene({ engine })
    const { anna, boss } = scene
    const id = (await open(scene)).body.ticket_id
    const replies = Array.from({ length: 5 }, (_, n) =>
      anna.call('POST', `/api/support/tickets/${id}/reply`, { message: `${n}` }),
    )
    const closes = Array.from({ length: 5 }, () =>
      boss.call('PATCH', `/api/admin/support/tickets/${id}`, { status: 'closed' }),
    )
    const all = await Promise.all([...replies, ...closes])
    assert.deepEqual([...new Set(all.map(({ status }) => status))].toSorted(), [200, 201])
    const talk = await seen(anna, id)
    assert.equal(talk.messages.length, 6)
    const last = (await told(scene)).at(-1)
    assert.equal(talk.status, last === 'ticket.closed' ? 'closed' : 'open')
  })

  test(`${engine}: a reply sent twice under one key is said once`, async () => {
    await using scene = await aScene({ engine })
    const id = (await open(scene)).body.ticket_id
    const path = `/api/support/tickets/${id}/reply`
    const send = (message: string) =>
      scene.app.call<Message>('POST', path, {
        body: { message },
        token: scene.anna.token,
        headers: { 'Idempotency-Key': 'r1' },
      })
    const all = await Promise.all([send('Ещё'), send('Ещё'), send('Ещё')])
    assert.equal(new Set(all.map(({ body }) => body.id)).size, 1)
    assert.equal((await send('Другое')).status, 422)
    assert.equal((await seen(scene.anna, id)).messages.length, 2)
  })

  test(`${engine}: the time that is promised is the document's at first, then the median of what was kept`, async () => {
    await using scene = await aScene({ engine })
    const first = await open(scene)
    assert.deepEqual(
      [first.body.status, first.body.priority, first.body.estimated_response_time],
      ['created', 'medium', '2-4 часа'],
    )
    const urgent = await open(
      scene,
      { priority: 'urgent' },
      { token: scene.anna.token, headers: { 'Accept-Language': 'en' } },
    )
    assert.equal(urgent.body.estimated_response_time, 'up to 1 hour')
    await scene.boss.call('POST', `/api/admin/support/tickets/${first.body.ticket_id}/reply`, { message: 'Да' })
    assert.equal((await open(scene)).body.estimated_response_time, 'до 30 минут')
  })
}

test('the numbers start again with the year', async () => {
  await using scene = await aScene()
  await scene.app.ctx.db
    .insertInto('ticket_numbers')
    .values({ year: YEAR - 1, last: 77 })
    .execute()
  assert.equal((await open(scene)).body.ticket_id, `TICKET-${YEAR}-000001`)
})

test('lists are bounded, filtered and counted, and an owner sees only their own', async () => {
  await using scene = await aScene()
  const { anna, boss, app } = scene
  const boris = await signUp(app, 'boris')
  for (const priority of ['low', 'high', 'high']) await open(scene, { priority })
  const foreign = await open(scene, {}, { token: boris.token })
  const list = async (who: typeof anna, path: string) => {
    const { status, headers, body } = await who.call<Ticket[]>('GET', path)
    return [status, headers.get('x-total-count'), status === 200 ? body.length : body.error?.code]
  }
  assert.deepEqual(await list(anna, '/api/support/tickets'), [200, '3', 3])
  assert.deepEqual(await list(anna, '/api/support/tickets?priority=high&limit=1'), [200, '2', 1])
  assert.deepEqual(await list(anna, '/api/support/tickets?status=closed'), [200, '0', 0])
  assert.deepEqual(await list(boss, '/api/support/tickets'), [200, '0', 0])
  assert.deepEqual(await list(boss, '/api/admin/support/tickets?offset=3'), [200, '4', 1])
  for (const bad of ['limit=0', 'limit=101', 'status=new', 'unread=1', 'offset=-1'])
    assert.deepEqual(await list(anna, `/api/support/tickets?${bad}`), [422, null, 'VALIDATION_ERROR'], bad)
  await boss.call('POST', `/api/admin/support/tickets/${foreign.body.ticket_id}/reply`, { message: 'Да' })
  assert.deepEqual(await list(boss, '/api/admin/support/tickets?unanswered=true'), [200, '3', 3])
  assert.deepEqual(await list(boris, '/api/support/tickets?unread=true'), [200, '1', 1])
})

test('what has no shape is refused with the field named, and hostile text stays text', async () => {
  await using scene = await aScene()
  const wrong: [string, Record<string, unknown>][] = [
    ['subject', { subject: ' ' }],
    ['subject', { subject: 'x'.repeat(201) }],
    ['message', { message: '' }],
    ['message', { message: 'x'.repeat(10_001) }],
    ['priority', { priority: 'normal' }],
    ['category', { category: 'money' }],
    ['user_email', { user_email: 'nobody' }],
    ['attachments', { attachments: Array(11).fill('x.png') }],
  ]
  for (const [field, fields] of wrong) {
    const { status, body } = await open(scene, fields)
    assert.equal(status, 422, field)
    assert.match(String(body.error?.details.field), new RegExp(`^${field}`))
  }
  const hostile = '<img src=x onerror=alert(1)>\u0007\u202e'
  const { body } = await open(scene, { subject: 'a\r\nBcc: x@y', message: hostile, attachments: ['../../etc/<b>.txt'] })
  const talk = await seen(scene.anna, body.ticket_id)
  assert.deepEqual(talk.messages[0]?.labels, ['<b>.txt'])
  assert.equal(talk.messages[0]?.message, hostile.replace('\u0007', ''))
  assert.doesNotMatch(JSON.stringify(talk), /\\r|\\n/)
})

test('a blocked owner cannot write, and an operator has no tickets', async () => {
  await using scene = await aScene()
  const { app, anna } = scene
  const operator = await signUp(app, 'ivan', { owner_id: anna.id })
  const { status, body } = await open(scene, {}, { token: operator.token })
  assert.deepEqual([status, body.error?.code], [403, 'INSUFFICIENT_PERMISSIONS'])
  await setBlocked(app.ctx, anna.id, true)
  const refused = await open(scene)
  assert.ok([401, 403].includes(refused.status), String(refused.status))
})

function marks({ status, unread, unanswered }: Ticket) {
  return [status, unread, unanswered]
}

test('nothing is closed that was not read, and what is nothing but control characters is nothing', async () => {
  await using scene = await aScene()
  const { body } = await open(scene)
  const path = `/api/admin/support/tickets/${body.ticket_id}`
  const [first] = (await seen(scene.anna, body.ticket_id)).messages
  await scene.anna.call('POST', `/api/support/tickets/${body.ticket_id}/reply`, { message: 'И ещё одно' })
  const early = await scene.boss.call('PATCH', path, { status: 'closed', seen_message_id: first!.id })
  assert.deepEqual([early.status, early.body.error?.code], [409, 'TICKET_CHANGED'])
  assert.equal((await seen(scene.anna, body.ticket_id)).status, 'open')
  const last = (await seen(scene.anna, body.ticket_id)).messages.at(-1)
  assert.equal((await scene.boss.call('PATCH', path, { status: 'closed', seen_message_id: last!.id })).status, 200)
  for (const fields of [{ message: '\u0000\u0007 ' }, { subject: '\u0000\u200b\u0007' }])
    assert.equal((await open(scene, fields)).status, 422, JSON.stringify(fields))
})
