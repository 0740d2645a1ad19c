import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { until } from '../helpers/app.ts'
import { openFakeTelegram } from '../helpers/fake-telegram.ts'
import { ask, openChat, startBrowser, visit } from './browser.ts'
import { openShop, type Shop } from './shop.ts'

let browser: Browser

before(async () => {
  browser = await startBrowser()
})
after(() => browser.close())

const says = (page: Page, text: string | RegExp) => page.locator('.entries', { hasText: text }).waitFor()
const choose = (page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]) =>
  page.locator('input[type=file]').setInputFiles(files)

/** A picture of one colour, as large as a photo is. */
async function picture(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: 900, height: 600 })
    const brush = canvas.getContext('2d')!
    brush.fillStyle = '#1f6f54'
    brush.fillRect(0, 0, 900, 600)
    return canvas.toDataURL('image/png').split(',')[1]!
  })
  return Buffer.from(base64, 'base64')
}

/** The colour in the middle of the newest picture in the conversation. */
const colour = (page: Page) =>
  until(async () => {
    const rgba = await page
      .locator('.file canvas')
      .last()
      .evaluate((canvas: HTMLCanvasElement) => [
        ...canvas.getContext('2d')!.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data,
      ])
    return rgba[3] === 255 && rgba.join()
  })

async function attachmentsOf(shop: Shop) {
  const { id } = await shop.dialog()
  const { body } = await shop.owner.call<{ messages: { text: string; attachments: { name: string }[] }[] }>(
    'GET',
    `/api/dialogs/${id}/messages`,
  )
  return body.messages.flatMap(({ text, attachments }) => attachments.map(({ name }) => `${text}:${name}`))
}

test('a rating is pressed, survives a reload, changes, and is taken back when it could not be stored', async () => {
  await using shop = await openShop()
  const { page } = await visit(browser, shop)
  await openChat(page)
  await ask(page, 'Сколько стоит доставка в Казань?')
  const good = page.getByRole('button', { name: 'Ответ помог' })
  const bad = page.getByRole('button', { name: 'Ответ не помог' })
  await good.click()
  const isPressed = (button: typeof good) => until(async () => (await button.getAttribute('aria-pressed')) === 'true')
  await isPressed(good)
  const { id } = await shop.dialog()
  const stored = async () => JSON.stringify((await shop.owner.call('GET', `/api/dialogs/${id}/ratings`)).body)
  await until(async () => /"up"/.test(await stored()))
  await page.reload()
  await isPressed(good)
  await bad.click()
  await isPressed(bad)
  await until(async () => /"down"/.test(await stored()))
  await page.route('**/rating', (route) => route.abort())
  await good.click()
  await page.getByText('Не получилось').waitFor()
  await isPressed(bad)
})

test('a picture and a document are attached with words, shown small and by name, and are there after a reload', async () => {
  await using shop = await openShop()
  const { page, complaints } = await visit(browser, shop)
  await openChat(page)
  await choose(
    page,
    { name: 'чек.png', mimeType: 'image/png', buffer: await picture(page) },
    { name: 'договор.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nтекст') },
  )
  await page.getByRole('button', { name: 'Убрать: договор.pdf' }).waitFor()
  await ask(page, 'Вот чек')
  await page.getByRole('button', { name: 'Открыть: чек.png' }).waitFor()
  await until(async () => (await attachmentsOf(shop)).length === 2)
  assert.deepEqual(await attachmentsOf(shop), ['Вот чек:чек.png', ':договор.pdf'])
  assert.equal(await page.locator('.staged li').count(), 0)
  assert.equal(await colour(page), '31,111,84,255')
  await page.reload()
  await page.getByRole('button', { name: 'Открыть: чек.png' }).waitFor()
  assert.equal(await colour(page), '31,111,84,255')
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Открыть: договор.pdf' }).click()
  assert.equal((await saved).suggestedFilename(), 'договор.pdf')
  const tab = page.context().waitForEvent('page')
  await page.getByRole('button', { name: 'Открыть: чек.png' }).click()
  assert.match((await tab).url(), /^blob:/)
  assert.deepEqual([complaints, shop.reports], [[], []])
})

