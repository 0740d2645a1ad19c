import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTransaction } from '../../src/db/database.ts'
import { getDialog } from '../../src/dialogs/dialogs.ts'
import { changeHandoffStatus } from '../../src/dialogs/state.ts'
import { requestHandoff } from '../../src/handoff/request.ts'
import { MINUTE } from '../../src/lib/time.ts'
import { until } from '../helpers/app.ts'
import { aGuest, type Guest } from '../helpers/people.ts'
import { aColleague, aDesk, statusOf } from './desk.ts'

type Ended = { status: string; resolved_at: string | null }

const systemTexts = async (guest: Guest) =>
  (await guest.messages()).filter((one) => one.sender === 'system').map((one) => one.text)

test('of equal requests at once one is made, and all get its answer', async () => {
  await using desk = await aDesk()
  const dialog = await getDialog(desk.app.ctx, { tenant_id: desk.owner.id, is_admin: false }, desk.guest.dialog_id)
  const wish = { reason: 'manual', by: 'visitor', request_id: 'r1' } as const
  const answers = await Promise.all(Array.from({ length: 3 }, () => requestHandoff(desk.app.ctx, dialog, wish)))
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal((await systemTexts(desk.guest)).length, 1)
})

test('a handoff moves on only from the state in which it was seen', async () => {
  await using desk = await aDesk()
  const dialog = await getDialog(desk.app.ctx, { tenant_id: desk.owner.id, is_admin: false }, desk.guest.dialog_id)
  const move = () =>
    inTransaction(desk.app.ctx, (ctx) =>
      changeHandoffStatus(ctx, dialog, { from: 'none', to: 'requested', set: { handoff_requested_at: 1 } }),
    )
  assert.deepEqual([await move(), await move()], [true, false])
})

test('whoever complains is served before whoever asked earlier', async () => {
  await using desk = await aDesk()
  const angry = await aGuest(desk.app, desk.assistant)
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  const asked = await desk.owner.call('POST', `/api/dialogs/${angry.dialog_id}/handoff/request`, {
    reason: 'complaint',
  })
  assert.equal(asked.body.queue_position, 1)
  assert.equal((await desk.owner.call('GET', `${desk.path}/handoff/status`)).body.queue_position, 2)
})

test('the visitor is told how long it takes, or that nobody is there, and nothing of a call when the operator is there already', async () => {
  await using desk = await aDesk()
  const [second, third] = [await aGuest(desk.app, desk.assistant), await aGuest(desk.app, desk.assistant)]
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  assert.match((await systemTexts(desk.guest)).join(), /никого нет на месте/)
  await desk.owner.call('POST', '/api/operator/heartbeat', { status: 'available' })
  await desk.owner.call('POST', `/api/dialogs/${second.dialog_id}/handoff/request`, {})
  assert.match((await systemTexts(second)).join(), /Примерное ожидание/)
  await desk.owner.call('POST', `/api/dialogs/${third.dialog_id}/handoff/take`, {})
  assert.deepEqual(await systemTexts(third), [])
})

test('a minute after three tries there is room again, and what the assistant itself calls for is not counted', async () => {
  let now = Date.now()
  await using desk = await aDesk({ overrides: { now: () => now } })
  const request = async () => (await desk.owner.call('POST', `${desk.path}/handoff/request`, {})).status
  const cancel = () => desk.owner.call('POST', `${desk.path}/handoff/cancel`, {})
  for (let i = 0; i < 4; i++) {
    await desk.guest.say(`Позовите оператора, ${i + 1}`)
    await until(async () => (await statusOf(desk)).status === 'requested')
    await cancel()
  }
  for (let i = 0; i < 3; i++) {
    assert.equal(await request(), 200)
    await cancel()
  }
  assert.equal(await request(), 429)
  now += MINUTE
  assert.equal(await request(), 200)
})

test('a wish that was taken back has ended, and a dialog that was kept from the assistant is its own again', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  await desk.owner.call('POST', `${desk.path}/handoff/release`, { return_to_ai: false })
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  const status = async () => (await desk.owner.call<Ended>('GET', `${desk.path}/handoff/status`)).body
  assert.equal((await status()).resolved_at, null)
  await desk.owner.call('POST', `${desk.path}/handoff/cancel`, {})
  assert.notEqual((await status()).resolved_at, null)
  assert.match(
    (await desk.guest.answerTo((await desk.guest.say('Сколько стоит доставка в Казань?')).body.id)).text,
    /390/,
  )
})

test('whoever takes a dialog is there from then on, with or without a page that says so', async () => {
  await using desk = await aDesk()
  const ivan = await aColleague(desk, 'ivan')
  await ivan.call('POST', `${desk.path}/handoff/take`, {})
  const team = await desk.owner.call<{ name: string; status: string }[]>('GET', '/api/operator/team')
  assert.equal(team.body.find((one) => one.name === 'ivan')!.status, 'available')
  assert.equal((await desk.owner.call('GET', `${desk.path}/handoff/status`)).body.operators_online, 1)
})
