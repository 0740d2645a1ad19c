import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { PASSWORD } from '../helpers/people.ts'
import { type Desk, openDesk } from './desk.ts'

type Answered = { status: number; cookies: string[]; body: Record<string, unknown>; headers: Record<string, unknown> }

const OURS = { 'X-Replyx-Console': '1' }
let desk: Desk

before(async () => {
  desk = await openDesk()
})
after(() => desk.app[Symbol.asyncDispose]())

// fetch would not let the test choose Host, Origin and Cookie.
function post(verb: string, body: object, headers: Record<string, string> = OURS): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = JSON.stringify(body)
    const url = new URL(`/api/console/${verb}`, desk.app.url)
    const options = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } }
    const asked = request(url, options, (res) => {
      let text = ''
      res.on('data', (part) => {
        text += part
      })
      res.on('end', () =>
        resolve({
          status: res.statusCode!,
          cookies: res.headers['set-cookie'] ?? [],
          body: JSON.parse(text),
          headers: res.headers,
        }),
      )
    })
    asked.on('error', reject)
    asked.end(sent)
  })
}

const signIn = (headers?: Record<string, string>) =>
  post('login', { email: desk.owner.email, password: PASSWORD }, { ...OURS, ...headers })
const cookieOf = ({ cookies }: Answered) => cookies[0]?.split(';')[0] ?? ''
const isAlive = async (token: unknown) =>
  (await desk.app.call('GET', '/api/users/me', { token: String(token) })).status === 200

test('signing in puts the refresh token into a cookie no script, subdomain or other site can use, and nowhere else', async () => {
  const answered = await signIn()
  assert.equal(answered.status, 200)
  assert.equal(answered.cookies.length, 1)
  const [pair, ...flags] = answered.cookies[0]!.split('; ')
  assert.match(pair!, /^__Host-replyx=[\w-]{30,}$/)
  for (const flag of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/'])
    assert.ok(flags.includes(flag), `${flag} is missing in ${flags}`)
  assert.ok(!flags.some((flag) => flag.startsWith('Domain')))
  assert.equal(answered.body.refresh_token, undefined)
  assert.equal(answered.headers['cache-control'], 'no-store')
  assert.ok(await isAlive(answered.body.access_token))
})

test('over open http from another machine no cookie is set and the refresh token is in the body', async () => {
  const host = { Host: 'shop.test:8080' }
  const signed = await signIn(host)
  assert.deepEqual(signed.cookies, [])
  assert.match(String(signed.body.refresh_token), /^[\w-]{30,}$/)
  const again = await post('refresh', { refresh_token: signed.body.refresh_token }, { ...OURS, ...host })
  assert.equal(again.status, 200)
  const out = await post('logout', { refresh_token: again.body.refresh_token }, { ...OURS, ...host })
  assert.equal(out.status, 200)
  assert.ok(!(await isAlive(again.body.access_token)))
})

test('behind a proxy that ends TLS the cookie is set, by the address the browser says it is at', async () => {
  const signed = await signIn({ Host: 'shop.test', Origin: 'https://shop.test' })
  assert.match(signed.cookies[0]!, /__Host-replyx=.*Secure/)
  assert.equal(signed.body.refresh_token, undefined)
})

test('a call that another site could make is refused, and changes nothing', async () => {
  const signed = await signIn()
  const Cookie = cookieOf(signed)
  const foreign: Record<string, string>[] = [
    {},
    { 'X-Replyx-Console': '0' },
    { ...OURS, Origin: 'https://evil.example' },
    { ...OURS, Origin: 'null' },
    { ...OURS, Origin: `${desk.app.url}.evil.example` },
    { ...OURS, 'Sec-Fetch-Site': 'cross-site' },
    { ...OURS, 'Sec-Fetch-Site': 'same-site' },
    { ...OURS, 'Sec-Fetch-Site': 'none' },
  ]
  for (const headers of foreign) {
    for (const verb of ['login', 'refresh', 'logout']) {
      const answered = await post(verb, verb === 'login' ? { email: desk.owner.email, password: PASSWORD } : {}, {
        ...headers,
        Cookie,
      })
      assert.equal(answered.status, 403, `${verb} with ${JSON.stringify(headers)}`)
      assert.deepEqual(answered.cookies, [])
    }
  }
  assert.equal((await post('refresh', {}, { ...OURS, Cookie })).status, 200, 'the cookie was not used up')
})

test('no site is told that it may call the console with its header', async () => {
  const answered = await desk.app.call('OPTIONS', '/api/console/refresh', {
    headers: {
      Origin: 'https://evil.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'x-replyx-console',
    },
  })
  assert.equal(answered.headers.get('access-control-allow-origin'), null)
  assert.equal(answered.headers.get('access-control-allow-headers'), null)
})

test('a refresh changes the cookie; whose answer was lost gets the same again, within a minute and until it is used', async () => {
  const Cookie = cookieOf(await signIn())
  const both = await Promise.all([post('refresh', {}, { ...OURS, Cookie }), post('refresh', {}, { ...OURS, Cookie })])
  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 200],
  )
  const [next, same] = both.map(cookieOf)
  assert.notEqual(next, Cookie)
  assert.equal(same, next)
  await desk.app.ctx.db
    .updateTable('sessions')
    .set({ rotated_at: Date.now() - 60_000 })
    .execute()
  const late = await post('refresh', {}, { ...OURS, Cookie })
  assert.equal(late.status, 401)
  assert.deepEqual(late.cookies, [], 'clearing it would sign out the tab that has the new one')
  assert.equal((await post('refresh', {}, { ...OURS, Cookie: next! })).status, 200)
  assert.equal((await post('refresh', {}, { ...OURS, Cookie })).status, 401)
})

