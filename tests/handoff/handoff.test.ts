import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { blockUser } from '../../src/auth/sessions.ts'
import { workDueTasks } from '../../src/events/work.ts'
import { MINUTE } from '../../src/lib/time.ts'
import { type Answer, until } from '../helpers/app.ts'
import { engines } from '../helpers/engines.ts'
import { aGuest, anAssistant, type Guest, type Person, signUp } from '../helpers/people.ts'
import { aColleague, aDesk, statusOf } from './desk.ts'

const codeOf = (answer: Answer) => [answer.status, answer.body.error?.code]

test('a request answers its place and estimate, and the same request_id answers the same and loses no place', async () => {
  await using desk = await aDesk()
  const other = await aGuest(desk.app, desk.assistant)
  const request_id = randomUUID()
  const body = { reason: 'keyword', request_id, last_user_text: 'Хочу поговорить с человеком' }
  const first = await desk.owner.call('POST', `${desk.path}/handoff/request`, body)
  assert.equal(first.status, 200)
  assert.deepEqual(
    { ...first.body, created_at: null },
    {
      status: 'requested',
      dialog_id: desk.guest.dialog_id,
      reason: 'keyword',
      queue_position: 1,
      estimated_wait_time: 'до 5 минут',
      estimated_wait_minutes: 3,
      request_id,
      created_at: null,
    },
  )
  await desk.owner.call('POST', `/api/dialogs/${other.dialog_id}/handoff/request`, {})
  for (let i = 0; i < 5; i++)
    assert.deepEqual((await desk.owner.call('POST', `${desk.path}/handoff/request`, body)).body, first.body)
  const queue = await desk.owner.call<{ queue: { dialog_id: number }[] }>('GET', '/api/operator/queue')
  assert.deepEqual(
    queue.body.queue.map((one) => one.dialog_id),
    [desk.guest.dialog_id, other.dialog_id],
  )
})

test('another request while one is open is refused with the place kept, the fourth try in a minute by its rate, and one while an operator is there by conflict', async () => {
  await using desk = await aDesk()
  const ask = () => desk.owner.call('POST', `${desk.path}/handoff/request`, { request_id: randomUUID() })
  assert.equal((await ask()).status, 200)
  const second = await ask()
  assert.deepEqual(
    [...codeOf(second), second.body.error?.details.queue_position],
    [409, 'HANDOFF_ALREADY_REQUESTED', 1],
  )
  await desk.owner.call('POST', `${desk.path}/handoff/takeover`, {})
  assert.deepEqual(codeOf(await ask()), [409, 'HANDOFF_CONFLICT'])
  const fourth = await ask()
  assert.deepEqual(codeOf(fourth), [429, 'HANDOFF_RATE_LIMIT'])
  assert.ok(Number(fourth.headers.get('retry-after')) > 0)
})

for (const engine of engines) {
  test(`of two hundred who take one dialog at once exactly one wins, within a second, and the others learn who (${engine})`, async () => {
    await using desk = await aDesk({ engine })
    const people = [desk.owner, ...(await Promise.all(Array.from({ length: 9 }, (_, n) => aColleague(desk, `op${n}`))))]
    await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
    const tries = engine === 'sqlite' ? 200 : 20 // the in-process Postgres runs one transaction at a time
    const begun = performance.now()
    const answers = await Promise.all(
      Array.from({ length: tries }, (_, n) => people[n % 10]!.call('POST', `${desk.path}/handoff/takeover`, {})),
    )
    const took = performance.now() - begun
    const won = answers.filter((one) => one.status === 200)
    const winner = (won[0]!.body.operator as { id: number }).id
    // Whoever has it may ask again and gets the same answer.
    assert.deepEqual([...new Set(won.map((one) => (one.body.operator as { id: number }).id))], [winner])
    assert.equal(won.length, tries / 10)
    const lost = answers.filter((one) => one.status !== 200)
    assert.ok(lost.every((one) => one.body.error?.code === 'HANDOFF_CONFLICT'))
    assert.ok(lost.every((one) => one.body.error?.details.operator_id === winner))
    const joined = (await desk.guest.messages()).filter((one) => /подключился/.test(one.text))
    assert.equal(joined.length, 1)
    if (engine === 'sqlite') assert.ok(took < 3000, `${took} ms`)
  })
}

