import assert from 'node:assert/strict'
import { reconcilePayments } from '../../../src/payments/bank/reconcile.ts'
import type { RealServer } from '../../helpers/real-server.ts'
import type { Random } from '../random.ts'
import { openPayment, readBooks, type Scene } from './scene.ts'

const ROUBLES = 500
const MOMENTS = ['any time', 'during Init', 'after Init, before its answer', 'between notice and credit'] as const

/** Kills the server in the middle of top-ups; afterwards the bank repeats its notices and is asked about the rest, and all adds up: every paid order credited once, no other. */
export async function killsDuringTopUps(scene: Scene, rounds: number, chance: Random): Promise<Record<string, number>> {
  const acknowledged = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    const server = await scene.start()
    await oneKill(scene, server, MOMENTS[round % MOMENTS.length]!, { acknowledged, chance })
  }
  const last = await scene.start()
  const paid = [...scene.bank.payments.values()].filter((one) => one.status === 'CONFIRMED')
  // The bank repeats some of what was not acknowledged; of the rest we must find out by asking.
  for (const { order } of paid.filter((_, at) => at % 2 === 0)) await scene.bank.notify(last.url, order)
  await last.kill('SIGTERM')
  await scene.inside(async (ctx) => {
    await ctx.db.updateTable('payments').set({ asked_at: 0 }).where('status', '=', 'INIT').execute()
    assert.equal((await reconcilePayments(ctx)).failed, 0)
  })
  const books = await readBooks(scene)
  for (const { order, amount } of paid) assert.deepEqual(books.credits.get(order), [amount], order)
  for (const order of acknowledged) assert.ok(books.credits.has(order), `acknowledged and not credited: ${order}`)
  assert.equal(books.credits.size, paid.length)
  assert.deepEqual([books.balance, books.verified], [paid.length * ROUBLES * 100, true])
  assert.deepEqual(
    [...books.rows.values()].filter((one) => one.status === 'INIT'),
    [],
  )
  return { kills: rounds, orders: books.rows.size, paid: paid.length, acknowledged: acknowledged.size }
}

type Means = { acknowledged: Set<string>; chance: Random }

async function oneKill(
  scene: Scene,
  server: RealServer,
  moment: (typeof MOMENTS)[number],
  means: Means,
): Promise<void> {
  let ending: Promise<void> | undefined
  const kill = () => {
    ending ??= server.kill('SIGKILL')
    return ending
  }
  if (moment === 'any time') setTimeout(kill, means.chance.below(600))
  if (moment === 'during Init') scene.bank.server.next((res) => void kill().then(() => res.socket?.destroy()))
  if (moment === 'after Init, before its answer') {
    scene.bank.lose('Init')
    const last = scene.bank.payments.size
    const watch = setInterval(() => {
      if (scene.bank.payments.size > last) void kill().then(() => clearInterval(watch))
    }, 1)
  }
  const payers = Array.from({ length: 4 }, () => payUntilDead(scene, server, moment, { ...means, kill }))
  await Promise.all(payers)
  await kill()
}

async function payUntilDead(
  scene: Scene,
  server: RealServer,
  moment: (typeof MOMENTS)[number],
  { acknowledged, kill, chance }: Means & { kill: () => Promise<void> },
): Promise<void> {
  try {
    for (let n = 0; n < 50; n++) {
      const order = await openPayment(server.url, scene.token, ROUBLES)
      if (order === undefined) continue
      scene.bank.move(order, 'CONFIRMED')
      const telling = scene.bank.notify(server.url, order)
      if (moment === 'between notice and credit' && n === 3) setTimeout(kill, chance.below(8))
      if ((await telling).text === 'OK') acknowledged.add(order)
    }
  } catch {
    // The server is gone, as it should be.
  }
}
