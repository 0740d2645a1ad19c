import assert from 'node:assert/strict'
import { test } from 'node:test'
import { balanceEmpty, balanceLow } from '../../src/billing/events.ts'
import { inTransaction } from '../../src/db/database.ts'
import { publish } from '../../src/events/publish.ts'
import { MINUTE, SECOND } from '../../src/lib/time.ts'
import { paymentConfirmed } from '../../src/payments/events.ts'
import { deleteUser, setBlocked } from '../../src/users/users.ts'
import { aColleague } from '../handoff/desk.ts'
import { bodyOf, headersOf, openMailbox } from '../helpers/mailbox.ts'
import { aGuest, anAssistant, PASSWORD, signUp } from '../helpers/people.ts'
import { samples } from './samples.ts'
import { aMailApp, type MailApp } from './scene.ts'

const recipients = (letters: string[]) => letters.map((one) => /^to: (\S+)/im.exec(headersOf(one))?.[1]).sort()

async function aShop(app: MailApp) {
  const owner = await signUp(app, 'owner')
  const operator = await aColleague({ app, owner }, 'ivan')
  const guest = await aGuest(app, await anAssistant(app, owner))
  return { owner, operator, guest, path: `/api/dialogs/${guest.dialog_id}/handoff` }
}

test('when nobody is there the whole team hears once of each wait, with what was said and where to answer', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox, { flags: { public_url: 'https://shop.example.com' } })
  const { guest, path, owner } = await aShop(app)
  const gone = await aColleague({ app, owner }, 'gone')
  await setBlocked(app.ctx, gone.id, true)
  await guest.say('Позовите человека, чайник <b>разбит</b>')
  await app.pass(0)
  assert.deepEqual(recipients(mailbox.letters), ['ivan@example.com', 'owner@example.com'])
  const body = bodyOf(mailbox.letters[0] ?? '')
  assert.match(body, /> Позовите человека, чайник <b>разбит<\/b>/)
  assert.ok(body.includes(`https://shop.example.com/console/inbox/${guest.dialog_id}`))
  await app.pass(6 * MINUTE)
  assert.equal(mailbox.letters.length, 2, 'the same wait is told once, however long it is')
  await owner.call('POST', `${path}/cancel`, {})
  await owner.call('POST', `${path}/request`, {})
  await app.pass(0)
  assert.equal(mailbox.letters.length, 4, 'the next wait is another one')
})

test('while somebody is online nobody is written to; if they leave and the visitor still waits, the team is', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  const { operator, guest } = await aShop(app)
  await operator.call('POST', '/api/operator/heartbeat', { status: 'available', current_load: 0 })
  await guest.say('Позовите человека')
  await app.pass(0)
  assert.equal(mailbox.letters.length, 0)
  await app.pass(5 * MINUTE)
  assert.deepEqual(recipients(mailbox.letters), ['ivan@example.com', 'owner@example.com'])
})

test('the letters can be switched off', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox, { flags: { 'email.handoff': 'false' } })
  await (await aShop(app)).guest.say('Позовите человека')
  await app.pass(6 * MINUTE)
  assert.equal(mailbox.letters.length, 0)
})

test('visitors cannot bury a team in letters: one a minute and so many a day, to each mailbox', async () => {
  await using mailbox = await openMailbox()
  const limits = { 'limits.letter': '1/1m', 'limits.letters_day': '3/24h' }
  await using app = await aMailApp(mailbox, { flags: limits })
  const owner = await signUp(app, 'owner')
  const assistant = await anAssistant(app, owner)
  for (let minute = 0; minute < 6; minute++) {
    for (let one = 0; one < 3; one++) await (await aGuest(app, assistant)).say('Позовите человека')
    await app.pass(0)
    await app.pass(MINUTE + SECOND)
    assert.ok(mailbox.letters.length <= minute + 1)
  }
  assert.equal(mailbox.letters.length, 3)
})

test('one mailbox cannot be bombed with codes by many strangers, and the code it has stays good', async () => {
  await using mailbox = await openMailbox()
  const limits = { 'limits.letter': '1/1m', 'limits.letters_day': '3/24h' }
  await using app = await aMailApp(mailbox, { flags: limits })
  const ask = (path: string) => app.call('POST', path, { body: { email: 'victim@example.com', password: PASSWORD } })
  await ask('/api/auth/register')
  for (let one = 0; one < 5; one++)
    for (const path of ['/api/auth/register', '/api/auth/forgot-password', '/api/email/resend_confirmation'])
      assert.ok((await ask(path)).status < 300, path)
  await app.pass(0)
  assert.equal(mailbox.letters.length, 1)
  const code = /\b\d{6}\b/.exec(bodyOf(mailbox.letters[0] ?? ''))?.[0]
  const confirmed = await app.call('POST', '/api/email/confirm_email', { body: { email: 'victim@example.com', code } })
  assert.equal(confirmed.status, 200)
  await app.pass(0)
  assert.deepEqual(recipients(mailbox.letters), ['victim@example.com', 'victim@example.com'], 'and the welcome')
  for (let minute = 0; minute < 9; minute++) {
    await app.pass(61 * SECOND)
    await ask('/api/auth/forgot-password')
    await app.pass(0)
  }
  assert.equal(mailbox.letters.length, 4)
})