test('takeover needs a request, take makes one; both answer alike and again', async () => {
  await using desk = await aDesk()
  assert.deepEqual(codeOf(await desk.owner.call('POST', `${desk.path}/handoff/takeover`, {})), [
    404,
    'HANDOFF_NOT_FOUND',
  ])
  const taken = await desk.owner.call('POST', `${desk.path}/handoff/take`, {
    operator_name: 'Анна',
    operator_id: desk.owner.id,
  })
  assert.deepEqual(taken.body.operator, { id: desk.owner.id, name: 'Анна', email: desk.owner.email })
  assert.deepEqual((await desk.owner.call('POST', `${desk.path}/handoff/takeover`, {})).body, taken.body)
  const dialog = await desk.owner.call('GET', desk.path)
  assert.deepEqual(
    [dialog.body.handoff_status, dialog.body.is_taken_over, dialog.body.taken_over_by],
    ['active', true, desk.owner.id],
  )
})

test('only an owner assigns somebody else, and only somebody of the team', async () => {
  await using desk = await aDesk()
  const ivan = await aColleague(desk, 'ivan')
  const stranger = await signUp(desk.app, 'stranger')
  const take = (who: Person, operator_id: number) => who.call('POST', `${desk.path}/handoff/take`, { operator_id })
  assert.deepEqual(codeOf(await take(ivan, desk.owner.id)), [403, 'INSUFFICIENT_PERMISSIONS'])
  assert.deepEqual(codeOf(await take(desk.owner, stranger.id)), [404, 'NOT_FOUND'])
  assert.equal((await take(desk.owner, ivan.id)).status, 200)
  assert.equal((await statusOf(desk)).assigned_manager?.id, ivan.id)
})

test('an operator has no more dialogs than they can carry, however many they grab at once', async () => {
  await using desk = await aDesk()
  const ivan = await aColleague(desk, 'ivan')
  await ivan.call('POST', '/api/operator/heartbeat', { status: 'available', current_load: 0, max_capacity: 3 })
  const guests = await Promise.all(Array.from({ length: 8 }, () => aGuest(desk.app, desk.assistant)))
  const answers = await Promise.all(
    guests.map(({ dialog_id }) => ivan.call('POST', `/api/dialogs/${dialog_id}/handoff/take`, {})),
  )
  assert.equal(answers.filter((one) => one.status === 200).length, 3)
  assert.ok(answers.every((one) => one.status === 200 || one.body.error?.code === 'OPERATOR_CAPACITY_EXCEEDED'))
  const beat = await ivan.call('POST', '/api/operator/heartbeat', { status: 'online', current_load: 0 })
  assert.deepEqual(beat.body, { status: 'available', current_load: 3, max_capacity: 3 })
  const mine = await ivan.call<{ total: number }>('GET', '/api/operator/my-dialogs')
  assert.equal(mine.body.total, 3)
})

test('the assistant is silent from the request to the release, and answers the next question after it', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  await desk.guest.say('Сколько стоит доставка в Казань?')
  await desk.owner.call('POST', `${desk.path}/handoff/takeover`, {})
  await desk.guest.say('Вы тут?')
  await desk.owner.call('POST', `${desk.path}/messages`, { text: 'Да, слушаю' })
  const released = await desk.owner.call('POST', `${desk.path}/handoff/release`, {
    resolution: 'completed',
    operator_comment: 'Вопрос решен',
    return_to_ai: true,
  })
  assert.deepEqual([released.status, released.body.status, released.body.resolution], [200, 'released', 'completed'])
  const answer = await desk.guest.answerTo((await desk.guest.say('Сколько стоит доставка в Казань?')).body.id)
  assert.match(answer.text, /390/)
  const assistant = (await desk.guest.messages()).filter((one) => one.sender === 'assistant')
  assert.equal(assistant.length, 1)
})

test('a dialog kept from the assistant stays with people: its visitor’s next message calls one, and a completed one is archived', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  await desk.owner.call('POST', `${desk.path}/handoff/release`, { return_to_ai: false })
  await desk.guest.say('Сколько стоит доставка в Казань?')
  await until(async () => (await statusOf(desk)).status === 'requested')
  await desk.owner.call('POST', `${desk.path}/handoff/takeover`, {})
  await desk.owner.call('POST', `${desk.path}/handoff/release`, { return_to_ai: false, resolution: 'completed' })
  const dialog = await desk.owner.call('GET', desk.path)
  assert.deepEqual([dialog.body.status, dialog.body.ai_off], ['archived', true])
})

