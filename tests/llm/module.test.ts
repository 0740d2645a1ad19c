import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errors } from '../../src/errors.ts'
import { openLimiter } from '../../src/http/rate-limit.ts'
import type { Guards, User } from '../../src/http/route.ts'
import { mountErrors, mountRoutes, prepareApp } from '../../src/http/server.ts'
import { llm } from '../../src/llm/module.ts'
import { eachEngine } from '../helpers/engines.ts'
import { refuses } from '../helpers/fake-openai.ts'
import { aScene, KEY, type Scene } from './scene.ts'

const PATH = '/api/admin/ai-tokens'
const DRAFT = {
  name: 'Backup GPT-3.5',
  token: KEY,
  model_access: ['gpt-3.5-turbo'],
  daily_limit: 500,
  monthly_limit: 15000,
  priority: 2,
  notes: 'Резервный токен',
}

type Reply = { status: number; body: Record<string, unknown>; headers: Headers; text: string }
type Door = AsyncDisposable & { call(method: string, path: string, body?: unknown, language?: string): Promise<Reply> }

/** The routes behind a real HTTP server, whose one guard lets an admin in, or nobody. */
async function aDoor({ ctx }: Scene, isAdmin = true): Promise<Door> {
  const admin: User = {
    kind: 'user',
    door: 'api',
    id: 1,
    tenant_id: 1,
    is_admin: true,
    role: 'owner',
    name: 'A',
    email: 'a@b.c',
    session_id: 's',
  }
  const guards = {
    admin: async () => {
      if (!isAdmin) throw errors.INSUFFICIENT_PERMISSIONS()
      return admin
    },
  } as unknown as Guards
  const app = prepareApp(ctx)
  mountRoutes(app, llm.routes ?? [], { ctx, guards, limiter: openLimiter(ctx.config) })
  mountErrors(app, ctx)
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    call: async (method, path, body, language = 'ru') => {
      const headers = { 'content-type': 'application/json', 'accept-language': language }
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const response = await fetch(url + path, { method, headers, ...sent })
      const text = await response.text()
      return { status: response.status, body: JSON.parse(text), headers: response.headers, text }
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

eachEngine('a key is added as the document shows, and never comes back in clear', async (base) => {
  await using scene = await aScene(base)
  await using door = await aDoor(scene)
  const added = await door.call('POST', PATH, DRAFT)
  assert.equal(added.status, 201)
  const { created_at, ...rest } = added.body
  assert.match(String(created_at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.deepEqual(rest, {
    ...DRAFT,
    id: 1,
    token: 'sk-...1234',
    provider: 'openai',
    base_url: null,
    daily_usage: 0,
    monthly_usage: 0,
    is_active: true,
    parked_until: null,
    parked_reason: null,
  })
  const listed = await door.call('GET', PATH)
  assert.deepEqual(listed.body, [added.body])
  assert.equal(listed.headers.get('x-total-count'), '1')
  assert.ok(![added.text, listed.text, ...scene.lines].join('').includes(KEY))
})

eachEngine('an edit is partial, a removal answers success, what is gone is 404', async (base) => {
  await using scene = await aScene(base)
  await using door = await aDoor(scene)
  const { body: added } = await door.call('POST', PATH, DRAFT)
  const edited = await door.call('PATCH', `${PATH}/${added.id}`, { is_active: false, unknown: 1 })
  assert.deepEqual([edited.status, edited.body], [200, { ...added, is_active: false }])
  const removed = await door.call('DELETE', `${PATH}/${added.id}`)
  assert.deepEqual([removed.status, removed.body], [200, { success: true }])
  for (const [method, path, body] of [
    ['PATCH', `${PATH}/${added.id}`, {}],
    ['DELETE', `${PATH}/${added.id}`, undefined],
    ['POST', `${PATH}/${added.id}/test`, undefined],
  ] as const) {
    assert.equal((await door.call(method, path, body)).status, 404)
  }
})

eachEngine('a test answers with a sentence in the caller’s language', async (base) => {
  await using scene = await aScene(base)
  await using door = await aDoor(scene)
  await door.call('POST', PATH, DRAFT)
  const good = await door.call('POST', `${PATH}/1/test`, undefined, 'en')
  assert.deepEqual([good.status, good.body.ok, good.body.message], [200, true, 'The key works'])
  scene.openai.next(refuses(401))
  const bad = await door.call('POST', `${PATH}/1/test`)
  assert.deepEqual([bad.status, bad.body.ok, bad.body.cause], [200, false, 'invalid_key'])
  assert.match(String(bad.body.message), /не принимает ключ/)
  assert.ok(![good.text, bad.text, ...scene.lines].join('').includes(KEY))
})

const WRONG: [string, object, string][] = [
  ['no name', { name: ' ' }, 'name'],
  ['a key with a line break', { token: 'sk-one\nsk-two' }, 'token'],
  ['a key with a letter no header takes', { token: 'sk-ключ-0000' }, 'token'],
  ['no model', { model_access: [] }, 'model_access'],
  ['a model name with a space', { model_access: ['gpt 4'] }, 'model_access.0'],
  ['the embedded engine as model', { model_access: ['builtin'] }, 'model_access'],
  ['a limit of nothing', { daily_limit: 0 }, 'daily_limit'],
  ['half a request', { monthly_limit: 1.5 }, 'monthly_limit'],
  ['a priority before the first', { priority: 0 }, 'priority'],
  ['an address that is no web address', { base_url: 'ftp://example.com' }, 'base_url'],
  ['an address with a password', { base_url: 'https://a:b@example.com' }, 'base_url'],
  ['an unknown provider', { provider: 'acme' }, 'provider'],
]

for (const [name, over, field] of WRONG) {
  eachEngine(`a key with ${name} is refused with 422 and the field`, async (base) => {
    await using scene = await aScene(base)
    await using door = await aDoor(scene)
    const { status, body, text } = await door.call('POST', PATH, { ...DRAFT, ...over })
    const error = body.error as { code: string; details: { field: string } }
    assert.deepEqual([status, error.code, error.details.field], [422, 'VALIDATION_ERROR', field])
    assert.ok(!text.includes(KEY))
  })
}

eachEngine('only an admin comes in', async (base) => {
  await using scene = await aScene(base)
  await using door = await aDoor(scene, false)
  for (const [method, path] of [
    ['GET', PATH],
    ['POST', PATH],
    ['PATCH', `${PATH}/1`],
    ['DELETE', `${PATH}/1`],
    ['POST', `${PATH}/1/test`],
  ] as const) {
    assert.equal((await door.call(method, path)).status, 403)
  }
})
