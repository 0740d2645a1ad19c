import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { aColleague, aDesk, type Desk } from '../handoff/desk.ts'
import { openFakeTelegram } from '../helpers/fake-telegram.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'

const sign = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')

async function secretOf(desk: Desk): Promise<string> {
  const { body } = await desk.owner.call<{ secret: string }>(
    'GET',
    `/api/assistants/${desk.assistant.id}/identity-secret`,
  )
  return body.secret
}

function say(desk: Desk, what: string, body: unknown, guest = desk.guest) {
  return desk.app.call<Record<string, unknown>>('POST', `/api/widget/${what}`, { body, token: guest.token })
}

async function shown(desk: Desk) {
  return (await desk.owner.call<Record<string, unknown>>('GET', desk.path)).body
}

test('a visitor whom the site has signed is named in their dialog', async () => {
  await using desk = await aDesk()
  const secret = await secretOf(desk)
  const named = await say(desk, 'identify', {
    external_id: 'клиент-42',
    name: 'Ольга',
    email: 'olga@example.com',
    hash: sign(secret, 'клиент-42').toUpperCase(),
  })
  assert.deepEqual([named.status, named.body], [200, { success: true, dialogs: 1 }])
  const { external_id, first_name, email } = await shown(desk)
  assert.deepEqual([external_id, first_name, email], ['клиент-42', 'Ольга', 'olga@example.com'])
})

test('a signature of another id, of another secret, too old or without its end is no signature', async () => {
  await using desk = await aDesk()
  const secret = await secretOf(desk)
  const other = await anAssistant(desk.app, desk.owner)
  const theirs = await desk.owner.call<{ secret: string }>('GET', `/api/assistants/${other.id}/identity-secret`)
  assert.notEqual(theirs.body.secret, secret)
  const later = Date.now() + 60_000
  const past = Date.now() - 1
  for (const [about, body] of Object.entries({
    'another id': { external_id: '2', hash: sign(secret, '1') },
    'another secret': { external_id: '1', hash: sign(theirs.body.secret, '1') },
    'a guessed secret': { external_id: '1', hash: sign(desk.assistant.site_token, '1') },
    'an end that was not signed': { external_id: '1', expires_at: later, hash: sign(secret, '1') },
    'an end that was moved': { external_id: '1', expires_at: later, hash: sign(secret, `1\n${past}`) },
    'an end left out': { external_id: '1', hash: sign(secret, `1\n${later}`) },
    'too old': { external_id: '1', expires_at: past, hash: sign(secret, `1\n${past}`) },
  })) {
    const refusal = await say(desk, 'identify', body)
    assert.deepEqual([refusal.status, refusal.body.error?.code], [403, 'IDENTITY_NOT_VERIFIED'], about)
  }
  assert.equal((await shown(desk)).external_id, null)
  const good = { external_id: '1', expires_at: later, hash: sign(secret, `1\n${later}`) }
  assert.equal((await say(desk, 'identify', good)).status, 200)
})

test('a new site token makes a new secret, and only an owner of the assistant sees it', async () => {
  await using desk = await aDesk()
  const path = `/api/assistants/${desk.assistant.id}/identity-secret`
  const secret = await secretOf(desk)
  assert.equal(await secretOf(desk), secret)
  assert.equal((await (await aColleague(desk, 'Анна')).call('GET', path)).status, 403)
  assert.equal((await (await signUp(desk.app, 'boris')).call('GET', path)).status, 404)
  assert.equal((await desk.app.call('GET', path, { token: desk.guest.token })).status, 401)
  await desk.owner.call('POST', `/api/assistants/${desk.assistant.id}/site-token`)
  assert.notEqual(await secretOf(desk), secret)
})

