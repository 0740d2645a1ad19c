import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyLedger } from '../../src/billing/chain/verify.ts'
import { adjustBalance } from '../../src/billing/charge.ts'
import { reconcilePayments } from '../../src/payments/bank/reconcile.ts'
import { engines } from '../helpers/engines.ts'
import type { Person } from '../helpers/people.ts'
import { aShop, type Shop } from './scene.ts'

type Refunded = { refund_id: string; amount: number; refunded_amount: number; status: string; success: boolean }
const refund = (shop: Shop, id: string, body: object = {}, key?: string, who: Person = shop.boss) =>
  shop.app.call<Refunded>('POST', `/api/payments/${id}/refund`, {
    body,
    token: who.token,
    headers: key ? { 'Idempotency-Key': key } : {},
  })
const spend = (shop: Shop, kopecks: number) =>
  adjustBalance(shop.app.ctx, {
    tenant_id: shop.anna.id,
    kopecks: -kopecks,
    why: 'spent',
    reference: `s${Math.random()}`,
  })
const isLongAgo = (shop: Shop) => shop.app.ctx.db.updateTable('refunds').set({ created_at: 0 }).execute()

test('an admin gives back a part, then the rest, and the balance goes with it; an owner may not', async () => {
  await using shop = await aShop()
  const id = await shop.pay(1000)
  assert.equal((await refund(shop, id, { amount: 300 }, undefined, shop.anna)).status, 403)
  const part = await refund(shop, id, { amount: 300.5, reason: 'Просьба клиента' })
  assert.deepEqual(
    [part.status, part.body.success, part.body.amount, part.body.refunded_amount, part.body.status],
    [200, true, 300.5, 300.5, 'PARTIAL_REFUNDED'],
  )
  assert.equal(await shop.balance(), 69_950)
  const rest = await refund(shop, id)
  assert.deepEqual([rest.body.amount, rest.body.refunded_amount, rest.body.status], [699.5, 1000, 'REFUNDED'])
  assert.equal(await shop.balance(), 0)
  const more = await refund(shop, id)
  assert.deepEqual([more.status, more.body.error?.code], [409, 'PAYMENT_ALREADY_PROCESSED'])
  // The bank's notices of what we did ourselves change nothing more.
  await shop.notify(id)
  await shop.notify(id, { fields: { Status: 'PARTIAL_REFUNDED', Amount: 69_950 } })
  assert.equal((await shop.entries()).length, 3)
})

test('never more than was paid, nothing of what was not paid, and no sum that is none', async () => {
  await using shop = await aShop()
  const [paid, unpaid] = [await shop.pay(1000), await shop.open(1000)]
  for (const amount of [1000.01, 0, -1, 1e308, 1e12])
    assert.equal((await refund(shop, paid, { amount })).body.error?.code, 'INVALID_PAYMENT_AMOUNT', String(amount))
  for (const amount of ['10', 1.001])
    assert.equal((await refund(shop, paid, { amount })).body.error?.code, 'VALIDATION_ERROR')
  assert.equal((await refund(shop, unpaid)).body.error?.code, 'INVALID_PAYMENT_AMOUNT')
  assert.equal((await refund(shop, 'no-such')).body.error?.code, 'PAYMENT_NOT_FOUND')
  assert.equal(shop.bank.seen.filter((one) => one.path.endsWith('Cancel')).length, 0)
})

for (const engine of engines) {
  test(`of a storm of refunds only what was paid goes back (${engine})`, async () => {
    await using shop = await aShop({ engine })
    const id = await shop.pay(1000)
    const answers = await Promise.all(Array.from({ length: 30 }, () => refund(shop, id, { amount: 90 })))
    assert.equal(answers.filter((one) => one.status === 200).length, 11)
    assert.deepEqual([(await shop.row(id)).refunded, await shop.balance(), shop.bank.of(id).left], [99_000, 1000, 1000])
    assert.equal((await verifyLedger(shop.app.ctx)).ok, true)
  })
}

