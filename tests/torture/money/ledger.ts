import assert from 'node:assert/strict'
import { join } from 'node:path'
import { verifyLedger } from '../../../src/billing/chain/verify.ts'
import { charge, credit, purseOf, takeBack } from '../../../src/billing/ledger.ts'
import type { Context } from '../../../src/context.ts'
import { inTransaction } from '../../../src/db/database.ts'
import { openSqlite } from '../../../src/db/sqlite.ts'
import type { Random } from '../random.ts'
import type { Scene } from './scene.ts'

const PRICE = 500

/** Parallel charges on a balance for a fifth of them, with credits and refunds between, read all the while: exactly as many go through as were paid, and every reader sees entries that add up. */
export async function raceForTheLedger(
  scene: Scene,
  size: { rounds: number; charges: number; reads: number },
  chance: Random,
): Promise<Record<string, number>> {
  return scene.inside(async (ctx) => {
    let reads = 0
    for (let round = 0; round < size.rounds; round++) {
      const tenant_id = 1_000_000 + round
      await give(ctx, tenant_id, (PRICE * size.charges) / 5, `first ${round}`)
      const reading = readAllTheWhile(ctx, tenant_id, Math.ceil(size.reads / size.rounds))
      const tries = Array.from({ length: size.charges }, (_, n) => take(ctx, tenant_id, `${round}:${n}`))
      const done = (await Promise.all(tries)).filter(Boolean).length
      assert.equal(done, size.charges / 5)
      await stir(ctx, tenant_id, round, chance)
      reads += await reading
    }
    const { ok, entries } = await verifyLedger(ctx)
    assert.ok(ok)
    return { charges_tried: size.rounds * size.charges, entries, reads, violations: 0 }
  })
}

// Money in, out and back at once, some of it more than is there.
async function stir(ctx: Context, tenant_id: number, round: number, chance: Random): Promise<void> {
  const moves = Array.from({ length: 30 }, (_, n) => {
    const [amount, reference] = [1 + chance.below(2000), `stir ${round}:${n}`]
    const back = () => inTransaction(ctx, (ctx) => takeBack(ctx, { tenant_id, amount, reason: 'refund', reference }))
    return chance.pick([() => give(ctx, tenant_id, amount, reference), () => take(ctx, tenant_id, reference), back])
  })
  await Promise.all(moves.map((move) => move()))
  const { balance, debt } = await purseOf(ctx, tenant_id)
  assert.ok(balance >= 0 && debt >= 0 && (balance === 0 || debt === 0), `balance ${balance}, debt ${debt}`)
}

// Through a connection of its own, as another process would.
async function readAllTheWhile(ctx: Context, tenant_id: number, times: number): Promise<number> {
  const other = openSqlite(join(ctx.config.data_dir, 'replyx.db'), { readonly: true })
  const question = other.prepare(
    `select coalesce((select sum(amount) from ledger_entries where tenant_id = ?), 0) as sum,
            coalesce((select balance from balances where tenant_id = ?), 0) as balance`,
  )
  for (let n = 0; n < times; n++) {
    const { sum, balance } = question.get(tenant_id, tenant_id) as { sum: number; balance: number }
    assert.equal(sum, balance)
    assert.ok(balance >= 0)
    await new Promise((resolve) => setImmediate(resolve))
  }
  other.close()
  return times
}

function give(ctx: Context, tenant_id: number, amount: number, reference: string) {
  return inTransaction(ctx, (ctx) => credit(ctx, { tenant_id, amount, reason: 'topup', reference }))
}

function take(ctx: Context, tenant_id: number, reference: string) {
  return inTransaction(ctx, (ctx) => charge(ctx, { tenant_id, amount: PRICE, reason: 'widget_message', reference }))
}
