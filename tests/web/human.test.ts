import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { until } from '../helpers/app.ts'
import { openSse, typesOf } from '../helpers/sse.ts'
import { ask, openChat, startBrowser, visit, visitIn } from './browser.ts'
import { openShop, type Shop } from './shop.ts'

let browser: Browser

before(async () => {
  browser = await startBrowser()
})
after(() => browser.close())

const called = (page: Page) => page.getByText('Место в очереди: 1').waitFor()
const call = (page: Page) => page.getByRole('button', { name: 'Позвать человека' }).click()
const says = (page: Page, text: string | RegExp) => page.locator('.entries', { hasText: text }).waitFor()
const heading = (page: Page, text: string) => page.getByRole('heading', { name: text }).waitFor()

/** The page of a visitor who waits for a human, with Anna at her desk. */
async function waiting(shop: Shop): Promise<Page> {
  await shop.arrive()
  const { page } = await visit(browser, shop)
  await openChat(page)
  await call(page)
  await called(page)
  return page
}

test('a visitor calls a human, waits with a place in the queue, talks to Anna and is given back', async () => {
  await using shop = await openShop()
  await shop.arrive()
  const { page, complaints } = await visit(browser, shop)
  await openChat(page)
  const about = page.getByText('ИИ-помощник, отвечает сразу')
  await about.waitFor()
  await call(page)
  await page.getByText('Место в очереди: 1 · до 5 минут').waitFor()
  assert.equal(await about.count(), 0, 'the assistant keeps silent')
  assert.equal(await page.getByRole('button', { name: 'Позвать человека' }).count(), 0)
  assert.equal(await page.getByLabel('Ваш e-mail').isVisible(), false)

  await shop.act('handoff/takeover')
  await heading(page, 'Анна')
  await page.getByText('Сотрудник на связи').waitFor()
  await says(page, 'Оператор Анна подключился к диалогу')
  assert.equal(await page.getByText('Место в очереди').isVisible(), false)
  await page.locator('.spoken[role=status]', { hasText: 'Оператор Анна подключился' }).waitFor({ state: 'attached' })

  await shop.act('typing')
  await page.getByText('Анна печатает…').waitFor({ state: 'attached' })
  await shop.act('messages', { text: 'Здравствуйте! Чем помочь?' })
  await says(page, 'Чем помочь?')
  assert.equal(await page.locator('.typing').count(), 0)
  await ask(page, 'Где мой заказ?')
  const dialog = await shop.dialog()
  await until(async () =>
    JSON.stringify((await shop.anna.call('GET', `/api/dialogs/${dialog.id}/messages`)).body).includes('Где мой заказ?'),
  )
  await page.waitForTimeout(200)
  assert.equal(await page.locator('.typing').count(), 0, 'the assistant keeps silent')

  await shop.act('handoff/release')
  await heading(page, 'Северный лист')
  await says(page, 'Снова отвечает ассистент.')
  await page.getByRole('button', { name: 'Позвать человека' }).waitFor()
  assert.deepEqual([complaints, shop.reports], [[], []])
})

test('the desk sees the visitor type to a human, and nothing while only the assistant listens', async () => {
  await using shop = await openShop()
  await shop.arrive()
  const desk = await openSse(`${shop.hostUrl}/api/events`, { Authorization: `Bearer ${shop.anna.token}` })
  const { page } = await visit(browser, shop)
  await openChat(page)
  await ask(page, 'Сколько стоит доставка в Казань?')
  await says(page, '390 рублей')
  await page.getByRole('textbox').pressSequentially('Ещё вопрос')
  await call(page)
  await called(page)
  assert.equal(typesOf(desk).includes('visitor.typing'), false)
  await page.getByRole('textbox').pressSequentially(' к человеку', { delay: 20 })
  await until(() => typesOf(desk).includes('visitor.typing'))
  assert.equal(typesOf(desk).filter((type) => type === 'visitor.typing').length, 1)
  desk.close()
})

test('with the keyboard alone a visitor calls a human, stops waiting, and never loses the place', async () => {
  await using shop = await openShop()
  await shop.arrive()
  const { page } = await visit(browser, shop)
  await openChat(page)
  const field = page.getByRole('textbox', { name: 'Напишите вопрос…' })
  const press = async (name: string) => {
    await page.getByRole('button', { name }).focus()
    await page.keyboard.press('Enter')
  }
  const isInField = () => until(() => field.evaluate((node: HTMLElement) => node.matches(':focus')))
  await press('Позвать человека')
  await called(page)
  await isInField()
  await press('Не ждать')
  await page.getByRole('button', { name: 'Позвать человека' }).waitFor()
  await isInField()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
})

test('on a small phone the newest message stays in view when the way to a human grows', async () => {
  await using shop = await openShop()
  const { page } = await visit(browser, shop, { viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true })
  await openChat(page)
  for (const n of [1, 2]) {
    await ask(page, 'Сколько стоит доставка в Казань?')
    await until(async () => (await page.locator('.vote.up').count()) === n)
  }
  await call(page)
  await page.getByLabel('Ваш e-mail').waitFor()
  await says(page, 'Оставьте e-mail')
  const box = async (what: string) => (await page.locator(what).last().boundingBox())!
  await until(async () => {
    const [newest, dock] = [await box('.entries .notice'), await box('.dock')]
    return newest.y + newest.height <= dock.y + 1
  })
  assert.equal(await page.getByRole('dialog').evaluate((panel) => panel.scrollHeight - panel.clientHeight), 0)
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
})

