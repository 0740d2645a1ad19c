import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyLedger } from '../../src/billing/chain/verify.ts'
import { adjustBalance, chargeAnswer } from '../../src/billing/charge.ts'
import { charge, credit, purseOf, takeBack } from '../../src/billing/ledger.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Context } from '../../src/context.ts'
import { inTransaction } from '../../src/db/database.ts'
import { eachEngine } from '../helpers/engines.ts'

const TENANT = 7
const give = (ctx: Context, amount: number, reference: string, tenant_id = TENANT) =>
  inTransaction(ctx, (ctx) => credit(ctx, { tenant_id, amount, reason: 'topup', reference }))
const take = (ctx: Context, amount: number, reference: string) =>
  inTransaction(ctx, (ctx) => charge(ctx, { tenant_id: TENANT, amount, reason: 'widget_message', reference }))
const refund = (ctx: Context, amount: number, reference: string) =>
  inTransaction(ctx, (ctx) => takeBack(ctx, { tenant_id: TENANT, amount, reason: 'refund', reference }))
const sumOf = async (ctx: Context) => {
  const rows = await ctx.db.selectFrom('ledger_entries').select('amount').where('tenant_id', '=', TENANT).execute()
  return rows.reduce((sum, row) => sum + row.amount, 0)
}
const factsOf = async (ctx: Context) =>
  (await ctx.db.selectFrom('events').select('name').orderBy('id').execute()).map((row) => row.name)

eachEngine('a movement happens once per reason and reference, and a repeat answers the first entry', async (ctx) => {
  const first = await give(ctx, 1000, 'a')
  const again = await give(ctx, 9999, 'a')
  assert.deepEqual(again, first)
  assert.equal(await take(ctx, 300, 'q1'), true)
  assert.equal(await take(ctx, 300, 'q1'), true)
  const { balance, spent, plan } = await purseOf(ctx, TENANT)
  assert.deepEqual([balance, spent, plan], [700, 300, 'payg'])
})

eachEngine('of 500 charges at once on a balance for 100 exactly 100 go through', async (ctx) => {
  await give(ctx, 50_000, 'a')
  const done = await Promise.all(Array.from({ length: 500 }, (_, n) => take(ctx, 500, `q${n}`)))
  assert.equal(done.filter(Boolean).length, 100)
  assert.equal((await purseOf(ctx, TENANT)).balance, 0)
  assert.equal(await sumOf(ctx), 0)
  assert.deepEqual(await verifyLedger(ctx), { ok: true, owners: 1, entries: 101, broken: [] })
})