test('one Idempotency-Key is one refund', async () => {
  await using shop = await aShop()
  const id = await shop.pay(1000)
  const answers = await Promise.all(Array.from({ length: 5 }, () => refund(shop, id, { amount: 100 }, 'k')))
  assert.equal(new Set(answers.map((one) => one.body.refund_id)).size, 1)
  assert.equal(await shop.balance(), 90_000)
  assert.equal((await refund(shop, id, { amount: 200 }, 'k')).body.error?.code, 'VALIDATION_ERROR')
})

test('what was spent is not given back unless forced, and then becomes a debt that the next payment settles', async () => {
  await using shop = await aShop()
  const id = await shop.pay(1000)
  await spend(shop, 80_000)
  const refused = await refund(shop, id, { amount: 500 })
  assert.deepEqual([refused.status, refused.body.error?.code], [402, 'INSUFFICIENT_BALANCE'])
  assert.equal((await refund(shop, id, { amount: 500, force: true })).status, 200)
  assert.deepEqual([await shop.balance(), await shop.debt()], [0, 30_000])
  assert.equal((await shop.anna.call('GET', '/api/balance')).body.debt, 300)
  await shop.pay(400)
  assert.deepEqual([await shop.balance(), await shop.debt()], [10_000, 0])
  assert.equal((await verifyLedger(shop.app.ctx)).ok, true)
})

test('a refund made in the bank’s own cabinet is taken from the balance, also when it was spent', async () => {
  await using shop = await aShop()
  const id = await shop.pay(1000)
  shop.bank.refund(id, 20_000)
  for (let n = 0; n < 3; n++) await shop.notify(id)
  assert.deepEqual([await shop.balance(), (await shop.row(id)).refunded], [80_000, 20_000])
  await spend(shop, 80_000)
  shop.bank.refund(id, 80_000)
  for (let n = 0; n < 3; n++) await shop.notify(id)
  assert.deepEqual([await shop.balance(), await shop.debt(), (await shop.row(id)).refunded], [0, 80_000, 100_000])
})

test('a refusal of the bank leaves the balance alone and frees the sum again', async () => {
  await using shop = await aShop()
  const id = await shop.pay(1000)
  shop.bank.refuse('Cancel', '3002')
  const refused = await refund(shop, id)
  assert.deepEqual(
    [refused.status, refused.body.error?.code, refused.body.error?.details],
    [502, 'PAYMENT_FAILED', { bank_code: '3002' }],
  )
  assert.equal(await shop.balance(), 100_000)
  assert.equal((await refund(shop, id)).status, 200)
})

for (const [name, trouble] of [
  ['carried out', (shop: Shop) => shop.bank.lose('Cancel')],
  ['never reached the bank', (shop: Shop) => shop.bank.refuse('Cancel', '9999')],
] as const) {
  test(`a refund whose answer was lost and that was ${name} is found out and happens once`, async () => {
    await using shop = await aShop()
    const id = await shop.pay(1000)
    trouble(shop)
    const unknown = await refund(shop, id, { amount: 400 })
    assert.deepEqual([unknown.status, unknown.body.error?.code], [502, 'PAYMENT_FAILED'])
    // Its sum is spoken for meanwhile.
    assert.equal((await refund(shop, id, { amount: 700 })).body.error?.code, 'INVALID_PAYMENT_AMOUNT')
    await isLongAgo(shop)
    for (let n = 0; n < 3; n++) await reconcilePayments(shop.app.ctx)
    assert.deepEqual([shop.bank.of(id).left, await shop.balance()], [60_000, 60_000])
    const rows = await shop.app.ctx.db.selectFrom('refunds').select('state').execute()
    assert.deepEqual(rows, [{ state: 'done' }])
  })
}

test('the notice of a refund may be faster than the answer to it', async () => {
  await using shop = await aShop()
  const id = await shop.pay(1000)
  shop.bank.lose('Cancel')
  await refund(shop, id, { amount: 400 })
  await shop.notify(id)
  assert.equal(await shop.balance(), 60_000)
  await isLongAgo(shop)
  await reconcilePayments(shop.app.ctx)
  assert.deepEqual([await shop.balance(), shop.bank.of(id).left], [60_000, 60_000])
  assert.equal(shop.bank.seen.filter((one) => one.path.endsWith('Cancel')).length, 1)
})
