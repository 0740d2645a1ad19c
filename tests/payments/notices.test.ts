import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyLedger } from '../../src/billing/chain/verify.ts'
import { engines } from '../helpers/engines.ts'
import type { NoticeOptions } from '../helpers/fake-tbank.ts'
import { aShop, type Shop } from './scene.ts'

const WEBHOOK = '/api/payments/webhook'
const post = async (shop: Shop, body: string, headers: Record<string, string> = {}) => {
  const answer = await shop.app.call<{ text: string }>('POST', WEBHOOK, {
    raw: body,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
  return [answer.status, answer.body.error?.code ?? answer.body.text]
}
const OK = { status: 200, text: 'OK' }

test('money comes with CONFIRMED alone, once, however often it is told, and the owner pays as they go from then on', async () => {
  await using shop = await aShop()
  const id = await shop.open(1000)
  for (const status of ['FORM_SHOWED', 'AUTHORIZING', 'AUTHORIZED']) {
    shop.bank.move(id, status)
    assert.deepEqual(await shop.notify(id), OK)
    assert.equal(await shop.balance(), 0, status)
  }
  shop.bank.move(id, 'CONFIRMED')
  const answers = await Promise.all(Array.from({ length: 10 }, () => shop.notify(id)))
  assert.deepEqual(
    answers,
    answers.map(() => OK),
  )
  assert.equal(await shop.balance(), 100_000)
  const me = await shop.anna.call('GET', '/api/users/me')
  assert.deepEqual([me.body.balance, me.body.plan], [1000, 'payg'])
  shop.bank.refund(id, 10_000)
  await shop.notify(id)
  const facts = await shop.app.ctx.db.selectFrom('events').selectAll().where('name', '=', 'payment.confirmed').execute()
  assert.equal(facts.length, 1)
})

test('a notice is taken in every dress the bank gives it: numbers or texts, nested data, fields nobody knows, forms', async () => {
  await using shop = await aShop()
  const dresses: NoticeOptions[] = [
    {},
    { numeric_id: false },
    { fields: { Success: 'true' } },
    { fields: { NewField: 'x', Another: 12.5, Flag: false } },
    { unsigned: { Data: { Route: 'ACQ' }, DATA: { a: 1 }, Receipt: { Items: [] }, List: [1, 2], Empty: null } },
    { form: true },
    { fields: { Amount: '50000' } },
  ]
  for (const dress of dresses) {
    const id = await shop.open(500)
    shop.bank.move(id, 'CONFIRMED')
    assert.deepEqual(await shop.notify(id, dress), OK, JSON.stringify(dress))
    assert.equal((await shop.row(id)).status, 'CONFIRMED', JSON.stringify(dress))
  }
  assert.equal(await shop.balance(), dresses.length * 50_000)
})

test('the answer is the two letters the bank wants, as plain text', async () => {
  await using shop = await aShop()
  const id = await shop.open()
  const { body, type } = shop.bank.notice(id)
  const answer = await fetch(shop.app.url + WEBHOOK, { method: 'POST', headers: { 'content-type': type }, body })
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/)
  assert.equal(await answer.text(), 'OK')
})

test('a notice of another sender, size, terminal, signature or sum moves nothing, each with its own refusal', async () => {
  await using shop = await aShop({ flags: { trusted_proxies: '10.0.0.1' } })
  const id = await shop.open(1000)
  shop.bank.move(id, 'CONFIRMED')
  const { body } = shop.bank.notice(id)
  const with_ = (fields: Record<string, unknown>) => shop.bank.notice(id, { fields }).body
  const forged: [string, string | number][] = [
    [body.replace(/"Token":"../, '"Token":"00'), 'WEBHOOK_SIGNATURE_INVALID'],
    [body.replace(/"Token":"\w+"/, '"Token":""'), 'WEBHOOK_SIGNATURE_INVALID'],
    [body.replace(/"Token":"\w+"/, '"Token":null'), 'WEBHOOK_SIGNATURE_INVALID'],
    [body.replace(/,"Token":"\w+"/, ''), 'WEBHOOK_SIGNATURE_INVALID'],
    [body.replace('"Amount":100000', '"Amount":100001'), 'WEBHOOK_SIGNATURE_INVALID'],
    [body.replace('CONFIRMED', 'REFUNDED'), 'WEBHOOK_SIGNATURE_INVALID'],
    [shop.bank.notice(id, { password: 'guess' }).body, 'WEBHOOK_SIGNATURE_INVALID'],
    [with_({ TerminalKey: 'Another' }), 'WEBHOOK_SIGNATURE_INVALID'],
    [with_({ Amount: 100 }), 'INVALID_PAYMENT_AMOUNT'],
    [with_({ Amount: 100_001 }), 'INVALID_PAYMENT_AMOUNT'],
    ['not json', 'VALIDATION_ERROR'],
    ['', 'VALIDATION_ERROR'],
    ['[]', 'VALIDATION_ERROR'],
    ['null', 'VALIDATION_ERROR'],
    ['"x"', 'VALIDATION_ERROR'],
    [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 'VALIDATION_ERROR'],
    [body.replace('}', `,"Pad":"${'x'.repeat(17_000)}"}`), 'VALIDATION_ERROR'],
    [body.replace('}', `,"Pad":"${'x'.repeat(1_000_000)}"}`), 'VALIDATION_ERROR'],
  ]
  for (const [text, code] of forged) assert.equal((await post(shop, text))[1], code, text.slice(0, 200))
  assert.deepEqual(await post(shop, forged[0]![0]), [401, 'WEBHOOK_SIGNATURE_INVALID'])
  assert.equal((await shop.row(id)).status, 'NEW')
  assert.equal(await shop.balance(), 0)
})

test('only the bank’s networks are heard, and a header cannot pretend to come from them', async () => {
  await using shop = await aShop({ flags: { 'tbank.allowed_networks': '91.194.226.0/23' } })
  const id = await shop.open()
  const { body } = shop.bank.notice(id)
  for (const headers of [
    {},
    { 'X-Forwarded-For': '91.194.226.5' },
    { 'X-Real-IP': '91.194.226.5', Forwarded: 'for=91.194.226.5' },
  ])
    assert.deepEqual(await post(shop, body, headers as Record<string, string>), [403, 'WEBHOOK_IP_NOT_ALLOWED'])
  await using proxied = await aShop({
    flags: { 'tbank.allowed_networks': '91.194.226.0/23', trusted_proxies: '127.0.0.1' },
  })
  const paid = await proxied.open()
  const notice = proxied.bank.notice(paid).body
  assert.deepEqual(await post(proxied, notice, { 'X-Forwarded-For': '91.194.226.5' }), [200, 'OK'])
  assert.deepEqual(await post(proxied, notice, { 'X-Forwarded-For': '91.194.226.5, 8.8.8.8' }), [
    403,
    'WEBHOOK_IP_NOT_ALLOWED',
  ])
})

test('what is signed but is about nothing of ours is answered OK, or it would come for a month', async () => {
  await using shop = await aShop()
  const id = await shop.open()
  for (const fields of [{ OrderId: 'unknown' }, { Status: 'RECEIPT' }, { PaymentId: '1' }, { Status: 'SOMETHING_NEW' }])
    assert.deepEqual(await shop.notify(id, { fields: { Status: 'CONFIRMED', ...fields } }), OK, JSON.stringify(fields))
  assert.equal(await shop.balance(), 0)
})

test('while the password is being changed, notices with the old one are believed as well', async () => {
  await using shop = await aShop({ flags: { 'tbank.password_previous': 'OldPassword' } })
  const id = await shop.open()
  shop.bank.move(id, 'CONFIRMED')
  assert.deepEqual(await shop.notify(id, { password: 'OldPassword' }), OK)
  assert.equal(await shop.balance(), 100_000)
})

for (const engine of engines) {
  test(`in every order and number of notices a payment is credited once, refunded once, and ends where the bank is (${engine})`, async () => {
    await using shop = await aShop({ engine })
    const stories = permutations(['AUTHORIZED', 'CONFIRMED', 'CONFIRMED', 'PARTIAL_REFUNDED', 'REFUNDED'])
    const some = engine === 'sqlite' ? stories : stories.filter((_, at) => at % 12 === 0)
    for (const story of some) {
      const id = await shop.open(1000)
      const notices = story.map((status) => {
        const left = status === 'PARTIAL_REFUNDED' ? 70_000 : 100_000
        return { fields: { Status: status, Amount: left } }
      })
      await Promise.all(notices.map((notice) => shop.notify(id, notice)))
      const { status, refunded } = await shop.row(id)
      assert.deepEqual([status, refunded, await shop.balance()], ['REFUNDED', 100_000, 0], story.join())
    }
    const topups = (await shop.entries()).filter((one) => one.reason === 'topup')
    assert.equal(topups.length, some.length)
    assert.equal((await verifyLedger(shop.app.ctx)).ok, true)
  })
}

test('a refused card is no end: the payer may try another, and a late refusal does not undo a payment', async () => {
  await using shop = await aShop()
  const id = await shop.open()
  await shop.notify(id, { fields: { Status: 'REJECTED', Success: false, ErrorCode: '1051' } })
  const refused = await shop.anna.call('GET', `/api/payments/${id}/status`)
  assert.deepEqual([refused.body.status, refused.body.success, refused.body.error_code], ['REJECTED', false, '1051'])
  await shop.notify(id, { fields: { Status: 'CONFIRMED' } })
  await shop.notify(id, { fields: { Status: 'REJECTED', Success: false, ErrorCode: '1051' } })
  const paid = await shop.anna.call('GET', `/api/payments/${id}/status`)
  assert.deepEqual([paid.body.status, paid.body.success, paid.body.error_code], ['CONFIRMED', true, null])
})

test('a hold that was let go was never money', async () => {
  await using shop = await aShop()
  const id = await shop.open()
  for (const status of ['AUTHORIZED', 'REVERSED']) await shop.notify(id, { fields: { Status: status } })
  const { status, refunded } = await shop.row(id)
  assert.deepEqual([status, refunded, await shop.balance(), await shop.entries()], ['REVERSED', 0, 0, []])
})

function permutations(of: string[]): string[][] {
  if (of.length === 0) return [[]]
  return of.flatMap((one, at) => permutations(of.toSpliced(at, 1)).map((rest) => [one, ...rest]))
}