test('a wrong step is refused by its state: 404 where nothing is open, 409 where somebody else is', async () => {
  await using desk = await aDesk()
  const ivan = await aColleague(desk, 'ivan')
  const step = async (who: Person, name: string) => codeOf(await who.call('POST', `${desk.path}/handoff/${name}`, {}))
  for (const name of ['cancel', 'release', 'transfer'])
    assert.deepEqual(await step(ivan, name), [404, 'HANDOFF_NOT_FOUND'])
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  for (const name of ['release', 'transfer']) assert.deepEqual(await step(ivan, name), [409, 'HANDOFF_CONFLICT'])
  await desk.owner.call('POST', `${desk.path}/handoff/takeover`, {})
  for (const name of ['cancel', 'release', 'transfer', 'take'])
    assert.deepEqual(await step(ivan, name), [409, 'HANDOFF_CONFLICT'])
  assert.deepEqual(codeOf(await ivan.call('POST', `${desk.path}/messages`, { text: 'Я тоже тут' })), [
    409,
    'HANDOFF_CONFLICT',
  ])
})

test('a cancelled request gives the dialog back to the assistant, which answers what was asked meanwhile', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  const asked = await desk.guest.say('Сколько стоит доставка в Казань?')
  assert.equal(
    (await desk.owner.call('POST', `${desk.path}/handoff/cancel`, { cancel_reason: 'user_left' })).status,
    200,
  )
  assert.match((await desk.guest.answerTo(asked.body.id)).text, /390/)
  const dialog = await desk.owner.call('GET', desk.path)
  assert.equal(dialog.body.handoff_status, 'none')
})

test('a transfer gives the dialog to a colleague, or back to the head of the queue', async () => {
  await using desk = await aDesk()
  const ivan = await aColleague(desk, 'ivan')
  const waiting = await aGuest(desk.app, desk.assistant)
  await desk.owner.call('POST', `/api/dialogs/${waiting.dialog_id}/handoff/request`, {})
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  const given = await desk.owner.call('POST', `${desk.path}/handoff/transfer`, { operator_id: ivan.id })
  assert.equal((given.body.assigned_manager as { id: number }).id, ivan.id)
  const back = await ivan.call('POST', `${desk.path}/handoff/transfer`, {})
  assert.deepEqual([back.body.status, back.body.queue_position], ['requested', 1], 'before the one who waited longer')
})

test('the wish for a human in a message calls one before any answer, once however often its task runs', async () => {
  await using desk = await aDesk()
  await desk.guest.say('Позовите оператора, пожалуйста')
  await until(async () => (await statusOf(desk)).status === 'requested')
  assert.equal((await statusOf(desk)).reason, 'keyword')
  assert.deepEqual(
    (await desk.guest.messages()).map((one) => one.sender),
    ['user', 'system'],
  )
})

test('when nobody comes the visitor is told, and then the assistant answers again, also what was asked meanwhile', async () => {
  await using desk = await aDesk({ flags: { 'handoff.wait_website': '1', 'handoff.ai_returns': '2' } })
  await desk.guest.say('Оператор')
  await until(async () => (await statusOf(desk)).status === 'requested')
  const asked = await desk.guest.say('Сколько стоит доставка в Казань?')
  const texts = async () => (await desk.guest.messages()).map((one) => one.text)
  await until(async () => (await texts()).some((text) => /Пока никто не освободился/.test(text)))
  assert.match((await desk.guest.answerTo(asked.body.id)).text, /390/)
  assert.equal((await statusOf(desk)).status, 'released')
  assert.equal((await texts()).filter((text) => /отвечаю снова/.test(text)).length, 1)
})

