import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { blockUser } from '../../src/auth/sessions.ts'
import { secretKey } from '../../src/config/secret-key.ts'
import { keyFor } from '../../src/lib/crypto.ts'
import { startTestApp } from '../helpers/app.ts'
import { PASSWORD, signUp } from '../helpers/people.ts'

type Tokens = { access_token: string; refresh_token: string; user: { id: number; email: string; balance: number } }

test('an owner signs in with JSON or a form and sees the profile', async () => {
  await using app = await startTestApp()
  await signUp(app, 'anna')
  const json = await app.call<Tokens>('POST', '/api/auth/login', {
    body: { email: 'ANNA@example.com', password: PASSWORD },
  })
  assert.equal(json.status, 200)
  assert.equal(json.body.user.email, 'anna@example.com')
  const form = await app.call<Tokens>('POST', '/api/auth/login', {
    raw: new URLSearchParams({ username: 'anna@example.com', password: PASSWORD }),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(form.status, 200)
  const me = await app.call('GET', '/api/users/me', { token: form.body.access_token })
  assert.equal(me.body.plan, 'trial')
  assert.equal('password_hash' in me.body, false)
})

test('a wrong password and an unknown address get the same answer', async () => {
  await using app = await startTestApp()
  await signUp(app, 'anna')
  const wrong = await app.call('POST', '/api/auth/login', { body: { email: 'anna@example.com', password: 'nope' } })
  const unknown = await app.call('POST', '/api/auth/login', { body: { email: 'nobody@example.com', password: 'nope' } })
  assert.deepEqual([wrong.status, wrong.body], [unknown.status, unknown.body])
  assert.equal(wrong.body.error?.code, 'INVALID_CREDENTIALS')
})

test('a session that was logged out is over at once and stays over after a restart', async () => {
  const first = await startTestApp()
  const anna = await signUp(first, 'anna')
  assert.equal((await anna.call('POST', '/api/auth/logout')).status, 200)
  const after = await anna.call('GET', '/api/users/me')
  assert.deepEqual([after.status, after.body.error?.code], [401, 'TOKEN_EXPIRED'])
  await first.stop()
  await using second = await startTestApp({ flags: { data_dir: first.folder } })
  assert.equal((await second.call('GET', '/api/users/me', { token: anna.token })).status, 401)
  assert.equal(
    (await second.call('POST', '/api/auth/refresh', { body: { refresh_token: anna.refresh_token } })).status,
    401,
  )
})

test('a changed password ends every other session and keeps this one', async () => {
  await using app = await startTestApp()
  const anna = await signUp(app, 'anna')
  const other = await app.call<Tokens>('POST', '/api/auth/login', { body: { email: anna.email, password: PASSWORD } })
  const change = await anna.call('POST', '/api/users/change-password', {
    current_password: PASSWORD,
    new_password: 'another horse 2',
  })
  assert.equal(change.status, 200)
  assert.equal((await app.call('GET', '/api/users/me', { token: other.body.access_token })).status, 401)
  assert.equal((await anna.call('GET', '/api/users/me')).status, 200)
})

test('a wrong current password changes nothing and names the field', async () => {
  await using app = await startTestApp()
  const anna = await signUp(app, 'anna')
  const refusal = await anna.call('POST', '/api/users/change-password', {
    current_password: 'nope',
    new_password: 'another horse 2',
  })
  assert.deepEqual([refusal.status, refusal.body.error?.details.field], [422, 'current_password'])
  assert.equal(
    (await app.call('POST', '/api/auth/login', { body: { email: anna.email, password: PASSWORD } })).status,
    200,
  )
})

test('a refresh token works once; the pair it gave works on', async () => {
  await using app = await startTestApp()
  const anna = await signUp(app, 'anna')
  const next = await app.call<Tokens>('POST', '/api/auth/refresh', { body: { refresh_token: anna.refresh_token } })
  assert.equal(next.status, 200)
  assert.equal(
    (await app.call('POST', '/api/auth/refresh', { body: { refresh_token: anna.refresh_token } })).status,
    401,
  )
  assert.equal((await app.call('GET', '/api/users/me', { token: next.body.access_token })).status, 200)
})

test('a blocked account loses its sessions and cannot sign in again', async () => {
  await using app = await startTestApp()
  const anna = await signUp(app, 'anna')
  await blockUser(app.ctx, anna.id)
  assert.equal((await anna.call('GET', '/api/users/me')).status, 401)
  assert.equal(
    (await app.call('POST', '/api/auth/refresh', { body: { refresh_token: anna.refresh_token } })).status,
    401,
  )
  assert.equal(
    (await app.call('POST', '/api/auth/login', { body: { email: anna.email, password: PASSWORD } })).status,
    403,
  )
})

test('no forged, foreign or altered token opens anything', async () => {
  await using app = await startTestApp()
  const anna = await signUp(app, 'anna')
  const [head, body, signature] = anna.token.split('.') as [string, string, string]
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  const sign = (key: Buffer, more: Record<string, unknown>) =>
    new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key)
  const secret = secretKey(app.ctx.config)
  const forged = [
    '',
    'x',
    `${none}.${body}.`,
    `${none}.${body}.${signature}`,
    `${head}.${body}`,
    `${head}.${body}.`,
    `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: '2' })).toString('base64url')}.${signature}`,
    await sign(secret, {}),
    await sign(keyFor(secret, 'visitor-token'), {}),
    await sign(keyFor(secret, 'access-token'), { aud: 'visitor' }),
    await sign(keyFor(secret, 'access-token'), { iss: 'other' }),
    await sign(keyFor(secret, 'access-token'), { exp: 1 }),
    await sign(keyFor(secret, 'access-token'), { sid: 'unknown' }),
    'a'.repeat(10_000),
  ]
  for (const token of forged)
    assert.equal((await app.call('GET', '/api/users/me', { token })).status, 401, token.slice(0, 60))
  assert.equal((await app.call('GET', '/api/users/me', { token: anna.token })).status, 200)
})

test('registration is closed unless it was opened', async () => {
  await using app = await startTestApp()
  const refusal = await app.call('POST', '/api/auth/register', {
    body: { email: 'new@example.com', password: PASSWORD },
  })
  assert.deepEqual([refusal.status, refusal.body.error?.code], [403, 'INSUFFICIENT_PERMISSIONS'])
})

test('without mail an open registration signs in at once and a known address is refused', async () => {
  await using app = await startTestApp({ flags: { registration: 'open' } })
  const body = { email: 'new@example.com', password: PASSWORD, first_name: 'Ёлка' }
  const first = await app.call<Tokens & { email_confirmation_required: boolean }>('POST', '/api/auth/register', {
    body,
  })
  assert.deepEqual([first.status, first.body.email_confirmation_required], [201, false])
  assert.equal((await app.call('GET', '/api/users/me', { token: first.body.access_token })).status, 200)
  const second = await app.call('POST', '/api/auth/register', { body })
  assert.deepEqual([second.status, second.body.error?.code], [409, 'EMAIL_ALREADY_REGISTERED'])
})

test('fields that are not in the shape have no effect', async () => {
  await using app = await startTestApp({ flags: { registration: 'open' } })
  const body = {
    email: 'new@example.com',
    password: PASSWORD,
    is_admin: true,
    balance: 1e6,
    id: 77,
    __proto__: { is_admin: true },
  }
  const { body: made } = await app.call<Tokens>('POST', '/api/auth/register', { body })
  const me = await app.call('PUT', '/api/users/me', {
    token: made.access_token,
    body: { is_admin: true, email: 'x@y.ru', plan: 'payg' },
  })
  assert.deepEqual([me.body.is_admin, me.body.email, me.body.plan], [false, 'new@example.com', 'trial'])
})

test('the sixth sign-in within five minutes waits, by account and by address, and says how long', async () => {
  await using app = await startTestApp({ flags: { 'limits.login': '5/5m' } })
  await signUp(app, 'anna')
  const tries = []
  for (let i = 0; i < 6; i++)
    tries.push(await app.call('POST', '/api/auth/login', { body: { email: 'anna@example.com', password: 'nope' } }))
  assert.deepEqual(
    tries.map((one) => one.status),
    [401, 401, 401, 401, 401, 429],
  )
  const refusal = tries[5]!
  assert.equal(refusal.body.error?.code, 'RATE_LIMIT_EXCEEDED')
  assert.ok(Number(refusal.headers.get('retry-after')) > 200)
  assert.equal(refusal.headers.get('x-ratelimit-limit'), '5')
  assert.equal(refusal.headers.get('x-ratelimit-remaining'), '0')
})

test('a blocked account is shut out even while a session of it remains', async () => {
  await using app = await startTestApp()
  const anna = await signUp(app, 'anna')
  await app.ctx.db.updateTable('users').set({ is_blocked: 1 }).where('id', '=', anna.id).execute()
  assert.equal((await anna.call('GET', '/api/users/me')).status, 401)
})
