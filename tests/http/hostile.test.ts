import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { allRoutes } from '../../src/app.ts'
import { type Answer, startTestApp, type TestApp } from '../helpers/app.ts'
import { aGuest, anAssistant, type Guest, type Person, signUp } from '../helpers/people.ts'

let app: TestApp
let anna: Person
let guest: Guest
before(async () => {
  app = await startTestApp()
  anna = await signUp(app, 'anna', { is_admin: true })
  guest = await aGuest(app, await anAssistant(app, anna))
})
after(() => app[Symbol.asyncDispose]())

const post = (path: string, raw: string, headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
  app.call('POST', path, { raw, headers, token: anna.token })

async function assertRefused(
  answer: { status: number; body: { error?: { code: string; message: string; details: Record<string, unknown> } } },
  field: string,
  about: string,
) {
  assert.ok(answer.status >= 400 && answer.status < 500, `${about}: ${answer.status} ${JSON.stringify(answer.body)}`)
  assert.equal(answer.body.error?.code, 'VALIDATION_ERROR', about)
  assert.equal(answer.body.error?.details.field, field, about)
}

test('a body that is wrong in any way is refused with the name of the field', async () => {
  const cases: [about: string, raw: string, field: string][] = [
    ['NUL', '{"name":"a\\u0000b"}', 'name'],
    ['a lone surrogate', '{"name":"a\\ud800b"}', 'name'],
    ['a number for a name', '{"name":5}', 'name'],
    ['null', '{"name":null}', 'name'],
    ['an array', '{"name":["a"]}', 'name'],
    ['an empty name', '{"name":"  "}', 'name'],
    ['a long name', JSON.stringify({ name: 'x'.repeat(101) }), 'name'],
    ['no name', '{}', 'name'],
    ['a nested fault', '{"name":"a","widget":{"color":"red"}}', 'widget.color'],
    ['a bad domain', '{"name":"a","allowed_domains":["http://"]}', 'allowed_domains'],
    ['an unknown model', '{"name":"a","ai_model":"gpt-99"}', 'ai_model'],
    ['an array body', '[1,2]', 'body'],
    ['a bare string', '"x"', 'body'],
    ['not JSON', '{name:1}', 'body'],
    ['a megabyte', JSON.stringify({ name: 'x'.repeat(1_048_576) }), 'body'],
    ['40,000 levels', `{"name":${'['.repeat(40_000)}${']'.repeat(40_000)}}`, 'name'],
  ]
  for (const [about, raw, field] of cases) {
    const answer = await post('/api/assistants', raw)
    const told = answer.body.error?.details.field
    // Depth is told with the path down to where it became too much.
    if (about === '40,000 levels') assert.match(String(told), /^name/)
    else await assertRefused(answer, field, about)
  }
})

test('a body without a content type, or of another type, is refused by name', async () => {
  const bare = await app.call('POST', '/api/assistants', { raw: new Blob(['{"name":"a"}']), token: anna.token })
  await assertRefused(bare, 'Content-Type', 'no type')
  await assertRefused(
    await post('/api/assistants', '<a/>', { 'Content-Type': 'application/xml' }),
    'Content-Type',
    'xml',
  )
  await assertRefused(
    await post('/api/assistants', '{"name":"a"}', { 'Content-Type': 'application/json; charset=utf-99' }),
    'body',
    'charset',
  )
  await assertRefused(
    await post('/api/assistants', 'zzz', { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }),
    'body',
    'broken gzip',
  )
})

test('query parameters twice, out of range or of the wrong kind are refused by name', async () => {
  const cases = [
    ['/api/dialogs?limit=5&limit=6', 'limit'],
    ['/api/dialogs?limit=0', 'limit'],
    ['/api/dialogs?limit=101', 'limit'],
    ['/api/dialogs?limit=1e1', 'limit'],
    ['/api/dialogs?offset=-1', 'offset'],
    ['/api/dialogs?status=foo', 'status'],
    ['/api/dialogs?platform=icq', 'platform'],
    ['/api/dialogs?assistant_id=0x10', 'assistant_id'],
    ['/api/documents?assistant_id=%D9%A1', 'assistant_id'],
    ['/api/qa-knowledge?q=%00', 'q'],
    ['/api/qa-knowledge?q=a', 'assistant_id'],
  ]
  for (const [path, field] of cases) await assertRefused(await anna.call('GET', path!), field!, path!)
})

test('an id that is no id is refused or missing, never an error of ours', async () => {
  for (const id of [
    '0',
    '-1',
    '1.5',
    '1e3',
    '%00',
    '..%2f..',
    '99999999999999999999',
    'NaN',
    '%20',
    "1'--",
    '%E0%A4%A',
    '1;drop',
  ]) {
    for (const path of [
      '/api/assistants/',
      '/api/dialogs/',
      '/api/documents/',
      '/api/qa-knowledge/',
      '/api/messages/',
    ]) {
      const { status, body } = await anna.call('GET', path + id)
      assert.ok(status === 404 || status === 422, `${path}${id}: ${status}`)
      assert.ok(body.error?.code)
    }
  }
})

test('every route answers garbage with a 4xx in the envelope and stays alive', async () => {
  const garbage = [
    '{',
    '[]',
    'null',
    '{"a":',
    `{"email":${'1'.repeat(400)}}`,
    '{"__proto__":{"x":1},"constructor":{"prototype":{}}}',
    '{"text":{"$gt":""},"limit":[]}',
    '\u0000',
    `{"text":"${'😀'.repeat(5000)}"}`,
  ]
  let asked = 0
  for (const route of allRoutes()) {
    if (route.method === 'get') continue
    const path = route.path.replace(/:\w+/g, '1')
    for (const token of [undefined, anna.token, guest.token, 'x.y.z']) {
      for (const raw of garbage) {
        if (/logout/.test(path)) continue
        const { status, body }: Answer = await app.call(route.method.toUpperCase(), path, {
          raw,
          token,
          headers: { 'Content-Type': 'application/json' },
        })
        asked++
        assert.ok(status < 500, `${route.method} ${path} ${raw.slice(0, 40)}: ${status}`)
        if (status >= 400) assert.deepEqual(Object.keys(body.error ?? {}).sort(), ['code', 'details', 'message'], path)
      }
    }
  }
  assert.ok(asked > 500)
  assert.equal((await app.call('GET', '/api/system/health')).status, 200)
})

test('unknown paths and methods answer NOT_FOUND in the envelope', async () => {
  for (const [method, path] of [
    ['GET', '/api/nothing'],
    ['DELETE', '/api/dialogs'],
    ['POST', '/api/users/me'],
    ['GET', '/api/%2e%2e/x'],
  ] as const) {
    const { status, body } = await app.call(method, path, { token: anna.token })
    assert.deepEqual([status, body.error?.code], [404, 'NOT_FOUND'], path)
  }
})

test('messages of errors speak the language that the caller asks for', async () => {
  const ru = await app.call('GET', '/api/nothing', { headers: { 'Accept-Language': 'ru-RU,ru;q=0.9' } })
  const en = await app.call('GET', '/api/nothing', { headers: { 'Accept-Language': 'en-US,en;q=0.9' } })
  assert.equal(ru.body.error?.message, 'Не найдено')
  assert.equal(en.body.error?.message, 'Not found')
})

test('every response carries the version, a request id and the limits', async () => {
  for (const path of ['/api/system/health', '/api/nothing', '/api/assistants']) {
    const { headers } = await anna.call('GET', path)
    assert.equal(headers.get('x-api-version'), '1.3')
    assert.match(headers.get('x-request-id')!, /^[\da-f-]{36}$/)
    for (const name of ['limit', 'remaining', 'reset']) assert.ok(headers.has(`x-ratelimit-${name}`), `${path} ${name}`)
  }
})

test('raw nonsense on the socket is cut off and the next request works', async () => {
  for (const bytes of [
    'GET / HTTP/9.9\r\n\r\n',
    '\0\0\0\0',
    'POST /api/assistants HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  ]) {
    const reply = await sendRaw(Number(new URL(app.url).port), bytes)
    assert.match(reply, /^HTTP\/1\.1 4\d\d/)
  }
  assert.equal((await app.call('GET', '/api/system/health')).status, 200)
})

test('no secret of a request reaches the log', async () => {
  await app.call('GET', `/api/dialogs/1/events?token=${anna.token}&visitor_token=${guest.token}`)
  await app.call('POST', '/api/auth/login', { body: { email: anna.email, password: 'hunter2-canary' } })
  const log = app.logged.join('')
  for (const secret of [anna.token, guest.token, anna.refresh_token, 'hunter2-canary'])
    assert.equal(log.includes(secret), false)
})

function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let reply = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (data) => (reply += data))
    socket.on('error', () => {})
    socket.on('close', () => resolve(reply))
    socket.setTimeout(5000, () => socket.destroy())
  })
}
