import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reconcilePayments } from '../../src/payments/bank/reconcile.ts'
import { until } from '../helpers/app.ts'
import { aShop, type Shop } from './scene.ts'

const isLongAgo = (shop: Shop) => shop.app.ctx.db.updateTable('payments').set({ asked_at: 0 }).execute()

test('a payment whose notice never came is credited when the bank is asked, once', async () => {
  await using shop = await aShop()
  const [paid, held, expired] = [await shop.open(500), await shop.open(600), await shop.open(700)]
  shop.bank.move(paid, 'CONFIRMED')
  shop.bank.move(held, 'AUTHORIZED')
  shop.bank.move(expired, 'DEADLINE_EXPIRED')
  assert.deepEqual(await reconcilePayments(shop.app.ctx), { asked: 3, changed: 3, failed: 0 })
  assert.deepEqual(await reconcilePayments(shop.app.ctx), { asked: 1, changed: 0, failed: 0 })
  await shop.notify(paid)
  assert.equal(await shop.balance(), 50_000)
  assert.deepEqual(
    [(await shop.row(held)).status, (await shop.row(expired)).status],
    ['AUTHORIZED', 'DEADLINE_EXPIRED'],
  )
})

test('an Init whose answer was lost is found by its order, and one that never arrived is given up', async () => {
  await using shop = await aShop()
  shop.bank.lose('Init')
  await shop.open(500).catch(() => {})
  const [lost] = [...shop.bank.payments.keys()]
  shop.bank.refuse('Init', '999')
  await shop.open(600).catch(() => {})
  await isLongAgo(shop)
  shop.bank.move(lost!, 'CONFIRMED')
  await reconcilePayments(shop.app.ctx)
  const rows = await shop.app.ctx.db.selectFrom('payments').select(['amount', 'status']).orderBy('amount').execute()
  assert.deepEqual(rows, [
    { amount: 50_000, status: 'CONFIRMED' },
    { amount: 60_000, status: 'CANCELED' },
  ])
  assert.equal(await shop.balance(), 50_000)
})

test('some minutes after it was made a payment is asked about by itself', async () => {
  await using shop = await aShop()
  const id = await shop.open(500)
  shop.bank.move(id, 'CONFIRMED')
  const tasks = await shop.app.ctx.db.selectFrom('tasks').select(['name', 'due_at']).orderBy('due_at').execute()
  assert.deepEqual(
    tasks.map((one) => one.name),
    ['payments.reconcile_soon', 'payments.reconcile_later'],
  )
  await shop.app.ctx.db.updateTable('tasks').set({ due_at: 0 }).execute()
  await until(async () => (await shop.balance()) === 50_000)
})

test('a bank that fails for one payment is asked about the others', async () => {
  await using shop = await aShop()
  const ids = [await shop.open(500), await shop.open(500)]
  for (const id of ids) shop.bank.move(id, 'CONFIRMED')
  shop.bank.refuse('GetState', '9999')
  assert.deepEqual(await reconcilePayments(shop.app.ctx), { asked: 2, changed: 1, failed: 1 })
  assert.deepEqual(await reconcilePayments(shop.app.ctx), { asked: 1, changed: 1, failed: 0 })
  assert.equal(await shop.balance(), 100_000)
})