test('who waits may stop waiting, and the assistant answers again', async () => {
  await using shop = await openShop()
  await shop.arrive()
  const { page } = await visit(browser, shop)
  await openChat(page)
  await call(page)
  await page.getByRole('button', { name: 'Не ждать' }).click()
  await page.getByRole('button', { name: 'Позвать человека' }).waitFor()
  await says(page, 'сотрудника не зовём')
  await ask(page, 'Сколько стоит доставка в Казань?')
  await says(page, '390 рублей')
})

test('after an honest «I don’t know» the way to a human stands under the answer', async () => {
  await using shop = await openShop()
  await shop.arrive()
  const { page } = await visit(browser, shop)
  await openChat(page)
  await ask(page, 'Кто написал «Идиота»?')
  const offer = page.locator('.entries').getByRole('button', { name: 'Позвать человека' })
  await offer.click()
  await called(page)
  assert.equal(await offer.isVisible(), false)
})

test('where nobody is there the visitor leaves an address, sees a mistake in it, and is thanked, also after a reload', async () => {
  await using shop = await openShop()
  const { page } = await visit(browser, shop)
  await openChat(page)
  await call(page)
  const field = page.getByLabel('Ваш e-mail')
  await field.fill('anna@')
  await field.press('Enter')
  await page.getByText('Похоже, в адресе ошибка').waitFor()
  await field.fill('anna@example.com')
  await page.getByRole('button', { name: 'Оставить' }).click()
  await page.getByText('Спасибо! Ответим вам письмом.').waitFor()
  assert.equal((await shop.dialog()).email, 'anna@example.com')
  await page.reload()
  await page.getByText('Спасибо! Ответим вам письмом.').waitFor()
  assert.equal(await field.isVisible(), false)
})

test('when nobody comes in time the visitor is asked for an address, and the assistant comes back', async () => {
  await using shop = await openShop({ 'handoff.wait_website': '1', 'handoff.ai_returns': '4' })
  const page = await waiting(shop)
  await page.getByLabel('Ваш e-mail').fill('anna@exa')
  await says(page, 'Пока никто не освободился')
  await page.getByRole('button', { name: 'Позвать человека' }).waitFor({ timeout: 10_000 })
  assert.equal(await page.getByLabel('Ваш e-mail').inputValue(), 'anna@exa', 'what was typed stays')
})

test('waiting and talking to Anna are there again after a reload, in a second tab and after a lost stream', async () => {
  await using shop = await openShop()
  const page = await waiting(shop)
  await page.reload()
  await called(page)
  const second = (await visitIn(page.context(), shop)).page
  await openChat(second)
  await called(second)

  await page.context().setOffline(true)
  for (const connection of shop.app.ctx.connections.all()) connection.close()
  await shop.act('handoff/takeover')
  await shop.act('messages', { text: 'Здравствуйте!' })
  await page.context().setOffline(false)
  for (const tab of [page, second]) {
    await heading(tab, 'Анна')
    await says(tab, 'Здравствуйте!')
  }
  await page.reload()
  await heading(page, 'Анна')
})

test('what Anna writes while the window is closed counts on the button, also after a reload, and in every tab until it is read', async () => {
  await using shop = await openShop()
  const page = await waiting(shop)
  await shop.act('handoff/takeover')
  await says(page, 'Оператор Анна подключился')
  await page.keyboard.press('Escape')
  await shop.act('messages', { text: 'Раз' })
  await page.getByRole('button', { name: 'Открыть чат, 1 новое сообщение' }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Открыть чат, 1 новое сообщение' }).waitFor()
  await shop.act('messages', { text: 'Два' })
  await page.getByRole('button', { name: 'Открыть чат, 2 новых сообщения' }).waitFor()
  const second = (await visitIn(page.context(), shop)).page
  await second.getByRole('button', { name: 'Открыть чат, 2 новых сообщения' }).waitFor()
  await openChat(second)
  await says(second, 'Два')
  await page.getByRole('button', { name: 'Открыть чат', exact: true }).waitFor()
})

test('after a dialog was completed the next question begins a new one', async () => {
  await using shop = await openShop()
  const page = await waiting(shop)
  await shop.act('handoff/takeover')
  await heading(page, 'Анна')
  await shop.act('handoff/release', { resolution: 'completed', return_to_ai: false })
  await says(page, 'Разговор с оператором завершён.')
  await heading(page, 'Северный лист')
  await ask(page, 'Сколько стоит доставка в Казань?')
  await says(page, '390 рублей')
  assert.equal((await shop.dialogs()).length, 2)
})

test('a page calls a human and listens no more by its commands', async () => {
  await using shop = await openShop()
  await shop.arrive()
  const { page } = await visit(browser, shop)
  await page.evaluate(() => {
    const heard: unknown[] = []
    const listener = (message: unknown) => heard.push(message)
    Object.assign(window, { heard, listener })
    window.ReplyX!('on', 'message', listener)
    window.ReplyX!('callHuman')
  })
  await called(page)
  const heard = () => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard.length)
  assert.equal(await heard(), 1)
  await page.evaluate(() => window.ReplyX!('off', 'message', (window as unknown as { listener: unknown }).listener))
  await shop.act('handoff/takeover')
  await says(page, 'Оператор Анна подключился')
  assert.equal(await heard(), 1)
})