test('signing out goes by the cookie alone, ends the session at once, clears the cookie, and may be repeated', async () => {
  const signed = await signIn()
  const Cookie = `other=1; ${cookieOf(signed)}; last=2`
  const out = await post('logout', {}, { ...OURS, Cookie })
  assert.equal(out.status, 200)
  assert.match(out.cookies[0]!, /^__Host-replyx=;.*Expires=Thu, 01 Jan 1970/)
  assert.ok(!(await isAlive(signed.body.access_token)))
  assert.equal((await post('refresh', {}, { ...OURS, Cookie })).status, 401)
  assert.equal((await post('logout', {}, { ...OURS, Cookie })).status, 200)
})

test('only the cookie of that very name is a session', async () => {
  const good = cookieOf(await signIn())
  const bad = ['__Host-replyx=', '__Host-replyx=a b', `__Host-replyx=${'a'.repeat(5000)}`, `x${good}`, good.slice(7)]
  for (const Cookie of bad) assert.equal((await post('refresh', {}, { ...OURS, Cookie })).status, 401, Cookie)
  assert.equal((await post('refresh', {}, { ...OURS, Cookie: good })).status, 200)
})

test('tries to sign in are counted as at the API, for the address and for the account', async () => {
  const strict = await openDesk({ 'limits.login': '3/5m' })
  try {
    const tries: number[] = []
    for (let n = 0; n < 4; n += 1) {
      const body = { email: strict.owner.email, password: 'wrong horse 1' }
      tries.push((await strict.app.call('POST', '/api/console/login', { body, headers: OURS })).status)
    }
    assert.deepEqual(tries, [401, 401, 401, 429])
  } finally {
    await strict.app[Symbol.asyncDispose]()
  }
})

test('a person at the console may leaf faster than a program may call, before and after a renewed token', async () => {
  const narrow = await openDesk({ 'limits.general': '6/1m', 'limits.desk': '30/1m' })
  try {
    const enter = async (path: string, body: object) => {
      const answered = await narrow.app.call<{ access_token: string }>('POST', path, { body, headers: OURS })
      return { token: answered.body.access_token, cookie: answered.headers.get('set-cookie')?.split(';')[0] }
    }
    const credentials = { email: narrow.owner.email, password: PASSWORD }
    const statusAs = async (token: string) => (await narrow.app.call('GET', '/api/dialogs', { token })).status
    const program = await enter('/api/auth/login', credentials)
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push(await statusAs(program.token))
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429])

    const person = await enter('/api/console/login', credentials)
    for (let n = 0; n < 15; n++) assert.equal(await statusAs(person.token), 200)
    const headers = { ...OURS, Cookie: person.cookie! }
    const renewed = await narrow.app.call<{ access_token: string }>('POST', '/api/console/refresh', {
      body: {},
      headers,
    })
    for (let n = 0; n < 15; n++) assert.equal(await statusAs(renewed.body.access_token), 200)
    assert.equal(await statusAs(renewed.body.access_token), 429)
  } finally {
    await narrow.app[Symbol.asyncDispose]()
  }
})

test('every path below /console is the same page, with the policy that keeps text from becoming script', async () => {
  const page = await desk.app.call('GET', '/console')
  const policy = page.headers.get('content-security-policy')!
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ])
    assert.ok(policy.split('; ').includes(rule), rule)
  assert.ok(!policy.includes('unsafe'))
  assert.equal(page.headers.get('x-frame-options'), 'DENY')
  assert.equal(page.headers.get('cross-origin-opener-policy'), 'same-origin')
  assert.match(page.headers.get('permissions-policy')!, /camera=\(\)/)
  for (const path of ['/console/', '/console/inbox/17', '/console/nowhere/at/all'])
    assert.deepEqual((await desk.app.call('GET', path)).body, page.body)
  assert.equal((await desk.app.call('GET', '/console/assets/console.js')).status, 404)
})

test('the program is kept for ever under a name that changes with it; the page is asked for each time', async () => {
  const page = await desk.app.call<{ text: string }>('GET', '/console')
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  const again = await desk.app.call('GET', '/console', { headers: { 'If-None-Match': page.headers.get('etag')! } })
  assert.equal(again.status, 304)
  const [script] = /\/console\/assets\/console-[0-9a-f]{16}\.js/.exec(page.body.text)!
  const program = await desk.app.call('GET', script, { headers: { 'Accept-Encoding': 'br' } })
  assert.equal(program.headers.get('content-encoding'), 'br')
  assert.match(program.headers.get('cache-control')!, /immutable/)
})