test('a file pasted or dropped waits for the message, and can be taken out again', async () => {
  await using shop = await openShop()
  const { page } = await visit(browser, shop)
  await openChat(page)
  const give = (type: 'paste' | 'drop') =>
    page.getByRole('textbox').evaluate((field, type) => {
      const data = new DataTransfer()
      data.items.add(new File([new Uint8Array([1])], `${type}.png`, { type: 'image/png' }))
      const init = { bubbles: true, cancelable: true, composed: true }
      const event =
        type === 'paste'
          ? new ClipboardEvent(type, { ...init, clipboardData: data })
          : new DragEvent(type, { ...init, dataTransfer: data })
      field.dispatchEvent(event)
    }, type)
  await give('paste')
  await give('drop')
  await page.getByRole('button', { name: 'Убрать: paste.png' }).click()
  assert.deepEqual(await page.locator('.staged li span').allTextContents(), ['drop.png'])
})

test('what cannot be attached is refused in words: by kind, by size, by number, and by what the server finds in it', async () => {
  await using shop = await openShop({ 'attachments.max_mb': '1' })
  const { page } = await visit(browser, shop)
  await openChat(page)
  const warning = (text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor()
  await choose(page, { name: 'a.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') })
  await warning('Можно прикрепить картинку или PDF')
  await choose(page, { name: 'a.png', mimeType: 'image/png', buffer: Buffer.alloc(1024 * 1024 + 1) })
  await warning('Файл слишком большой, можно до 1 МБ')
  const six = Array.from({ length: 6 }, (_, n) => ({
    name: `${n}.png`,
    mimeType: 'image/png',
    buffer: Buffer.from('no'),
  }))
  await choose(page, ...six)
  await warning('Столько файлов не поместится')
  for (const n of [1, 2, 3, 4]) await page.getByRole('button', { name: `Убрать: ${n}.png` }).click()
  await page.getByRole('button', { name: 'Отправить' }).click()
  await page.locator('.status.failed', { hasText: 'Можно прикрепить картинку или PDF' }).waitFor()
  assert.deepEqual(await attachmentsOf(shop), [])
})

test('a file whose way was cut is sent again by the visitor, once', async () => {
  await using shop = await openShop()
  const { page } = await visit(browser, shop)
  await openChat(page)
  await page.route('**/files', (route) => route.abort())
  await choose(page, { name: 'чек.png', mimeType: 'image/png', buffer: await picture(page) })
  await page.getByRole('button', { name: 'Отправить' }).click()
  await page.getByText('Не отправлено').waitFor()
  await page.unroute('**/files')
  await page.getByRole('button', { name: 'Повторить' }).click()
  await page.locator('.status.failed').waitFor({ state: 'detached' })
  await until(async () => (await attachmentsOf(shop)).length === 1)
})

test('a page says who its visitor is, before or after the first question; a forged signature names nobody and is told to the owner', async () => {
  await using shop = await openShop()
  const { body } = await shop.owner.call<{ secret: string }>(
    'GET',
    `/api/assistants/${shop.assistant.id}/identity-secret`,
  )
  const sign = (id: string) => createHmac('sha256', body.secret).update(id).digest('hex')
  const { page, complaints } = await visit(browser, shop)
  const identify = (who: object) => page.evaluate((who) => window.ReplyX!('identify', who), who)
  await identify({ external_id: '42', name: 'Ольга', hash: sign('42') })
  await openChat(page)
  await ask(page, 'Сколько стоит доставка в Казань?')
  await says(page, '390 рублей')
  const named = async (external_id: string) =>
    until(async () => (await shop.dialog()).external_id === external_id && shop.dialog())
  assert.equal((await named('42')).first_name, 'Ольга')
  await identify({ external_id: '43', name: 'Олег', hash: sign('43') })
  await named('43')
  await identify({ external_id: '44', name: 'Мошенник', hash: sign('43') })
  await until(() => complaints.some((text) => /not identified.*403.*hash/.test(text)))
  assert.equal((await shop.dialog()).first_name, 'Олег')
})

test('the conversation goes on in Telegram by a link of its own; without a bot there is none', async () => {
  await using telegram = await openFakeTelegram()
  await using shop = await openShop({ 'telegram.api_root': telegram.url })
  const link = (page: Page) => page.getByRole('button', { name: 'Продолжить в Telegram' })
  const without = await visit(browser, shop)
  await openChat(without.page)
  assert.equal(await link(without.page).count(), 0)
  const token = telegram.addBot(7_000_000_001, 'tea_shop_bot')
  await shop.owner.call('POST', '/api/bots', { assistant_id: shop.assistant.id, token })
  const { page } = await visit(browser, shop)
  await page.context().route('https://t.me/**', (route) => route.fulfill({ body: 'Telegram' }))
  await openChat(page)
  const tab = page.context().waitForEvent('page')
  await link(page).click()
  await (await tab).waitForURL(/^https:\/\/t\.me\/tea_shop_bot\?start=[\w-]{22}$/)
})