test('money is told once for each fact, however often the fact is worked on', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  const { id: tenant_id } = await signUp(app, 'owner')
  const at = app.ctx.now()
  for (let twice = 0; twice < 2; twice++)
    await inTransaction(app.ctx, async (ctx) => {
      await publish(ctx, balanceLow, { tenant_id, balance: 9500, threshold: 10_000, at })
      await publish(ctx, balanceEmpty, { tenant_id, balance: 300, price: 500, at })
      const paid = { tenant_id, payment_id: 'p1', amount: 100_000, balance: 100_300, email: 'book@example.com', at }
      await publish(ctx, paymentConfirmed, paid)
    })
  await app.pass(0)
  assert.deepEqual(recipients(mailbox.letters), ['book@example.com', 'owner@example.com', 'owner@example.com'])
  const all = mailbox.letters.map(bodyOf).join('\n').replaceAll('\u00a0', ' ')
  for (const sum of ['95,00 ₽', '100,00 ₽', '3,00 ₽', '5,00 ₽', '1 000,00 ₽', '1 003,00 ₽'])
    assert.ok(all.includes(sum), sum)
})

test('an invitation goes by letter as well as by the link, and never twice to different places', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  const owner = await signUp(app, 'owner')
  const made = await owner.call<{ id: number; invite_url: string }>('POST', '/api/operators', {
    email: 'ivan@example.com',
    name: 'Иван',
  })
  await app.pass(0)
  assert.ok(bodyOf(mailbox.letters[0] ?? '').includes(made.body.invite_url))
  const token = made.body.invite_url.split('#')[1] ?? '-'
  const tables = await app.ctx.db.selectFrom('email_outbox').selectAll().execute()
  assert.equal(JSON.stringify(tables).includes(token), false)
  const set = await app.call('POST', '/api/auth/reset-password', { body: { token, new_password: 'a fresh horse 3' } })
  assert.equal(set.status, 200)
  assert.deepEqual(recipients(mailbox.letters), ['ivan@example.com'])
})

test('an owner cannot bury a stranger in invitations, and the link their mailbox has stays good', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox, { flags: { 'limits.letter': '1/1m', 'limits.reset': '3/1h' } })
  const owner = await signUp(app, 'owner')
  const add = () => owner.call<Invited>('POST', '/api/operators', { email: 'ivan@example.com', name: 'Иван' })
  type Invited = { id: number; invite_url: string }
  const { body } = await add()
  const again = () => owner.call('POST', `/api/operators/${body.id}/invite`)
  const refused = await again()
  assert.deepEqual([refused.status, refused.body.error?.code], [429, 'RATE_LIMIT_EXCEEDED'])
  await app.pass(61 * SECOND)
  assert.equal((await again()).status, 200)
  const token = /invite#([\w-]+)/.exec(bodyOf(mailbox.letters[0] ?? ''))?.[1]
  assert.ok(token && body.invite_url.endsWith(token))
  const statuses: number[] = []
  for (let id = body.id, tries = 0; tries < 3; tries++) {
    await owner.call('DELETE', `/api/operators/${id}`)
    const added = await add()
    statuses.push(added.status)
    id = added.body.id
  }
  assert.deepEqual(statuses, [201, 201, 429], 'nor by removing the operator in between')
})

test('the contact form reaches the admin, answers go to its sender, robots reach nobody', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  const send = (more = {}) => app.call('POST', '/api/email/contact-form', { body: { ...samples.contact, ...more } })
  assert.equal((await send()).status, 202, 'there is no admin yet, and that is nobody’s business')
  await signUp(app, 'boss', { is_admin: true })
  assert.deepEqual([(await send()).status, (await send({ website: 'https://spam.example' })).status], [202, 202])
  await app.pass(0)
  assert.deepEqual(recipients(mailbox.letters), ['boss@example.com'])
  assert.match(headersOf(mailbox.letters[0] ?? ''), /^reply-to: ivan@example\.com/im)
  for (const wrong of [{ subject: 'a\r\nBcc: x@example.com' }, { name: '<b>' }, { phone: 'rm -rf' }, { message: '' }])
    assert.equal((await send(wrong)).status, 422, JSON.stringify(wrong))
})

