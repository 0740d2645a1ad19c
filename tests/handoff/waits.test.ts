import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getDialog, openDialog } from '../../src/dialogs/dialogs.ts'
import { workDueTasks } from '../../src/events/work.ts'
import { requestHandoff } from '../../src/handoff/request.ts'
import { SECOND } from '../../src/lib/time.ts'
import { until } from '../helpers/app.ts'
import { openSse, typesOf } from '../helpers/sse.ts'
import { aColleague, aDesk, type Desk, statusOf } from './desk.ts'

/** A desk whose clock stands until `pass` moves it on; what is due by then has run. */
async function aDeskInTime() {
  let now = Date.now()
  const desk = await aDesk({ overrides: { now: () => now } })
  const due = () => desk.app.ctx.db.selectFrom('tasks').select('id').where('due_at', '<=', now).executeTakeFirst()
  const pass = async (seconds: number) => {
    now += seconds * SECOND
    await workDueTasks(desk.app.ctx)
    await until(async () => !(await due()))
  }
  return Object.assign(desk, { pass })
}

const says = async (desk: Desk, what: RegExp) =>
  (await desk.guest.messages()).filter((one) => what.test(one.text)).length

test('the clocks of a wait that was taken back say nothing in the next one', async () => {
  await using desk = await aDeskInTime()
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  await desk.pass(100)
  await desk.owner.call('POST', `${desk.path}/handoff/cancel`, {})
  await desk.owner.call('POST', `${desk.path}/handoff/request`, {})
  await desk.pass(250)
  assert.equal(await says(desk, /никто не освободился/), 0)
  await desk.pass(60)
  assert.equal(await says(desk, /никто не освободился/), 1)
  await desk.pass(200)
  assert.equal((await statusOf(desk)).status, 'requested')
  await desk.pass(100)
  assert.equal((await statusOf(desk)).status, 'released')
})

test('a visitor in Telegram is told sooner that nobody has come', async () => {
  await using desk = await aDesk()
  const { ctx } = desk.app
  const { id: assistant_id, tenant_id } = desk.assistant
  const visitor = { kind: 'visitor' as const, tenant_id, assistant_id, guest_id: 'telegram:1' }
  const { dialog } = await openDialog(ctx, visitor, { platform: 'telegram', locale: 'ru' })
  const site = await getDialog(ctx, { tenant_id, is_admin: false }, desk.guest.dialog_id)
  for (const one of [site, dialog]) await requestHandoff(ctx, one, { reason: 'manual', by: 'visitor' })
  const timers = await ctx.db
    .selectFrom('tasks')
    .selectAll()
    .where('name', '=', 'handoff.tell_nobody_came')
    .orderBy('id')
    .execute()
  assert.deepEqual(
    timers.map((one) => one.due_at - one.created_at),
    [300 * SECOND, 180 * SECOND],
  )
})

test('an operator who takes a dialog and says nothing loses it; one who is writing keeps it', async () => {
  await using desk = await aDeskInTime()
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  await desk.pass(200)
  await desk.owner.call('POST', `${desk.path}/typing`, {})
  await desk.pass(200)
  assert.equal((await statusOf(desk)).status, 'active')
  await desk.guest.say('Вы тут?')
  await desk.pass(200)
  await desk.owner.call('POST', `${desk.path}/typing`, {})
  await desk.pass(200)
  assert.equal((await statusOf(desk)).status, 'active')
  await desk.owner.call('POST', `${desk.path}/handoff/transfer`, {})
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  await desk.pass(301)
  assert.equal((await statusOf(desk)).status, 'requested')
})

test('a dialog back in the queue waits on in the same handoff, and nobody has it', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  const { body } = await desk.owner.call('POST', `${desk.path}/handoff/transfer`, {})
  assert.deepEqual(
    [body.status, body.assigned_manager, body.started_at, body.resolved_at],
    ['requested', null, null, null],
  )
})

test('a dialog passed on to whoever has it already stays as it is', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  const { body } = await desk.owner.call('POST', `${desk.path}/handoff/transfer`, { operator_id: desk.owner.id })
  assert.equal(body.status, 'active')
  assert.equal(await says(desk, /подключился/), 1)
})

test('a completed dialog that goes back to the assistant stays open', async () => {
  await using desk = await aDesk()
  await desk.owner.call('POST', `${desk.path}/handoff/take`, {})
  await desk.owner.call('POST', `${desk.path}/handoff/release`, { resolution: 'completed' })
  assert.equal((await desk.owner.call('GET', desk.path)).body.status, 'active')
})

test('only the operator who has a dialog is seen writing in it', async () => {
  await using desk = await aDesk()
  const ivan = await aColleague(desk, 'ivan')
  await ivan.call('POST', `${desk.path}/handoff/take`, {})
  const url = `${desk.app.url}/api/widget/dialogs/${desk.guest.dialog_id}/events`
  const heard = await openSse(url, { Authorization: `Bearer ${desk.guest.token}` })
  await until(() => typesOf(heard).length > 0)
  await desk.owner.call('POST', `${desk.path}/typing`, {})
  await ivan.call('POST', `${desk.path}/messages`, { text: 'Слушаю' })
  await until(() => typesOf(heard).includes('dialog.message.created'))
  assert.ok(!typesOf(heard).includes('operator.typing'))
  await ivan.call('POST', `${desk.path}/typing`, {})
  await until(() => typesOf(heard).includes('operator.typing'))
  heard.close()
})
