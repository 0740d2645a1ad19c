import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { allRoutes } from '../../src/app.ts'
import { PASSWORD } from '../helpers/fake-tbank.ts'
import { signUp } from '../helpers/people.ts'
import { aShop, type Shop } from './scene.ts'

type Detail = {
  status: string
  owner_email: string
  steps: { status: string; source: string; amount: number }[]
  refunds: { state: string; amount: number; reason: string }[]
}
type List = {
  payments: { payment_id: string; owner_email: string; is_open: boolean; continue_url: string | null }[]
  total: number
}
type Balance = { owner_id: number; email: string; balance: number }
const adjust = (shop: Shop, body: object, key: string = randomUUID()) =>
  shop.app.call<Balance>('POST', `/api/admin/balances/${shop.anna.id}/adjust`, {
    body,
    token: shop.boss.token,
    headers: { 'Idempotency-Key': key },
  })

test('the admin sees what is set and what is missing, and never a secret', async () => {
  await using shop = await aShop({ flags: { 'tbank.password_previous': 'OldPassword' } })
  const { body } = await shop.boss.call<{ bank: boolean; billing: boolean; missing: string[]; settings: object[] }>(
    'GET',
    '/api/admin/money',
  )
  assert.deepEqual([body.bank, body.billing, body.missing], [true, false, ['billing.enabled', 'public_url']])
  const of = (name: string) => body.settings.find((one) => (one as { name: string }).name === name)
  assert.deepEqual(of('limits.payment'), { name: 'limits.payment', value: '100000/1m', is_set: true, is_secret: false })
  assert.deepEqual(of('tbank.password'), { name: 'tbank.password', value: null, is_set: true, is_secret: true })
  assert.doesNotMatch(JSON.stringify(body), new RegExp(`${PASSWORD}|OldPassword`))
})

test('everybody’s payments are listed by owner and state; one tells what was heard of it and what went back', async () => {
  await using shop = await aShop()
  const boris = await signUp(shop.app, 'boris')
  const paid = await shop.pay(1000)
  const { body: open } = await boris.call<{ payment_id: string }>('POST', '/api/payments/create', { amount: 500 })
  const list = async (query: string) => (await shop.boss.call<List>('GET', `/api/admin/payments${query}`)).body
  assert.equal((await list('')).total, 2)
  assert.deepEqual(
    (await list('?owner=boris@example.com')).payments.map((one) => one.payment_id),
    [open.payment_id],
  )
  assert.deepEqual(
    (await list('?status=CONFIRMED')).payments.map((one) => [one.payment_id, one.owner_email, one.continue_url]),
    [[paid, 'anna@example.com', null]],
  )
  assert.equal((await shop.boss.call('GET', '/api/admin/payments?owner=nobody@example.com')).status, 404)
  await shop.notify(paid)
  await shop.boss.call('POST', `/api/payments/${paid}/refund`, { amount: 300, reason: 'Просьба клиента' })
  const { body: one } = await shop.boss.call<Detail>('GET', `/api/admin/payments/${paid}`)
  assert.deepEqual(
    one.steps.map(({ status, source, amount }) => [status, source, amount]),
    [
      ['NEW', 'answer', 1000],
      ['CONFIRMED', 'notice', 1000],
      ['PARTIAL_REFUNDED', 'answer', 700],
    ],
  )
  assert.deepEqual(
    one.refunds.map(({ state, amount, reason }) => [state, amount, reason]),
    [['done', 300, 'Просьба клиента']],
  )
})

test('the admin asks the bank about a payment whose notice was lost, and hears when it cannot be asked', async () => {
  await using shop = await aShop()
  const id = await shop.open(1000)
  shop.bank.move(id, 'CONFIRMED')
  shop.bank.refuse('GetState', '101')
  const path = `/api/admin/payments/${id}/reconcile`
  assert.deepEqual((await shop.boss.call('POST', path)).body.error?.code, 'PAYMENT_FAILED')
  const { body } = await shop.boss.call<Detail>('POST', path)
  assert.deepEqual([body.status, body.steps.at(-1)?.source], ['CONFIRMED', 'question'])
  await shop.boss.call('POST', path)
  assert.equal(await shop.balance(), 100_000)
})

test('a balance is moved by hand with a reason, once per key, never below zero, and the books still add up', async () => {
  await using shop = await aShop()
  const key = randomUUID()
  assert.equal((await adjust(shop, { amount: 100.5, reason: 'Подарок' }, key)).body.balance, 100.5)
  assert.equal((await adjust(shop, { amount: 100.5, reason: 'Подарок' }, key)).body.balance, 100.5)
  assert.equal((await adjust(shop, { amount: -50, reason: 'Ошибка' })).body.balance, 50.5)
  assert.equal((await adjust(shop, { amount: -50.51, reason: 'Ошибка' })).body.error?.code, 'INSUFFICIENT_BALANCE')
  for (const amount of [0, 1e7 + 0.01, 1e300])
    assert.equal((await adjust(shop, { amount, reason: 'Подарок' })).body.error?.code, 'INVALID_AMOUNT', String(amount))
  for (const body of [{ amount: 1 }, { amount: 1, reason: '  ' }, { amount: 1.001, reason: 'Подарок' }])
    assert.equal((await adjust(shop, body)).status, 422)
  const { body } = await shop.anna.call<{ transactions: { details: object }[] }>('GET', '/api/balance/transactions')
  assert.deepEqual(
    body.transactions.map((one) => one.details),
    [{ why: 'Ошибка' }, { why: 'Подарок' }],
  )
  const shown = await shop.boss.call<Balance[]>('GET', '/api/admin/balances')
  assert.deepEqual(
    shown.body.map(({ email, balance }) => [email, balance]),
    [['anna@example.com', 50.5]],
  )
  assert.deepEqual(
    (await shop.boss.call<Balance[]>('GET', '/api/admin/balances?owner=boss@example.com')).body[0]?.balance,
    0,
  )
  const checked = await shop.boss.call('GET', '/api/admin/ledger/verification')
  assert.deepEqual(checked.body, { ok: true, owners: 1, entries: 2, broken: [] })
})

test('none of this is for anybody but an admin', async () => {
  await using shop = await aShop()
  const ours = allRoutes().filter(({ path }) => /^\/api\/admin\/(money|payments|balances|ledger)/.test(path))
  assert.equal(ours.length, 7)
  for (const { method, path } of ours)
    for (const [token, status] of [
      [shop.anna.token, 403],
      [undefined, 401],
    ] as const)
      assert.equal(
        (await shop.app.call(method.toUpperCase(), path.replace(':id', '1'), { token })).status,
        status,
        path,
      )
})
