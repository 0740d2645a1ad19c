import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { closeContext, openContext } from '../../src/app.ts'
import { verifyLedger } from '../../src/billing/chain/verify.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openLog } from '../../src/lib/log.ts'
import { addUser } from '../../src/users/users.ts'
import { until } from '../helpers/app.ts'
import { PASSWORD as BANK_PASSWORD, type FakeTbank, openFakeTbank, TERMINAL } from '../helpers/fake-tbank.ts'
import { PASSWORD, signUp } from '../helpers/people.ts'
import { type RealServer, startRealServer } from '../helpers/real-server.ts'
import { startBrowser } from '../web/browser.ts'
import { enter, look, openDesk, sit } from './desk.ts'

const EMAIL = 'maria@example.com'
let browser: Browser
let bank: FakeTbank
before(async () => {
  browser = await startBrowser()
  bank = await openFakeTbank({ pages: true })
})
after(async () => {
  await browser.close()
  await bank[Symbol.asyncDispose]()
})

const terminal = () => ({
  'billing.enabled': 'true',
  'tbank.terminal_key': TERMINAL,
  'tbank.password': BANK_PASSWORD,
  'tbank.api_url': bank.url,
  'tbank.allowed_networks': '127.0.0.1/32',
})

/** A server of its own process on one port, that can be killed and come back. */
async function aMortalServer() {
  const folder = mkdtempSync(join(tmpdir(), 'replyx-balance-'))
  const flags = { data_dir: folder, ...terminal(), 'billing.welcome_bonus': '0' }
  const ctx = await openContext(loadConfig({ env: {}, flags }), { log: openLog({ level: 'silent' }) })
  const { id } = await addUser(ctx, { email: EMAIL, password: PASSWORD, confirmed: true })
  await closeContext(ctx)
  const port = await freePort()
  const settings = { ...flags, port: String(port), 'limits.assets': '100000/1m' }
  const env = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`REPLYX_${name.replaceAll('.', '_').toUpperCase()}`, value]),
  )
  let server: RealServer = await startRealServer(folder, env)
  const books = async () => {
    const ctx = await openContext(loadConfig({ env: {}, flags }), { log: openLog({ level: 'silent' }) })
    const credits = await ctx.db.selectFrom('ledger_entries').select(['reference', 'amount']).orderBy('id').execute()
    const { ok } = await verifyLedger(ctx)
    await closeContext(ctx)
    return { ok, credits }
  }
  return {
    id,
    url: server.url,
    books,
    kill: () => server.kill('SIGKILL'),
    revive: async () => {
      server = await startRealServer(folder, env)
    },
    async [Symbol.asyncDispose]() {
      await server.kill('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createServer().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as { port: number }
      socket.close(() => resolve(port))
    })
  })
}

async function pressPay(page: Page, sum: string): Promise<void> {
  await page.getByLabel('Сумма, ₽').fill(sum)
  await page.getByRole('button', { name: 'Перейти к оплате' }).click()
}

const orders = () => [...bank.payments.keys()]