eachEngine(
  'a charge that does not fit moves nothing, and no sum but whole positive kopecks is ever written',
  async (ctx) => {
    await give(ctx, 400, 'a')
    assert.equal(await take(ctx, 500, 'q1'), false)
    assert.equal((await purseOf(ctx, TENANT)).balance, 400)
    for (const amount of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      await assert.rejects(give(ctx, amount, `bad${amount}`))
    assert.equal((await verifyLedger(ctx)).entries, 1)
  },
)

eachEngine('what is undone leaves neither entry nor balance', async (ctx) => {
  await give(ctx, 1000, 'a')
  const undone = inTransaction(ctx, async (ctx) => {
    await charge(ctx, { tenant_id: TENANT, amount: 500, reason: 'widget_message', reference: 'q1' })
    throw new Error('the answer could not be stored')
  })
  await assert.rejects(undone)
  assert.equal((await purseOf(ctx, TENANT)).balance, 1000)
  assert.equal((await verifyLedger(ctx)).entries, 1)
})

eachEngine('what the bank took back after it was spent is a debt that the next credit pays', async (ctx) => {
  await give(ctx, 1000, 'a')
  await take(ctx, 800, 'q1')
  await refund(ctx, 1000, 'p1')
  const owing = await purseOf(ctx, TENANT)
  assert.deepEqual([owing.balance, owing.debt], [0, 800])
  await give(ctx, 500, 'b')
  const still = await purseOf(ctx, TENANT)
  assert.deepEqual([still.balance, still.debt], [0, 300])
  await give(ctx, 500, 'c')
  const paid = await purseOf(ctx, TENANT)
  assert.deepEqual([paid.balance, paid.debt], [200, 0])
  assert.equal(await sumOf(ctx), 200)
  assert.equal((await verifyLedger(ctx)).ok, true)
})

eachEngine('verification names the first row that was changed, removed or invented', async (ctx) => {
  for (let n = 0; n < 5; n++) await give(ctx, 100, `a${n}`)
  await give(ctx, 100, 'other', 8)
  assert.equal((await verifyLedger(ctx)).ok, true)
  const harms: [string, () => Promise<unknown>, number | null][] = [
    ['amount', () => ctx.db.updateTable('ledger_entries').set({ amount: 101 }).where('seq', '=', 3).execute(), 3],
    [
      'details',
      () => ctx.db.updateTable('ledger_entries').set({ details: '{"x":1}' }).where('seq', '=', 2).execute(),
      2,
    ],
    ['removal', () => ctx.db.deleteFrom('ledger_entries').where('seq', '=', 4).execute(), 5],
    ['end cut off', () => ctx.db.deleteFrom('ledger_entries').where('seq', '=', 5).execute(), null],
    [
      'balance',
      () => ctx.db.updateTable('balances').set({ balance: 1 }).where('tenant_id', '=', TENANT).execute(),
      null,
    ],
    ['no balance', () => ctx.db.deleteFrom('balances').where('tenant_id', '=', TENANT).execute(), null],
  ]
  const whole = await ctx.db.selectFrom('ledger_entries').selectAll().execute()
  const purses = await ctx.db.selectFrom('balances').selectAll().execute()
  for (const [name, harm, seq] of harms) {
    await harm()
    const { ok, broken } = await verifyLedger(ctx)
    assert.deepEqual([ok, broken.length, broken[0]?.tenant_id, broken[0]?.seq], [false, 1, TENANT, seq], name)
    await ctx.db.deleteFrom('ledger_entries').execute()
    await ctx.db.deleteFrom('balances').execute()
    await ctx.db.insertInto('ledger_entries').values(whole).execute()
    await ctx.db.insertInto('balances').values(purses).execute()
  }
  assert.equal((await verifyLedger(ctx)).ok, true)
})

eachEngine('a low balance is told each time it is crossed, however far a charge jumps', async (ctx) => {
  await give(ctx, 10_400, 'a')
  await take(ctx, 500, 'q1')
  await take(ctx, 500, 'q2')
  assert.deepEqual(await factsOf(ctx), ['balance.low'])
  await give(ctx, 10_000, 'b')
  await take(ctx, 15_000, 'q3')
  assert.deepEqual(await factsOf(ctx), ['balance.low', 'balance.low'])
})

eachEngine('an admin moves a balance up and down, once per reference and never below zero', async (ctx) => {
  const by = { tenant_id: TENANT, why: 'подарок', reference: 'x1' }
  assert.equal(await adjustBalance(ctx, { ...by, kopecks: 1000 }), 1000)
  assert.equal(await adjustBalance(ctx, { ...by, kopecks: 1000 }), 1000)
  assert.equal(await adjustBalance(ctx, { ...by, kopecks: -400, reference: 'x2' }), 600)
  await assert.rejects(adjustBalance(ctx, { ...by, kopecks: -700, reference: 'x3' }), { code: 'INSUFFICIENT_BALANCE' })
  const { balance, plan, spent } = await purseOf(ctx, TENANT)
  assert.deepEqual([balance, plan, spent], [600, 'trial', 0])
})

eachEngine('an answer is charged by its channel and model, once per question', async (plain) => {
  const flags = { data_dir: '/nonexistent', 'billing.enabled': 'on', 'billing.price_telegram': '700' }
  const ctx = { ...plain, config: loadConfig({ env: {}, flags }) }
  await give(ctx, 10_000, 'a')
  const answer = { tenant_id: TENANT, channel: 'telegram' as const, model: 'gpt-4o', dialog_id: 1, question_id: 5 }
  const pay = () => inTransaction(ctx, (ctx) => chargeAnswer(ctx, answer))
  assert.deepEqual([await pay(), await pay()], [true, true])
  const { entries } = await purseOf(ctx, TENANT)
  const row = await ctx.db.selectFrom('ledger_entries').selectAll().where('seq', '=', 2).executeTakeFirstOrThrow()
  assert.deepEqual([entries, row.reason, row.amount, row.balance_after], [2, 'telegram_message', -1400, 8600])
})

test('the bank’s networks are networks, or the setting is refused', () => {
  const load = (networks: string) =>
    loadConfig({ env: {}, flags: { data_dir: '/nonexistent', 'tbank.allowed_networks': networks } })
  assert.equal(load('10.0.0.0/8, ::1,2001:db8::/32')['tbank.allowed_networks'].length, 3)
  for (const wrong of ['everywhere', '10.0.0.0/99', '10.0.0.1;10.0.0.2', ','])
    assert.throws(() => load(wrong), { code: 'INVALID_CONFIG' }, wrong)
})

test('the switch of billing has its short name in the environment', async () => {
  const read = (env: NodeJS.ProcessEnv) => loadConfig({ env, flags: { data_dir: '/nonexistent' } })['billing.enabled']
  assert.deepEqual(
    [read({}), read({ REPLYX_BILLING: 'on' }), read({ REPLYX_BILLING_ENABLED: 'true' })],
    [false, true, true],
  )
})
