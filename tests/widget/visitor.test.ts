import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp } from '../helpers/app.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'

async function aSite(fields: Record<string, unknown> = {}, flags: Record<string, string> = {}) {
  const app = await startTestApp({ flags })
  const anna = await signUp(app, 'anna')
  const assistant = await anAssistant(app, anna, fields)
  const session = (headers: Record<string, string>) =>
    app.call('POST', '/api/widget/session', { body: {}, headers: { 'X-Site-Token': assistant.site_token, ...headers } })
  return { app, anna, assistant, session, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() }
}

test('a site token opens a session only from an allowed origin, and label boundaries count', async () => {
  await using site = await aSite({ allowed_domains: ['https://www.Shop.example/', 'чай.рф'] })
  for (const origin of [
    'https://shop.example',
    'http://shop.example:8080',
    'https://www.shop.example',
    'https://blog.shop.example',
    'https://xn--80as4b.xn--p1ai',
    site.app.url,
  ]) {
    assert.equal((await site.session({ Origin: origin })).status, 201, origin)
  }
  for (const origin of [
    'https://evil-shop.example',
    'https://shop.example.evil.net',
    'null',
    'https://shop.example/path',
    'file://shop.example',
    'javascript:shop.example',
    'https://shop.exampl',
    '',
    'https://user@shop.example',
  ]) {
    const refusal = await site.session({ Origin: origin })
    assert.deepEqual([refusal.status, refusal.body.error?.code], [403, 'ORIGIN_NOT_ALLOWED'], origin)
  }
  assert.equal((await site.session({})).status, 403, 'no origin at all')
  assert.equal((await site.session({ 'Sec-Fetch-Site': 'same-origin' })).status, 201, 'a page of our own')
})

test('an empty list of domains means the own host only', async () => {
  await using site = await aSite()
  assert.equal((await site.session({ Origin: site.app.url })).status, 201)
  assert.equal((await site.session({ Origin: 'https://shop.example' })).status, 403)
})

test('an unknown, rotated or switched-off token opens nothing', async () => {
  await using site = await aSite()
  const from = { Origin: site.app.url }
  assert.equal((await site.session({ ...from, 'X-Site-Token': 'pk_unknown' })).status, 401)
  const rotated = await site.anna.call<{ site_token: string }>(
    'POST',
    `/api/assistants/${site.assistant.id}/site-token`,
  )
  assert.notEqual(rotated.body.site_token, site.assistant.site_token)
  assert.equal((await site.session(from)).status, 401)
  assert.equal((await site.session({ ...from, 'X-Site-Token': rotated.body.site_token })).status, 201)
  await site.anna.call('PUT', `/api/assistants/${site.assistant.id}`, { website_integration: false })
  assert.equal((await site.session({ ...from, 'X-Site-Token': rotated.body.site_token })).status, 403)
})

test('a known visitor token renews the same guest; one of another assistant begins a new one', async () => {
  await using site = await aSite()
  const other = await anAssistant(site.app, site.anna)
  const open = (assistant: { site_token: string }, visitor_token?: string) =>
    site.app.call<{ guest_id: string; visitor_token: string }>('POST', '/api/site/session', {
      body: { visitor_token },
      headers: { 'X-Site-Token': assistant.site_token, Origin: site.app.url },
    })
  const first = await open(site.assistant)
  assert.equal((await open(site.assistant, first.body.visitor_token)).body.guest_id, first.body.guest_id)
  assert.notEqual((await open(other, first.body.visitor_token)).body.guest_id, first.body.guest_id)
  assert.notEqual((await open(site.assistant, 'forged')).body.guest_id, first.body.guest_id)
})

