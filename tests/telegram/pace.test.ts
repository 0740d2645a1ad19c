import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from '../../src/context.ts'
import { SECOND } from '../../src/lib/time.ts'
import { awaitTurn, closeFor, type Line, takeTurn } from '../../src/telegram/sending/pace.ts'

const LONG = 60 * SECOND

/** A clock that stands until it is moved, over a pace of its own. */
function aClock() {
  const clock = { now: 1_000_000 }
  const ctx = { bus: {}, now: () => clock.now } as unknown as Context
  const take = (line: Line, patience = LONG) => takeTurn(ctx, line, patience)
  return { clock, ctx, take, times: (n: number, line: Line) => Array.from({ length: n }, () => take(line)) }
}

test('a chat hears three messages at once and then one a second', () => {
  const { clock, take, times } = aClock()
  const chat = { bot_id: 1, chat_id: '5' }
  assert.deepEqual(times(6, chat), [0, 0, 0, 1000, 2000, 3000])
  clock.now += 10 * SECOND
  assert.equal(take(chat), 0)
})

test('a group hears twenty messages a minute', () => {
  const waits = aClock().times(25, { bot_id: 1, chat_id: '-5' })
  assert.deepEqual([waits.filter((wait) => wait < SECOND).length, waits[8]], [8, 5000])
  assert.equal(waits.filter((wait) => wait <= LONG).length, 20)
})

test('a bot speaks at most thirty times a second in all its chats, and another bot is none of its business', () => {
  const { take } = aClock()
  const waits = Array.from({ length: 60 }, (_, chat) => take({ bot_id: 1, chat_id: `${chat}` }))
  assert.deepEqual(waits.slice(0, 6), [0, 0, 0, 0, 0, 40])
  assert.ok(waits.filter((wait) => wait < SECOND).length <= 30)
  assert.equal(take({ bot_id: 2, chat_id: '1' }), 0)
})

test('a turn that would come too late is not taken', () => {
  const { times, take } = aClock()
  const chat = { bot_id: 1, chat_id: '5' }
  times(5, chat)
  assert.deepEqual([take(chat, 1500), take(chat, 2500), take(chat), take(chat)], [3000, 3000, 3000, 4000])
})

test('a turn that comes soon is waited for; a longer wait is told at once and holds nobody', async () => {
  const { ctx, times } = aClock()
  const chat = { bot_id: 1, chat_id: '5' }
  times(3, chat)
  const begun = performance.now()
  assert.equal(await awaitTurn(ctx, chat), 0)
  assert.ok(performance.now() - begun > SECOND - 10)
  closeFor(ctx, chat, 9000)
  assert.equal(await awaitTurn(ctx, chat), 9000)
  assert.ok(performance.now() - begun < 5 * SECOND)
})

test('a pause that Telegram asks for closes the chat, and the whole bot once a second chat is told the same', () => {
  const { clock, ctx, take } = aClock()
  const [one, two, three] = ['1', '2', '3'].map((chat_id) => ({ bot_id: 1, chat_id })) as [Line, Line, Line]
  closeFor(ctx, one, 7000)
  closeFor(ctx, { bot_id: 11, chat_id: '1' }, 7000)
  assert.deepEqual([take(one, 0), take(two, 0)], [7000, 0])
  closeFor(ctx, two, 5000)
  assert.deepEqual([take(three, 0), take({ bot_id: 2, chat_id: '3' }, 0)], [5000, 0])
  clock.now += 5000
  assert.deepEqual([take(three, 0), take(one, 0)], [0, 2000])
  clock.now += 2000
  closeFor(ctx, two, 1000)
  assert.equal(take(three, 0), 0)
})