test('an operator who leaves a visitor waiting loses the dialog to the head of the queue; one who answers keeps it', async () => {
  await using desk = await aDesk({ flags: { 'handoff.operator_silence': '2' } })
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  await desk.owner.call('POST', `${desk.path}/messages`, { text: 'Слушаю' })
  await desk.guest.say('Где заказ?')
  await desk.owner.call('POST', `${desk.path}/messages`, { text: 'Уже едет' })
  await new Promise((resolve) => setTimeout(resolve, 3500))
  assert.equal((await statusOf(desk)).status, 'active', 'the operator spoke after the visitor')
  await desk.guest.say('А когда?')
  await until(async () => (await statusOf(desk)).status === 'requested')
  const queue = await desk.owner.call<{ queue: { priority: string }[] }>('GET', '/api/operator/queue')
  assert.equal(queue.body.queue[0]!.priority, 'urgent')
})

test('ten minutes of nobody pass by the clock of the appliance, not by a timer in memory', async () => {
  let now = Date.now()
  await using desk = await aDesk({ overrides: { now: () => now } })
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  now += 11 * MINUTE
  await workDueTasks(desk.app.ctx)
  await until(async () => (await statusOf(desk)).status === 'released')
})

test('presence is what was said last and ends by silence; the wait is shared by those who are free', async () => {
  let now = Date.now()
  await using desk = await aDesk({ overrides: { now: () => now } })
  const [ivan, petr] = [await aColleague(desk, 'ivan'), await aColleague(desk, 'petr')]
  for (const one of [ivan, petr]) await one.call('POST', '/api/operator/heartbeat', { status: 'available' })
  const guests: Guest[] = []
  for (let i = 0; i < 4; i++) guests.push(await aGuest(desk.app, desk.assistant))
  const waits: unknown[] = []
  for (const { dialog_id } of guests)
    waits.push((await ivan.call('POST', `/api/dialogs/${dialog_id}/handoff/request`, {})).body.estimated_wait_minutes)
  assert.deepEqual(waits, [3, 3, 6, 6])
  await petr.call('POST', '/api/operator/heartbeat', { status: 'away' })
  const team = async () =>
    (await ivan.call<{ name: string; status: string }[]>('GET', '/api/operator/team')).body.map((one) => [
      one.name,
      one.status,
    ])
  assert.deepEqual(await team(), [
    ['owner', 'offline'],
    ['ivan', 'available'],
    ['petr', 'away'],
  ])
  now += 91_000
  assert.deepEqual(
    (await team()).map(([, status]) => status),
    ['offline', 'offline', 'offline'],
  )
})

test('a removed or blocked operator is out at once, and what they had waits at the head of the queue', async () => {
  await using desk = await aDesk()
  const [ivan, petr] = [await aColleague(desk, 'ivan'), await aColleague(desk, 'petr')]
  const other = await aGuest(desk.app, desk.assistant)
  await ivan.call('POST', `${desk.path}/handoff/take`, {})
  await petr.call('POST', `/api/dialogs/${other.dialog_id}/handoff/take`, {})
  assert.equal((await desk.owner.call('DELETE', `/api/operators/${ivan.id}`)).status, 200)
  await blockUser(desk.app.ctx, petr.id)
  for (const one of [ivan, petr]) assert.equal((await one.call('GET', '/api/operator/queue')).status, 401)
  await until(async () => {
    const queue = await desk.owner.call<{ total_in_queue: number }>('GET', '/api/operator/queue')
    return queue.body.total_in_queue === 2
  })
})

test('an operator works in dialogs and in nothing else, and sees no other tenant', async () => {
  await using desk = await aDesk()
  const ivan = await aColleague(desk, 'ivan')
  assert.equal((await ivan.call('GET', desk.path)).status, 200)
  assert.deepEqual(codeOf(await ivan.call('GET', '/api/assistants')), [403, 'INSUFFICIENT_PERMISSIONS'])
  assert.deepEqual(codeOf(await ivan.call('POST', '/api/operators', { email: 'a@b.ru', name: 'A' })), [
    403,
    'INSUFFICIENT_PERMISSIONS',
  ])
  const boris = await signUp(desk.app, 'boris')
  const foreign = await aGuest(desk.app, await anAssistant(desk.app, boris))
  assert.equal((await ivan.call('POST', `/api/dialogs/${foreign.dialog_id}/handoff/take`, {})).status, 404)
  await boris.call('POST', `/api/dialogs/${foreign.dialog_id}/handoff/request`, {})
  assert.equal((await ivan.call<{ total_in_queue: number }>('GET', '/api/operator/queue')).body.total_in_queue, 0)
})
