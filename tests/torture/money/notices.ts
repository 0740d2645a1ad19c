import assert from 'node:assert/strict'
import { furtherOf, isPaid } from '../../../src/payments/bank/statuses.ts'
import { quantile } from '../../bench/server.ts'
import { type Random, withHands } from '../random.ts'
import { openPayment, readBooks, type Scene } from './scene.ts'

export type Figures = Record<string, number>
type Notice = { id: string; status: string; amount: number }
type Ending = { status: string; paid: boolean; refunded: number }

const SUM = 100_000 // kopecks
// What the bank may tell of one payment; a number is what remains after a partial refund.
const STORIES: (string | [string, number])[][] = [
  ['FORM_SHOWED', 'AUTHORIZED', 'CONFIRMED'],
  ['REJECTED', 'AUTHORIZED', 'CONFIRMED'],
  ['AUTHORIZED', 'CONFIRMED', ['PARTIAL_REFUNDED', 70_000]],
  ['AUTHORIZED', 'CONFIRMED', ['PARTIAL_REFUNDED', 70_000], ['PARTIAL_REFUNDED', 10_000]],
  ['AUTHORIZED', 'CONFIRMED', ['PARTIAL_REFUNDED', 40_000], ['REFUNDED', 0]],
  ['AUTHORIZED', 'CONFIRMED', ['REFUNDED', SUM]],
  ['AUTHORIZED', 'REVERSED'],
  ['AUTH_FAIL', 'REJECTED'],
  ['FORM_SHOWED', 'DEADLINE_EXPIRED'],
]

/** Signed notices of many payments in any order, number and overlap: each is credited once, gives back no more than was paid, and ends where the bank is. */
export async function stormOfNotices(
  scene: Scene,
  size: { payments: number; notices: number },
  chance: Random,
): Promise<Figures> {
  const server = await scene.start()
  const endings = new Map<string, Ending>()
  const told: Notice[] = []
  for (let n = 0; n < size.payments; n++) {
    const id = (await openPayment(server.url, scene.token, SUM / 100))!
    const story = chance.pick(STORIES).map((one) => (typeof one === 'string' ? ([one, SUM] as const) : one))
    told.push(...story.map(([status, amount]) => ({ id, status, amount })))
    endings.set(id, endingOf(story))
  }
  const all = chance.shuffle([...told, ...Array.from({ length: size.notices - told.length }, () => chance.pick(told))])
  const half = Math.floor(all.length / 2)
  const crowded = await send(scene, server.url, all.slice(0, half), 32)
  const calm = await send(scene, server.url, all.slice(half), 4)
  await server.kill('SIGTERM')
  await assertEndings(scene, endings)
  return {
    ...{ notices: all.length, payments: endings.size },
    ...{ p50_ms: quantile(calm, 0.5), p99_ms: quantile(calm, 0.99), p99_of_32_at_once_ms: quantile(crowded, 0.99) },
  }
}

async function send(scene: Scene, url: string, notices: Notice[], hands: number): Promise<number[]> {
  const times: number[] = []
  await withHands(hands, notices, async ({ id, status, amount }) => {
    const { body, type } = scene.bank.notice(id, { fields: { Status: status, Amount: amount } })
    const begun = performance.now()
    const answer = await fetch(`${url}/api/payments/webhook`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    assert.equal(await answer.text(), 'OK')
    times.push(performance.now() - begun)
  })
  return times
}

function endingOf(story: (readonly [string, number])[]): Ending {
  const status = story.reduce((known, [heard]) => furtherOf(known, heard), 'NEW')
  const paid = story.some(([heard]) => isPaid(heard))
  const left = Math.min(...story.filter(([heard]) => heard === 'PARTIAL_REFUNDED').map(([, amount]) => amount), SUM)
  return { status, paid, refunded: status === 'REFUNDED' ? SUM : SUM - left }
}

async function assertEndings(scene: Scene, endings: Map<string, Ending>): Promise<void> {
  const books = await readBooks(scene)
  for (const [id, { status, paid, refunded }] of endings) {
    const row = books.rows.get(id)!
    assert.deepEqual([row.status, row.refunded], [status, refunded], id)
    assert.deepEqual(books.credits.get(id) ?? [], paid ? [SUM] : [], id)
  }
  const due = [...endings.values()].reduce((sum, one) => sum + (one.paid ? SUM - one.refunded : 0), 0)
  assert.deepEqual([books.balance, books.sum, books.verified], [due, due, true])
}

/** Notices that somebody without the password made, or that were changed on their way: none moves anything. */
export async function forgeries(
  scene: Scene,
  size: { payments: number; notices: number },
  chance: Random,
): Promise<Figures> {
  const server = await scene.start()
  const ids: string[] = []
  for (let n = 0; n < size.payments; n++) ids.push((await openPayment(server.url, scene.token, SUM / 100))!)
  const before = JSON.stringify(await snapshot(scene))
  const statuses: Record<string, number> = {}
  const jobs = Array.from({ length: size.notices }, () => chance.pick(ids))
  await withHands(16, jobs, async (id) => {
    const body = forged(scene, id, chance)
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '91.194.226.5' }
    const answer = await fetch(`${server.url}/api/payments/webhook`, { method: 'POST', headers, body })
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
    assert.notEqual(answer.status, 200, body)
    await answer.arrayBuffer()
  })
  await server.kill('SIGTERM')
  assert.equal(JSON.stringify(await snapshot(scene)), before)
  return { forged: size.notices, credited: 0, ...statuses }
}

function snapshot(scene: Scene) {
  return scene.inside(async ({ db }) => [
    await db.selectFrom('payments').selectAll().orderBy('id').execute(),
    await db.selectFrom('ledger_entries').selectAll().orderBy('id').execute(),
  ])
}

function forged(scene: Scene, id: string, chance: Random): string {
  const honest = scene.bank.notice(id, { fields: { Status: 'CONFIRMED' } }).body
  const fields = JSON.parse(scene.bank.notice(id, { fields: { Status: 'CONFIRMED' }, numeric_id: false }).body)
  const swaps: (() => string)[] = [
    () => scene.bank.notice(id, { fields: { Status: 'CONFIRMED' }, password: `guess ${chance.below(1e9)}` }).body,
    () => scene.bank.notice(id, { fields: { Status: 'CONFIRMED', TerminalKey: 'Other' } }).body,
    () => JSON.stringify({ ...fields, Token: flipped(fields.Token, chance) }),
    () => JSON.stringify({ ...fields, Token: chance.pick([null, '', 0, [], {}, true, 'undefined']) }),
    () => JSON.stringify({ ...fields, [`Extra${chance.below(99)}`]: chance.below(1e6) }),
    () => JSON.stringify({ ...fields, Amount: SUM + 1 + chance.below(1000) }),
    () => {
      const name = chance.pick(Object.keys(fields).filter((one) => one !== 'Token'))
      return JSON.stringify({ ...fields, [name]: `${fields[name]}${chance.below(10)}` })
    },
    () => {
      const { [chance.pick(Object.keys(fields))]: _, ...rest } = fields
      return JSON.stringify(rest)
    },
    () => honest.slice(0, chance.below(honest.length - 1)),
  ]
  return chance.pick(swaps)()
}

function flipped(token: string, chance: Random): string {
  const at = chance.below(token.length)
  const other = (Number.parseInt(token[at]!, 16) ^ (1 << chance.below(4))).toString(16)
  return token.slice(0, at) + other + token.slice(at + 1)
}
