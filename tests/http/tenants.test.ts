import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { allRoutes } from '../../src/app.ts'
import { startTestApp, type TestApp, until } from '../helpers/app.ts'
import { aGuest, anAssistant, type Person, signUp } from '../helpers/people.ts'
import { open, upload } from '../support/scene.ts'

// What a route needs besides an id to get past its shapes.
const BODIES: Record<string, unknown> = {
  '/api/assistants/:id': { name: 'Захвачен' },
  '/api/dialogs/:id/messages': { text: 'Я вас вижу' },
  '/api/widget/dialogs/:id/messages': { text: 'Я вас вижу', client_message_id: 'x1' },
  '/api/qa-knowledge/:id': { question: 'Захвачен?', answer: 'Да' },
  '/api/dialogs/:id/read': { message_id: 1 },
  '/api/dialogs/:id/notes': { text: 'Я вас вижу' },
  '/api/assistants/:id/ask': { question: 'Что вы знаете?' },
  '/api/canned-replies/:id': { text: 'Захвачен' },
  '/api/widget/dialogs/:id/rating': { rating: 'up' },
  '/api/widget/dialogs/:id/contact': { email: 'x@example.com' },
  '/api/support/tickets/:id/reply': { message: 'Я вас вижу' },
  '/api/support/tickets/:id/read': { message_id: 1 },
  '/api/qa-knowledge': { question: 'q', answer: 'a' },
}
const KINDS = [
  ['/api/assistants/', 'assistant'],
  ['/api/documents/', 'document'],
  ['/api/qa-knowledge/', 'question'],
  ['/api/messages/', 'answer'],
  ['/api/operators/', 'operator'],
  ['/api/telegram/people/', 'operator'],
  ['/api/canned-replies/', 'canned'],
  ['/api/bots/', 'bot'],
  ['/api/payments/', 'payment'],
  ['support/tickets/', 'ticket'],
  ['/api/support/attachments/', 'ticket_file'],
] as const
// Only an admin may call these, so a foreign owner is refused before any id is looked at.
const ADMIN_ONLY = new Set(
  allRoutes()
    .filter((route) => route.access === 'admin')
    .map((route) => route.path),
)

test('every id of another tenant answers exactly like a missing one, on every route, and nothing changes', async () => {
  await using app = await startTestApp()
  const anna = await signUp(app, 'anna')
  const boris = await signUp(app, 'boris')
  const ids = await everythingOf(app, anna)
  const borisGuest = await aGuest(app, await anAssistant(app, boris))
  const before = await allRows(app)
  let asked = 0
  for (const route of allRoutes().filter((one) => /:id/.test(one.path))) {
    for (const path of [route.path, ...route.aliases]) {
      const kind = KINDS.find(([part]) => path.includes(part))?.[1] ?? 'dialog'
      const body = route.method === 'get' || route.method === 'delete' ? undefined : (BODIES[route.path] ?? {})
      for (const token of [boris.token, borisGuest.token, undefined]) {
        const ask = (id: number | string) =>
          app.call(route.method.toUpperCase(), path.replace(':id', String(id)).replace(/:\w+/, '1'), { body, token })
        const [foreign, missing] = [await ask(ids[kind]), await ask(999_999)]
        asked++
        const about = `${route.method} ${path} as ${token === boris.token ? 'owner' : token ? 'guest' : 'nobody'}`
        assert.ok([401, 403, 404].includes(foreign.status), `${about}: ${foreign.status}`)
        assert.deepEqual(withoutIds(foreign), withoutIds(missing), about)
        if (token === boris.token && ['user', 'staff', 'stream'].includes(route.access))
          assert.equal(foreign.status, ADMIN_ONLY.has(route.path) ? 403 : 404, about)
      }
    }
  }
  assert.ok(asked >= 50, `only ${asked} combinations`)
  assert.deepEqual(await allRows(app), before)
})

test('ids of another tenant in a body, a form or a filter find nothing', async () => {
  await using app = await startTestApp()
  const [anna, boris] = [await signUp(app, 'anna'), await signUp(app, 'boris')]
  const ids = await everythingOf(app, anna)
  const pair = await boris.call('POST', '/api/qa-knowledge', {
    assistant_id: ids.assistant,
    question: 'q',
    answer: 'a',
  })
  assert.equal(pair.status, 404)
  const form = new FormData()
  form.set('file', new Blob(['Доставка бесплатна.']), 'a.txt')
  form.set('assistant_id', String(ids.assistant))
  assert.equal((await app.call('POST', '/api/documents/upload', { raw: form, token: boris.token })).status, 404)
  for (const path of ['/api/dialogs', '/api/documents', '/api/qa-knowledge']) {
    const { body } = await boris.call<{ dialogs?: unknown[]; length?: number }>(
      'GET',
      `${path}?assistant_id=${ids.assistant}`,
    )
    assert.equal(body.dialogs?.length ?? body.length, 0, path)
  }
  assert.equal(
    (await boris.call('GET', `/api/qa-knowledge?assistant_id=${ids.assistant}&q=${encodeURIComponent('доставка')}`))
      .status,
    404,
  )
})

