import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { until } from '../helpers/app.ts'
import { type FakeTbank, openFakeTbank } from '../helpers/fake-tbank.ts'
import { signUp } from '../helpers/people.ts'
import { startBrowser } from '../web/browser.ts'
import { enter, look, openDesk, sit } from './desk.ts'
import { aMortalServer, EMAIL, terminal } from './mortal.ts'

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

async function pressPay(page: Page, sum: string): Promise<void> {
  await page.getByLabel('Сумма, ₽').fill(sum)
  await page.getByRole('button', { name: 'Перейти к оплате' }).click()
}

const orders = () => [...bank.payments.keys()]

test('a top-up goes from the console through the bank and back, over three kills of the server, and is credited once', async () => {
  await using server = await aMortalServer(bank)
  const seen = await look(browser, { app: server } as never, '/balance')
  const { page } = seen
  await enter(page, EMAIL)

  // Dead before the payment is written down: the page says so, and the same button begins one payment.
  await page.getByLabel('Сумма, ₽').waitFor()
  const known = orders().length
  await server.kill()
  await pressPay(page, '1 000,50')
  await page.getByRole('alert').filter({ hasText: 'Нет связи' }).first().waitFor()
  await server.revive()
  await page.getByRole('button', { name: 'Перейти к оплате' }).click()
  await page.waitForURL(/\/pay\//)
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
  await using app = (await openDesk({ ...terminal(bank), 'tbank.receipt': 'true', 'billing.welcome_bonus': '25000' }))
    .app
  const desk = { app, owner: { email: EMAIL } } as never
  const seen = await sit(browser, desk, { email: EMAIL }, '/balance')
  const { page } = seen
  await page.locator('.spending-chart canvas').waitFor()
  await page.getByText('Хватит примерно на 50 ответов').waitFor()
  await page.getByText('Таблицей').click()
  assert.equal(await page.locator('.spending-table tbody tr').count(), 30)
  await page.getByLabel('7 дней').check()
  await until(async () => (await page.locator('.spending-table tbody tr').count()) === 7)
  const [noSum, beyond] = [/цифрами/, /Сумма:\s100\s₽\s–\s100\s000\s₽/]
  for (const [sum, why] of [
    ['99,99', beyond],
    ['1e3', noSum],
    ['100000.01', beyond],
    ['10,001', noSum],
  ] as const) {
    await pressPay(page, sum)
    await page.getByRole('alert').filter({ hasText: why }).waitFor()
    assert.equal(await page.getByLabel('Сумма, ₽').getAttribute('aria-invalid'), 'true', sum)
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
  const desk = await openDesk(terminal(bank))
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