test('a message sent twice is one message with one answer', async () => {
  await using site = await aSite()
  const guest = await aGuest(site.app, site.assistant)
  const all = await Promise.all(Array.from({ length: 20 }, () => guest.say('Сколько стоит доставка в Казань?', 'same')))
  assert.equal(new Set(all.map((one) => one.body.id)).size, 1)
  assert.deepEqual(all.map((one) => one.status).sort(), [...Array(19).fill(200), 201])
  await guest.answerTo(all[0]!.body.id)
  assert.equal((await guest.messages()).length, 2)
})

test('of many opens at once one dialog is opened and all get it', async () => {
  await using site = await aSite()
  const guest = await aGuest(site.app, site.assistant)
  await site.app.ctx.db.updateTable('dialogs').set({ status: 'archived' }).execute()
  const all = await Promise.all(
    Array.from({ length: 20 }, () =>
      site.app.call<{ id: number }>('POST', '/api/widget/dialogs', { body: {}, token: guest.token }),
    ),
  )
  assert.equal(new Set(all.map((one) => one.body.id)).size, 1)
  assert.equal(all.filter((one) => one.status === 201).length, 1)
})

test('the config is sent once and then answered with 304', async () => {
  await using site = await aSite({
    widget: { title: 'Чай', greeting: 'Привет!', color: '#aa0000', suggestions: ['Доставка?'] },
  })
  const headers = { 'X-Site-Token': site.assistant.site_token, Origin: site.app.url }
  const first = await site.app.call<{ title: string; handoff: boolean; texts: Record<string, { greeting: string }> }>(
    'GET',
    '/api/widget/config',
    { headers },
  )
  assert.deepEqual(
    [first.status, first.body.title, first.body.handoff, first.body.texts.ru!.greeting],
    [200, 'Чай', true, 'Привет!'],
  )
  const again = await site.app.call('GET', '/api/widget/config', {
    headers: { ...headers, 'If-None-Match': first.headers.get('etag')! },
  })
  assert.equal(again.status, 304)
})

test('browsers on other origins may make the visitor’s calls and no others', async () => {
  await using site = await aSite()
  const preflight = (path: string) =>
    site.app.call('OPTIONS', path, {
      headers: {
        Origin: 'https://shop.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,x-site-token,last-event-id',
      },
    })
  for (const path of [
    '/api/widget/session',
    '/api/widget/dialogs/1/messages',
    '/api/site/config',
    '/api/dialogs/1/events',
    '/api/stream-tickets',
  ]) {
    const { status, headers } = await preflight(path)
    assert.deepEqual([status, headers.get('access-control-allow-origin')], [204, 'https://shop.example'], path)
    assert.equal(headers.get('access-control-allow-credentials'), null)
  }
  for (const path of ['/api/auth/login', '/api/dialogs', '/api/users/me', '/api/assistants']) {
    assert.equal((await preflight(path)).headers.get('access-control-allow-origin'), null, path)
  }
})

test('a visitor who writes too fast waits, and the message is not lost by trying again', async () => {
  await using site = await aSite({}, { 'limits.visitor_message': '3/1m' })
  const guest = await aGuest(site.app, site.assistant)
  const tries = []
  for (let i = 0; i < 4; i++) tries.push(await guest.say(`Вопрос ${i}`))
  assert.deepEqual(
    tries.map((one) => one.status),
    [201, 201, 201, 429],
  )
  assert.ok(Number(tries[3]!.headers.get('retry-after')) > 0)
  assert.equal((await guest.messages()).filter((one) => one.sender === 'user').length, 3)
})

test('hostile texts are kept as text', async () => {
  await using site = await aSite()
  const guest = await aGuest(site.app, site.assistant)
  for (const text of [
    '<script>alert(1)</script>',
    '{{7*7}} <%= 7*7 %>',
    "'; drop table messages; --",
    '‮gnp.exe',
    '[x](javascript:alert(1))',
  ]) {
    const said = await guest.say(text)
    assert.deepEqual([said.status, said.body.text], [201, text])
  }
  for (const text of ['', '   ', 'x'.repeat(4097)]) assert.equal((await guest.say(text)).status, 422)
})
