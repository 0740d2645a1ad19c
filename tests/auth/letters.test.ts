import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp, type TestApp, until } from '../helpers/app.ts'
import { bodyOf, type Mailbox, openMailbox } from '../helpers/mailbox.ts'
import { PASSWORD, signUp } from '../helpers/people.ts'

async function aMailedApp(mailbox: Mailbox): Promise<TestApp> {
  return startTestApp({ flags: { registration: 'open', 'smtp.url': mailbox.url, 'smtp.from': 'shop@example.com' } })
}

const PERSON = { email: 'new@example.com', password: PASSWORD }
const codeIn = (letter: string) => /\b(\d{6})\b/.exec(bodyOf(letter))![1]!
const register = (app: TestApp) =>
  app.call<{ email_confirmation_required: boolean; access_token?: string }>('POST', '/api/auth/register', {
    body: PERSON,
  })
const confirm = (app: TestApp, code: string) =>
  app.call<{ access_token: string }>('POST', '/api/email/confirm_email', { body: { email: PERSON.email, code } })

test('with mail an address is confirmed by the code of a letter, once, and only then signs in', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailedApp(mailbox)
  const made = await register(app)
  assert.deepEqual([made.status, made.body.email_confirmation_required, made.body.access_token], [201, true, undefined])
  const early = await app.call('POST', '/api/auth/login', { body: PERSON })
  assert.deepEqual([early.status, early.body.error?.code], [403, 'EMAIL_NOT_CONFIRMED'])
  const code = codeIn(await until(() => mailbox.letters[0]))
  const confirmed = await confirm(app, code)
  assert.equal(confirmed.status, 200)
  assert.equal((await app.call('GET', '/api/users/me', { token: confirmed.body.access_token })).status, 200)
  assert.deepEqual((await confirm(app, code)).body.error?.code, 'CONFIRMATION_CODE_EXPIRED')
  assert.equal((await app.call('POST', '/api/auth/login', { body: PERSON })).status, 200)
})

test('a code is good for five tries, and a new letter ends the old code', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailedApp(mailbox)
  await register(app)
  const first = codeIn(await until(() => mailbox.letters[0]))
  const wrong = first === '000000' ? '000001' : '000000'
  for (let i = 0; i < 5; i++) assert.equal((await confirm(app, wrong)).status, 400)
  assert.equal((await confirm(app, first)).status, 400, 'the tries are used up')
  assert.equal(
    (await app.call('POST', '/api/email/resend_confirmation', { body: { email: PERSON.email } })).status,
    200,
  )
  const second = codeIn(await until(() => mailbox.letters[1]))
  if (second !== first) assert.equal((await confirm(app, first)).status, 400)
  assert.equal((await confirm(app, second)).status, 200)
})

test('a known address gets the same answer and a letter that says so; nothing tells a stranger which addresses exist', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailedApp(mailbox)
  await signUp(app, 'new')
  const known = await register(app)
  assert.deepEqual([known.status, known.body.email_confirmation_required], [201, true])
  assert.equal(/\b\d{6}\b/.test(bodyOf(await until(() => mailbox.letters[0]))), false)
  for (const path of ['/api/email/resend_confirmation', '/api/auth/forgot-password']) {
    const answers = await Promise.all(
      ['new@example.com', 'nobody@example.com'].map((email) => app.call('POST', path, { body: { email } })),
    )
    assert.deepEqual(answers[0]!.body, answers[1]!.body, path)
  }
})

test('a forgotten password is replaced by the code of a letter, once, and every session ends', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailedApp(mailbox)
  const anna = await signUp(app, 'anna')
  await app.call('POST', '/api/auth/forgot-password', { body: { email: anna.email } })
  const token = /^\s*([\w-]{43})\s*$/m.exec(bodyOf(await until(() => mailbox.letters[0])))![1]!
  const reset = () => app.call('POST', '/api/auth/reset-password', { body: { token, new_password: 'a fresh horse 3' } })
  assert.equal((await reset()).status, 200)
  assert.equal((await anna.call('GET', '/api/users/me')).status, 401)
  assert.equal((await reset()).status, 400)
  assert.equal(
    (await app.call('POST', '/api/auth/login', { body: { email: anna.email, password: 'a fresh horse 3' } })).status,
    200,
  )
  assert.equal(app.logged.join('').includes(token), false)
})

test('the longest address that an account can have is one that a letter can have', async () => {
  await using mailbox = await openMailbox()
  await using app = await aMailedApp(mailbox)
  const register = (email: string) => app.call('POST', '/api/auth/register', { body: { ...PERSON, email } })
  const at = '@example.com'
  assert.equal((await register(`${'a'.repeat(255 - at.length)}${at}`)).status, 201)
  assert.equal((await register(`${'a'.repeat(256 - at.length)}${at}`)).status, 422)
})

test('a mail server that is busy gets the letter later, and no code lies in a table in clear', async () => {
  await using mailbox = await openMailbox()
  mailbox.behave = ({ offered }) => (offered === 1 ? 'busy' : 'take')
  await using app = await aMailedApp(mailbox)
  await register(app)
  const code = codeIn(await until(() => mailbox.letters[0], 15_000))
  const tables = JSON.stringify([
    await app.ctx.db.selectFrom('tasks').selectAll().execute(),
    await app.ctx.db.selectFrom('events').selectAll().execute(),
    await app.ctx.db.selectFrom('one_time_codes').selectAll().execute(),
    await app.ctx.db.selectFrom('email_outbox').selectAll().execute(),
  ])
  assert.equal(tables.includes(code), false)
  assert.equal((await confirm(app, code)).status, 200)
})