test('a rating is kept per answer, the second replaces the first, and both sides see it', async () => {
  await using desk = await aDesk()
  const asked = await desk.guest.say('Сколько стоит доставка в Казань?')
  const answer = await desk.guest.answerTo(asked.body.id)
  const path = `dialogs/${desk.guest.dialog_id}/rating`
  await say(desk, path, { message_id: answer.id, rating: 'up' })
  await say(desk, path, { message_id: answer.id, rating: 'down', comment: 'не то' })
  await say(desk, path, { rating: 'up' })
  const own = await desk.app.call<{ ratings: unknown[] }>(
    'GET',
    `/api/widget/dialogs/${desk.guest.dialog_id}/messages`,
    { token: desk.guest.token },
  )
  assert.deepEqual(own.body.ratings, [
    { message_id: 0, rating: 'up' },
    { message_id: answer.id, rating: 'down' },
  ])
  const other = await aGuest(desk.app, desk.assistant)
  const theirs = `dialogs/${other.dialog_id}/rating`
  assert.equal((await say(desk, theirs, { message_id: answer.id, rating: 'up' }, other)).status, 404)
  assert.equal((await say(desk, path, { rating: 'up' }, other)).status, 404)
  assert.equal((await say(desk, path, { rating: 'sideways' })).status, 422)
})

test('an address is left in the visitor’s own dialog only, and must be one', async () => {
  await using desk = await aDesk()
  const path = `dialogs/${desk.guest.dialog_id}/contact`
  assert.equal((await say(desk, path, { email: 'не адрес' })).status, 422)
  assert.equal((await say(desk, path, { email: 'anna@example.com', name: ' Анна ' })).status, 200)
  const { email, first_name } = await shown(desk)
  assert.deepEqual([email, first_name], ['anna@example.com', 'Анна'])
  const other = await aGuest(desk.app, desk.assistant)
  assert.equal((await say(desk, path, { email: 'x@example.com' }, other)).status, 404)
})

test('the link to Telegram leads to the assistant’s bot while it works, and the config says the same', async () => {
  await using telegram = await openFakeTelegram()
  await using desk = await aDesk({ flags: { 'telegram.api_root': telegram.url } })
  const link = () => say(desk, `dialogs/${desk.guest.dialog_id}/telegram-link`, {})
  const config = async () => {
    const headers = { 'X-Site-Token': desk.assistant.site_token, Origin: desk.app.url }
    const { body, headers: told } = await desk.app.call<{ telegram: string | null }>('GET', '/api/widget/config', {
      headers,
    })
    return { telegram: body.telegram, etag: told.get('etag') }
  }
  const none = await link()
  assert.deepEqual([none.status, none.body.error?.code], [404, 'TELEGRAM_NOT_CONNECTED'])
  const before = await config()
  assert.equal(before.telegram, null)

  const token = telegram.addBot(7_000_000_001, 'tea_shop_bot')
  await desk.owner.call('POST', '/api/bots', { assistant_id: desk.assistant.id, token })
  assert.match(String((await link()).body.url), /^https:\/\/t\.me\/tea_shop_bot\?start=[\w-]{22}$/)
  const after = await config()
  assert.equal(after.telegram, 'tea_shop_bot')
  assert.notEqual(after.etag, before.etag)
  const other = await aGuest(desk.app, desk.assistant)
  assert.equal((await say(desk, `dialogs/${desk.guest.dialog_id}/telegram-link`, {}, other)).status, 404)
})

test('the config says that somebody is there as long as an operator could take one more dialog', async () => {
  await using desk = await aDesk()
  const online = async () =>
    (
      await desk.app.call<{ online: boolean }>('GET', '/api/widget/config', {
        headers: { 'X-Site-Token': desk.assistant.site_token, Origin: desk.app.url },
      })
    ).body.online
  assert.equal(await online(), false)
  const anna = await aColleague(desk, 'Анна')
  await anna.call('POST', '/api/operator/heartbeat', { status: 'available', max_capacity: 1 })
  assert.equal(await online(), true)
  await anna.call('POST', `${desk.path}/handoff/take`, {})
  assert.equal(await online(), false)
})
