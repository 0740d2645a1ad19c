import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECOND } from '../../src/lib/time.ts'
import { OutsideFailed } from '../../src/outside/failures.ts'
import { TelegramRefused } from '../../src/outside/telegram.ts'
import { type Health, judge, SOUND } from '../../src/telegram/running/health.ts'

const refused = (code: number, description = '', retry_after?: number) =>
  new TelegramRefused({ code, description, ...(retry_after === undefined ? {} : { retry_after }) })
const silence = new OutsideFailed('telegram', 'network')
const STARTING: Health = { ...SOUND, status: 'starting' }
const again = (error: unknown, times: number, health = SOUND) =>
  Array.from({ length: times }, () => {
    health = judge(error, health)
    return health
  })

test('a refused token ends a bot for good, in either way Telegram says it', () => {
  for (const code of [401, 404])
    assert.deepEqual(
      [judge(refused(code), SOUND).status, judge(refused(code), SOUND).error],
      ['unauthorized', 'INVALID_TELEGRAM_TOKEN'],
    )
})

test('a conflict is another program, unless it is a webhook, which is removed', () => {
  const rival = judge(refused(409, 'Conflict: terminated by other getUpdates request'), SOUND)
  assert.deepEqual([rival.status, rival.error, rival.drops_webhook], ['conflict', 'BOT_RUNS_ELSEWHERE', false])
  const hook = judge(refused(409, "Conflict: can't use getUpdates method while webhook is active"), SOUND)
  assert.deepEqual([hook.status, hook.error, hook.drops_webhook], ['starting', null, true])
})

test('a bot that has worked is in trouble from the fourth failure on, one that has not at the first', () => {
  const statuses = (health: Health) => again(silence, 4, health).map((one) => one.status)
  assert.deepEqual(statuses(SOUND), ['running', 'running', 'running', 'failed'])
  assert.deepEqual(statuses(STARTING), ['failed', 'failed', 'failed', 'failed'])
})

test('silence is met with longer and longer pauses, up to half a minute; a conflict with three to nine seconds', () => {
  const [first, ...rest] = again(silence, 10).map((one) => one.pause)
  assert.equal(first, SECOND)
  assert.ok(rest.every((pause) => pause >= 1.8 * SECOND && pause <= 30 * SECOND))
  assert.ok(rest.at(-1)! >= 27 * SECOND)
  const rivals = again(refused(409), 10).map((one) => one.pause)
  assert.ok(rivals.every((pause) => pause >= 3 * SECOND && pause <= 9 * SECOND) && rivals.at(-1)! >= 8.1 * SECOND)
})

test('a pause that Telegram asks for is kept to the letter, and one it forgot to name is five seconds', () => {
  assert.deepEqual([judge(refused(429, '', 7000), SOUND).pause, judge(refused(429), SOUND).pause], [7000, 5000])
})
