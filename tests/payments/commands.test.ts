import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqlite } from '../../src/db/sqlite.ts'
import { openShell, type Shell } from '../cli/shell.ts'
import { openFakeTbank, PASSWORD, TERMINAL } from '../helpers/fake-tbank.ts'

const WHO = 'owner@shop.ru'

async function aPaidShell(env: Record<string, string> = {}): Promise<Shell> {
  const shell = openShell({ REPLYX_BILLING: 'on', ...env })
  shell.file('bank-password', `${PASSWORD}\n`)
  await shell.run('setup', '--yes', '--email', WHO, '--password-file', 'pw', '--assistant', 'Лавка')
  return shell
}

test('a balance is shown and moved by hand, with a reason that stays, and never below zero', async () => {
  await using shell = await aPaidShell()
  const fresh = await shell.run('user', 'balance', WHO, '--json')
  assert.deepEqual(fresh.json(), {
    ...{ id: 1, email: WHO, plan: 'trial', balance: 250, debt: 0, total_spent: 0, welcome_bonus: 250 },
  })
  const added = await shell.run('user', 'balance', WHO, '--add', '99,50', '--reason', 'Подарок', '--json')
  assert.equal(added.json().balance, 349.5)
  const taken = await shell.run('user', 'balance', '1', '--add=-49.5', '--reason', 'Ошибка', '--json')
  assert.equal(taken.json().balance, 300)
  const expected: [number, string[]][] = [
    [4, ['--add=-300.01', '--reason', 'x']],
    [2, ['--add', '5']],
    [2, ['--add', '5.001', '--reason', 'x']],
    [2, ['--add', '0', '--reason', 'x']],
    [2, ['--add', 'five', '--reason', 'x']],
  ]
  for (const [code, argv] of expected)
    assert.equal((await shell.run('user', 'balance', WHO, ...argv)).code, code, argv[0])
  assert.match((await shell.run('user', 'balance', WHO)).stdout, /300\.00 ₽/)
})

test('the ledger is verified from the shell: 0 when all adds up, 1 with the first broken row when not', async () => {
  await using shell = await aPaidShell()
  for (let n = 0; n < 3; n++) await shell.run('user', 'balance', WHO, '--add', '100', '--reason', 'x')
  const whole = await shell.run('ledger', 'verify', '--json')
  assert.deepEqual([whole.code, whole.json()], [0, { ok: true, owners: 1, entries: 4, broken: [] }])
  const database = openSqlite(join(shell.folder, 'data/replyx.db'))
  database.exec('update ledger_entries set amount = amount + 1 where seq = 3')
  database.close()
  const broken = await shell.run('ledger', 'verify', '--json')
  assert.equal(broken.code, 1)
  assert.deepEqual(
    broken.json<{ broken: { seq: number; tenant_id: number }[] }>().broken.map((one) => [one.tenant_id, one.seq]),
    [[1, 3]],
  )
  assert.match((await shell.run('ledger', 'verify')).stdout, /владелец 1, запись 3/)
})

test('payments are listed, shown, asked about and given back from the shell, with the server stopped', async () => {
  await using bank = await openFakeTbank()
  await using shell = await aPaidShell({
    REPLYX_TBANK_TERMINAL_KEY: TERMINAL,
    REPLYX_TBANK_API_URL: bank.url,
    REPLYX_TBANK_PASSWORD_FILE: 'bank-password',
  })
  const { child, url, ended } = await shell.serve()
  const login = await post(url, '/api/auth/login', { email: WHO, password: 'Correct-1-horse' })
  const made = await post(url, '/api/balance/top-up', { amount: 500 }, String(login.access_token))
  child.kill('SIGTERM')
  await ended
  const id = String(made.payment_id)
  bank.move(id, 'CONFIRMED')
  const asked = await shell.run('payment', 'reconcile', '--json')
  assert.deepEqual(asked.json(), { asked: 1, changed: 1, failed: 0 })
  assert.equal((await shell.run('payment', 'show', id, '--json')).json().status, 'CONFIRMED')
  assert.equal((await shell.run('payment', 'list', '--owner', WHO, '--json')).json<unknown[]>().length, 1)
  assert.match((await shell.run('payment', 'list')).stdout, /500\.00 ₽ +CONFIRMED/)
  assert.equal((await shell.run('payment', 'refund', id, '--amount', '100')).code, 2)
  const back = await shell.run('payment', 'refund', id, '--amount', '100', '--yes', '--json')
  assert.deepEqual(
    [back.json().refund_amount, back.json().refunded_amount, back.json().status],
    [100, 100, 'PARTIAL_REFUNDED'],
  )
  assert.equal((await shell.run('payment', 'refund', id, '--amount', '401', '--yes')).code, 2)
  assert.equal((await shell.run('payment', 'show', 'nothing')).code, 3)
  assert.equal((await shell.run('user', 'balance', WHO, '--json')).json().balance, 650)
  assert.equal((await shell.run('ledger', 'verify')).code, 0)
})

async function post(url: string, path: string, body: object, token = ''): Promise<Record<string, unknown>> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await answer.json()) as Record<string, unknown>
}
