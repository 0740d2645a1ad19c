import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { TxContext } from '../../src/context.ts'
import { inTransaction } from '../../src/db/database.ts'
import { inSharedTransaction } from '../../src/db/together.ts'
import { startTestApp, type TestApp } from '../helpers/app.ts'
import { engines } from '../helpers/engines.ts'

const note = (ctx: TxContext, name: string) =>
  ctx.db
    .insertInto('streams')
    .values({ name: `t:${name}`, last_seq: 1 })
    .execute()
const noted = async (app: TestApp) => {
  const rows = await app.ctx.db.selectFrom('streams').select('name').where('name', 'like', 't:%').execute()
  return rows.map(({ name }) => name.slice(2)).sort()
}

for (const engine of engines) {
  test(`of works that share a commit the one that fails is undone alone (${engine})`, async () => {
    await using app = await startTestApp({ engine })
    const heard: string[] = []
    const work = (name: string) => (ctx: TxContext) => {
      ctx.afterCommit(() => heard.push(name))
      return note(ctx, name).then(() => (name === 'bad' ? Promise.reject(new Error('refused')) : name))
    }
    const names = [...Array.from({ length: 40 }, (_, at) => String(at + 100)), 'bad', 'last']
    const ends = await Promise.allSettled(names.map((name) => inSharedTransaction(app.ctx, work(name))))
    const good = names.filter((name) => name !== 'bad')
    assert.deepEqual(
      ends.filter((end) => end.status === 'fulfilled').map((end) => end.value),
      good,
    )
    assert.deepEqual(await noted(app), good.toSorted())
    assert.deepEqual(heard.toSorted(), good.toSorted())
  })
}

test('nobody hears of success before the commit they share, and when it fails all hear that', async () => {
  await using app = await startTestApp()
  let settled = 0
  const shared = (work: (ctx: TxContext) => Promise<unknown>) =>
    inSharedTransaction(app.ctx, work).finally(() => settled++)
  const holding = inTransaction(app.ctx, (ctx) => note(ctx, 'before'))
  const works = [
    shared((ctx) => note(ctx, 'one')),
    shared(async (ctx) => {
      // Found out only at the commit.
      await sql`pragma defer_foreign_keys = on`.execute(ctx.db)
      await ctx.db
        .insertInto('payment_steps')
        .values({
          tenant_id: 1,
          payment_id: 'none',
          status: 'NEW',
          amount: 1,
          source: 'notice',
          error_code: null,
          at: 1,
        })
        .execute()
    }),
    shared(async () => assert.equal(settled, 0)),
  ]
  await holding
  const ends = await Promise.allSettled(works)
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  )
  assert.deepEqual(await noted(app), ['before'])
  await shared((ctx) => note(ctx, 'after'))
  assert.deepEqual(await noted(app), ['after', 'before'])
})