test('an admin sees every tenant, an owner no admin route', async () => {
  await using app = await startTestApp()
  const [anna, boss] = [await signUp(app, 'anna'), await signUp(app, 'boss', { is_admin: true })]
  const ids = await everythingOf(app, anna)
  assert.equal((await boss.call('GET', `/api/dialogs/${ids.dialog}`)).status, 200)
  for (const route of allRoutes().filter((one) => one.access === 'admin')) {
    const answer = await anna.call(
      route.method.toUpperCase(),
      route.path.replace(/:\w+/, '1'),
      route.method === 'get' ? undefined : {},
    )
    assert.deepEqual([answer.status, answer.body.error?.code], [403, 'INSUFFICIENT_PERMISSIONS'], route.path)
  }
})

test('a guest reaches no dialog of another guest of the same site', async () => {
  await using app = await startTestApp()
  const assistant = await anAssistant(app, await signUp(app, 'anna'))
  const [one, other] = [await aGuest(app, assistant), await aGuest(app, assistant)]
  await one.say('секрет')
  const path = `/api/widget/dialogs/${one.dialog_id}`
  assert.equal((await app.call('GET', `${path}/messages`, { token: other.token })).status, 404)
  assert.equal(
    (await app.call('POST', `${path}/messages`, { token: other.token, body: { text: 'x', client_message_id: 'y' } }))
      .status,
    404,
  )
  for (const stream of [`${path}/events`, `/api/dialogs/${one.dialog_id}/events`]) {
    assert.equal((await app.call('GET', stream, { token: other.token })).status, 404)
    assert.equal((await app.call('GET', `${stream}?assistant_id=${assistant.id}&guest_id=${one.guest_id}`)).status, 401)
    assert.equal((await app.call('GET', `${stream}?guest_id=${one.guest_id}`, { token: other.token })).status, 401)
    assert.equal(
      (await app.call('GET', `${stream}?visitor_token=${one.token}`, { token: other.token })).status,
      401,
      'credentials that disagree',
    )
    assert.equal((await app.call('GET', `${stream}?site_token=${assistant.site_token}`)).status, 401)
  }
})

async function everythingOf(app: TestApp, owner: Person) {
  const assistant = await anAssistant(app, owner)
  const guest = await aGuest(app, assistant)
  const said = await guest.say('Сколько стоит доставка в Казань?')
  const answer = await guest.answerTo(said.body.id)
  const form = new FormData()
  form.set('file', new Blob(['Возврат принимаем 14 дней.']), 'возврат.txt')
  form.set('assistant_id', String(assistant.id))
  const document = await app.call<{ id: number }>('POST', '/api/documents/upload', { raw: form, token: owner.token })
  assert.equal(document.status, 201)
  await until(
    async () =>
      (await owner.call<{ status: string }>('GET', `/api/documents/${document.body.id}`)).body.status === 'completed',
  )
  const pairs = await owner.call<{ id: number }[]>('GET', '/api/qa-knowledge')
  const mate = { email: `mate-of-${owner.id}@example.com`, name: 'Иван' }
  const operator = await owner.call<{ id: number }>('POST', '/api/operators', mate)
  const canned = await owner.call<{ id: number }>('POST', '/api/canned-replies', {
    shortcut: 'привет',
    text: 'Привет!',
  })
  const bot = { tenant_id: owner.id, assistant_id: assistant.id, bot_id: '1', username: 'x_bot', sealed: '', hint: '' }
  const added = await app.ctx.db
    .insertInto('bots')
    .values({ ...bot, is_enabled: 0, created_at: 0, updated_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow()
  return {
    assistant: assistant.id,
    dialog: guest.dialog_id,
    answer: answer.id,
    document: document.body.id,
    question: pairs.body[0]!.id,
    operator: operator.body.id,
    canned: canned.body.id,
    bot: added.id,
    payment: await aPayment(app, owner),
    ...(await aTicket(app, owner)),
  }
}

async function aTicket(app: TestApp, owner: Person) {
  const ticket_file = await upload({ app }, owner)
  const opened = await open({ app, anna: owner }, { attachments: [ticket_file] })
  return { ticket: opened.body.ticket_id, ticket_file }
}

async function aPayment(app: TestApp, owner: Person): Promise<string> {
  const sums = { amount: 50_000, terminal_key: 'T', asked_at: 0, created_at: 0 }
  const words = { description: 'x', customer_email: owner.email, request_hash: '', status: 'NEW' }
  const urls = { return_url: null, fail_url: null, idempotency_key: null }
  const id = randomUUID()
  await app.ctx.db
    .insertInto('payments')
    .values({ id, tenant_id: owner.id, ...sums, ...words, ...urls })
    .execute()
  return id
}

function withoutIds({ status, body }: { status: number; body: unknown }): string {
  return JSON.stringify({ status, body }).replace(/"\w+_id":\d+/g, '"id":0')
}

async function allRows(app: TestApp) {
  const tables = [
    'assistants',
    'documents',
    'questions',
    'dialogs',
    'messages',
    'passages',
    'users',
    'bots',
    'notes',
    'canned_replies',
    'attachments',
    'payments',
    'ledger_entries',
    'tickets',
    'ticket_messages',
    'ticket_files',
  ] as const
  return Promise.all(tables.map((table) => app.ctx.db.selectFrom(table).selectAll().orderBy('id').execute()))
}
