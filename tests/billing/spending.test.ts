import assert from 'node:assert/strict'
import { test } from 'node:test'
import { charge, credit } from '../../src/billing/ledger.ts'
import type { TxContext } from '../../src/context.ts'
import { inTransaction } from '../../src/db/database.ts'
import { startTestApp, type TestApp } from '../helpers/app.ts'
import { engines } from '../helpers/engines.ts'
import { type Person, signUp } from '../helpers/people.ts'

type Spending = {
  days: { date: string; website: number; telegram: number; total: number; answers: number }[]
  total: number
  answers: number
}
const at = (text: string) => Date.parse(text)
const NOW = at('2026-03-10T21:30:00Z')

async function spent(app: TestApp, owner: Person, answers: ['widget_message' | 'telegram_message', string][]) {
  const write = (when: number, work: (ctx: TxContext) => Promise<unknown>) =>
    inTransaction({ ...app.ctx, now: () => when }, work)
  const tenant_id = owner.id
  await write(0, (ctx) => credit(ctx, { tenant_id, amount: 100_000, reason: 'topup', reference: `${tenant_id}` }))
  for (const [n, [reason, when]] of answers.entries())
    await write(at(when), (ctx) => charge(ctx, { tenant_id, amount: 550, reason, reference: `${tenant_id}:${n}` }))
}
const ask = async (owner: Person, query = '') =>
  (await owner.call<Spending>('GET', `/api/balance/spending${query}`)).body

for (const engine of engines) {
  test(`spending is summed by the caller's own days and channels; days without any are zeros (${engine})`, async () => {
    await using app = await startTestApp({ engine, overrides: { now: () => NOW } })
    const [anna, boris] = [await signUp(app, 'anna'), await signUp(app, 'boris')]
    await spent(app, anna, [
      ['widget_message', '2026-03-03T23:59:59Z'],
      ['widget_message', '2026-03-09T20:59:59Z'],
      ['widget_message', '2026-03-09T21:00:00Z'],
      ['telegram_message', '2026-03-10T21:00:00Z'],
    ])
    await spent(app, boris, [['widget_message', '2026-03-10T12:00:00Z']])
    const utc = await ask(anna, '?days=7')
    assert.deepEqual(
      utc.days.map(({ date }) => date).join(' '),
      '2026-03-04 2026-03-05 2026-03-06 2026-03-07 2026-03-08 2026-03-09 2026-03-10',
    )
    assert.deepEqual(utc.days.at(-1), { date: '2026-03-10', website: 0, telegram: 5.5, total: 5.5, answers: 1 })
    assert.deepEqual(utc.days.at(-2), { date: '2026-03-09', website: 11, telegram: 0, total: 11, answers: 2 })
    assert.deepEqual(utc.days[0], { date: '2026-03-04', website: 0, telegram: 0, total: 0, answers: 0 })
    assert.deepEqual([utc.total, utc.answers], [16.5, 3])
    const moscow = await ask(anna, '?days=7&tz_offset=180')
    assert.deepEqual(
      moscow.days.slice(-3).map(({ date, total }) => [date, total]),
      [
        ['2026-03-09', 5.5],
        ['2026-03-10', 5.5],
        ['2026-03-11', 5.5],
      ],
    )
    assert.equal((await ask(anna)).days.length, 30)
    assert.equal((await ask(anna, '?days=90&tz_offset=-300')).total, 22)
  })
}

test('only whole known spans and zones of this world are taken', async () => {
  await using app = await startTestApp()
  const anna = await signUp(app, 'anna')
  for (const query of ['?days=8', '?days=-7', '?tz_offset=841', '?tz_offset=-721', '?tz_offset=1.5', '?tz_offset=x'])
    assert.equal((await anna.call('GET', `/api/balance/spending${query}`)).status, 422, query)
})

test('movements are handed out as a table that spreadsheets of either language open, and no cell is a formula', async () => {
  await using app = await startTestApp({ overrides: { now: () => NOW } })
  const anna = await signUp(app, 'anna')
  const tenant_id = anna.id
  await inTransaction(app.ctx, (ctx) =>
    credit(ctx, {
      tenant_id,
      amount: 150_050,
      reason: 'adjustment',
      reference: 'a',
      details: { '=why': 'скидка; "две"' },
    }),
  )
  await inTransaction(app.ctx, (ctx) =>
    charge(ctx, { tenant_id, amount: 550, reason: 'widget_message', reference: 'q' }),
  )
  const file = async (query: string, language: string) => {
    const headers = { 'Accept-Language': language }
    const answer = await app.call('GET', `/api/balance/transactions/export${query}`, { token: anna.token, headers })
    assert.match(answer.headers.get('content-type') ?? '', /text\/csv/)
    assert.match(answer.headers.get('content-disposition') ?? '', /attachment; filename="balance.csv"/)
    return String(answer.body.text).trim().split('\r\n')
  }
  assert.deepEqual(await file('', 'ru'), [
    'Дата (UTC);Операция;Вид;Сумма, ₽;Баланс после, ₽;Подробности'.replaceAll(/(Сумма, ₽|Баланс после, ₽)/g, '"$1"'),
    `2026-03-10 21:30:00;Изменение администратором;adjustment;"1500,50";"1500,50";"'=why: скидка; ""две"""`,
    '2026-03-10 21:30:00;Сообщение виджета;widget_message;"-5,50";"1495,00";',
  ])
  const [, only, ...rest] = await file('?type=debit', 'en')
  assert.deepEqual([only, rest], ['2026-03-10 21:30:00,Answer on the site,widget_message,-5.50,1495.00,', []])
  // Whoever reads it as text leaves the mark out.
  const headers = { Authorization: `Bearer ${anna.token}` }
  const raw = await fetch(`${app.url}/api/balance/transactions/export`, { headers })
  assert.equal(Buffer.from(await raw.arrayBuffer()).toString('hex', 0, 3), 'efbbbf')
})