for (const limit of ['limits.contact', 'limits.contact_all'])
  test(`the contact form is limited by address and in all (${limit})`, async () => {
    await using app = await aMailApp(undefined, { flags: { [limit]: '2/1h' } })
    const statuses: number[] = []
    for (let one = 0; one < 3; one++)
      statuses.push((await app.call('POST', '/api/email/contact-form', { body: samples.contact })).status)
    assert.deepEqual(statuses, [202, 202, 429])
  })

test('a trial letter says what is wrong in words that help, and only an admin may send one', async () => {
  await using mailbox = await openMailbox()
  const url = mailbox.url.replace('//', '//shop:wrong@')
  await using app = await aMailApp({ url })
  const boss = await signUp(app, 'boss', { is_admin: true })
  const owner = await signUp(app, 'owner')
  const send = (by: typeof boss, to: string) => by.call('POST', '/api/email/test_send', { to })
  assert.equal((await send(owner, 'a@example.com')).status, 403)
  mailbox.password = 'right'
  const shut = await send(boss, 'a@example.com')
  assert.deepEqual([shut.status, shut.body.error?.code], [502, 'SMTP_CONNECTION_FAILED'])
  assert.match(shut.body.error?.message ?? '', /имя или пароль.*535/)
  mailbox.password = 'wrong'
  mailbox.unknown.add('nobody@example.com')
  const refused = await send(boss, 'nobody@example.com')
  assert.deepEqual([refused.status, refused.body.error?.code], [502, 'EMAIL_SEND_FAILED'])
  assert.match(refused.body.error?.message ?? '', /no such user here/)
  const { status, body } = await send(boss, 'a@example.com')
  assert.deepEqual([status, body.success, body.smtp_server], [200, true, '127.0.0.1'])
  assert.equal(mailbox.letters.length, 1)
})

test('of a deleted account no letter is left, whether it waits or went out', async () => {
  await using app = await aMailApp(undefined)
  const { operator, guest, owner } = await aShop(app)
  await guest.say('Позовите человека')
  await app.pass(0)
  assert.equal((await app.letters()).length, 2)
  await deleteUser(app.ctx, operator.id)
  assert.equal((await app.letters()).length, 1)
  await deleteUser(app.ctx, owner.id)
  assert.deepEqual(await app.letters(), [])
})

test('what is written in a ticket reaches the other side by letter, once each; who closes their own is told nothing', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox, { flags: { 'limits.letter': '100/1m' } })
  const [anna, boss] = [await signUp(app, 'anna'), await signUp(app, 'boss', { is_admin: true })]
  const opened = await app.call<{ ticket_id: string }>('POST', '/api/support/ticket', {
    body: { subject: 'Чек', message: 'Где чек? <b>срочно</b>' },
    token: anna.token,
  })
  const id = opened.body.ticket_id
  await boss.call('POST', `/api/admin/support/tickets/${id}/reply`, { message: 'Отправили ещё раз' })
  await anna.call('POST', `/api/support/tickets/${id}/reply`, { message: 'Спасибо, пришёл' })
  await boss.call('PATCH', `/api/admin/support/tickets/${id}`, { status: 'closed' })
  await anna.call('POST', `/api/support/tickets/${id}/reply`, { message: 'И ещё вопрос' })
  await app.pass(SECOND)
  await anna.call('POST', `/api/support/tickets/${id}/close`)
  await app.pass(0)
  await app.pass(0)
  const about = (to: string) =>
    mailbox.letters.filter((letter) => letter.includes(`\nTo: ${to}`)).map((letter) => bodyOf(letter))
  const [toAnna, toBoss] = [about('anna@example.com'), about('boss@example.com')]
  assert.equal(toBoss.length, 3)
  for (const words of ['Где чек? <b>срочно</b>', 'Спасибо, пришёл', 'И ещё вопрос'])
    assert.equal(toBoss.filter((text) => text.includes(words)).length, 1, words)
  assert.ok(toBoss.every((text) => text.includes(`/console/tickets/${id}`)))
  assert.equal(toAnna.filter((text) => text.includes('Отправили ещё раз')).length, 1)
  assert.equal(toAnna.filter((text) => text.includes('закрыто')).length, 1)
  assert.equal(toAnna.length, 3)
})

test('an admin who writes a ticket to themselves gets no letter about it twice', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailApp(mailbox)
  const boss = await signUp(app, 'boss', { is_admin: true })
  await boss.call('POST', '/api/support/ticket', { subject: 'Чек', message: 'Где чек?' })
  await app.pass(0)
  await app.pass(0)
  assert.equal(mailbox.letters.length, 1)
})