test('a top-up goes from the console through the bank and back, over three kills of the server, and is credited once', async () => {
  await using server = await aMortalServer()
  const seen = await look(browser, { app: server } as never, '/balance')
  const { page } = seen
  await enter(page, EMAIL)

  // Dies while the bank is opening it: the page says so, and the same button begins one payment, not two.
  const known = orders().length
  bank.server.next((res) => void server.kill().then(() => res.socket?.destroy()))
  await pressPay(page, '1 000,50')
  await page.getByRole('alert').filter({ hasText: 'Нет связи' }).waitFor()
  assert.equal(orders().length, known)
  await server.revive()
  await page.getByRole('button', { name: 'Перейти к оплате' }).click()
  // Another Init may be under way for as long as the bank is waited for.
  await page.waitForURL(/\/pay\//, { timeout: 45_000 })
  const [order = ''] = orders().slice(known)
  assert.equal(bank.of(order).amount, 100_050)

  // Dies while the payer is at the bank: the way back finds no server, later the truth.
  await server.kill()
  await page.getByRole('link', { name: /Оплатить/ }).click({ noWaitAfter: true })
  await until(() => bank.of(order).status === 'CONFIRMED')
  await server.revive()
  await page.goto(`${server.url}/console/balance?payment=${order}`)
  await page.getByText('На баланс деньги ещё не поступили').waitFor()

  // Dies as the notice comes: the page goes on asking and tells the credit when the repeated notice is taken.
  const lost = bank.notify(server.url, order).catch(() => undefined)
  await server.kill()
  await lost
  await server.revive()
  assert.equal((await bank.notify(server.url, order)).text, 'OK')
  assert.equal((await bank.notify(server.url, order)).text, 'OK')
  await page.getByText('Деньги уже на балансе').waitFor()
  await page.locator('.money-sum').filter({ hasText: '1 000,50' }).waitFor()
  await page.getByRole('list', { name: 'Платежи' }).getByText('Оплачен').waitFor()
  await page.context().close()
  assert.deepEqual(await server.books(), { ok: true, credits: [{ reference: order, amount: 100_050 }] })
  assert.deepEqual(
    seen.complaints.filter((one) => !/WebSocket|EventSource|ERR_/.test(one)),
    [],
  )
})

test('the balance page says what is, draws spending without breaking the policy, and takes no sum that is none', async () => {
  await using app = (await openDesk({ ...terminal(), 'tbank.receipt': 'true', 'billing.welcome_bonus': '25000' })).app
  const desk = { app, owner: { email: EMAIL } } as never
  const seen = await sit(browser, desk, { email: EMAIL }, '/balance')
  const { page } = seen
  await page.locator('.spending-chart canvas').waitFor()
  await page.getByText('Хватит примерно на 50 ответов').waitFor()
  await page.getByText('Таблицей').click()
  assert.equal(await page.locator('.spending-table tbody tr').count(), 30)
  await page.getByText('7 дней', { exact: true }).click()
  await until(async () => (await page.locator('.spending-table tbody tr').count()) === 7)
  for (const sum of ['99,99', '100000.01', '1e3', '10,001', 'сто']) {
    await pressPay(page, sum)
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByLabel('Сумма, ₽').getAttribute('aria-invalid'), 'true', sum)
    await page.reload()
  }
  await page.getByLabel('Почта для чека').fill('buh@example.com')
  await page.getByRole('button', { name: '3 000' }).click()
  await page.getByRole('button', { name: 'Перейти к оплате' }).click()
  await page.waitForURL(/\/pay\//)
  const [, asked] = [bank.seen.filter((one) => one.path.endsWith('Init')).at(-1), bank.seen.at(-2)?.body]
  assert.equal((asked?.Receipt as { Email?: string } | undefined)?.Email, 'buh@example.com')
  assert.deepEqual([seen.complaints, seen.strangers.filter((one) => !one.startsWith(bank.url))], [[], []])
  await page.context().close()
})

test('without billing there is no balance in the menu, and whoever opens it is told why', async () => {
  const desk = await openDesk()
  const { page } = await sit(browser, desk, desk.owner, '/balance')
  await page.getByRole('heading', { name: 'Ответы бесплатны' }).waitFor()
  assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Баланс' }).count(), 0)
  await page.context().close()
  await desk.app[Symbol.asyncDispose]()
})

test('the admin finds a payment, gives a part of it back by its named sum, moves a balance, and an owner sees none of it', async () => {
  const desk = await openDesk(terminal())
  const boss = await signUp(desk.app, 'boss', { is_admin: true })
  const { body } = await desk.owner.call<{ payment_id: string }>('POST', '/api/payments/create', { amount: 1000 })
  bank.move(body.payment_id, 'CONFIRMED')
  const stranger = await sit(browser, desk, desk.owner, '/payments')
  await stranger.page.getByRole('heading', { name: 'Такой страницы нет' }).first().waitFor()
  await stranger.page.context().close()

  const { page } = await sit(browser, desk, boss, '/payments')
  await page.getByLabel('Владелец: почта или ID').fill(EMAIL)
  await page.getByRole('button', { name: 'Найти' }).click()
  await page.getByRole('link', { name: '1 000 ₽' }).click()
  // Its notice was lost; the bank is asked.
  await page.getByRole('button', { name: 'Спросить банк' }).click()
  await page.getByText('Мы спросили сами').waitFor()
  await page.getByRole('button', { name: 'Вернуть деньги' }).click()
  await page.getByLabel('Сумма, ₽').fill('250,50')
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByRole('button', { name: 'Вернуть 250,50 ₽' }).click()
  await page.getByText('возвращено: 250,50 ₽').waitFor()
  assert.equal(bank.of(body.payment_id).left, 74_950)

  await page.goto(`${desk.app.url}/console/payments?part=balances`)
  await page.getByRole('button', { name: `Изменить баланс: ${EMAIL}` }).click()
  await page.getByLabel('Сумма, ₽').fill('-100')
  await page.getByLabel('Причина').fill('Ошибка')
  await page.getByRole('button', { name: 'Продолжить' }).click()
  await page.getByRole('button', { name: 'Списать' }).click()
  await page.getByText(`${EMAIL} · 649,50 ₽`).waitFor()
  await page.getByRole('button', { name: 'Проверить' }).click()
  await page.getByText('Всё сходится').waitFor()
  await page.context().close()
  await desk.app[Symbol.asyncDispose]()
})
