import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { until } from '../helpers/app.ts'
import { signUp } from '../helpers/people.ts'
import { PNG } from '../helpers/picture.ts'
import { startBrowser } from '../web/browser.ts'
import { type Desk, hostile, openDesk, sit, visitPage } from './desk.ts'

let browser: Browser
let desk: Desk
before(async () => {
  browser = await startBrowser()
  desk = await openDesk()
})
after(async () => {
  await browser.close()
  await desk.app[Symbol.asyncDispose]()
})

const PHONE = { viewport: { width: 360, height: 740 } }
const WIDE = { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' as const }

test('an owner writes to support from a phone with a picture, the admin answers, the owner reads it and closes the matter', async () => {
  const boss = await signUp(desk.app, 'boss', { is_admin: true })
  const owner = await sit(browser, desk, desk.owner, '/support', PHONE)
  const phone = owner.page
  await phone.getByRole('button', { name: 'Новое обращение' }).click()
  await phone.getByLabel('Тема').fill('Не приходят письма')
  await phone.getByLabel('Сообщение').fill(hostile.join('\n'))
  await phone.locator('input[type=file]').setInputFiles({ name: 'снимок.png', mimeType: 'image/png', buffer: PNG })
  await phone.getByRole('list', { name: 'Файлы' }).getByText('снимок.png').waitFor()
  await shot(phone, 'new')
  await phone.getByRole('button', { name: 'Отправить' }).click()
  await phone.getByRole('heading', { level: 1, name: 'Не приходят письма' }).waitFor()
  assert.match(phone.url(), /\/support\/TICKET-\d{4}-000001$/)
  await phone.getByRole('img', { name: 'снимок.png' }).waitFor()

  const admin = await sit(browser, desk, boss, '/tickets', WIDE)
  const wide = admin.page
  await wide.getByRole('link', { name: /Обращения 1 обращение ждёт ответа/ }).waitFor()
  await shot(wide, 'list')
  await wide.getByRole('link', { name: 'Не приходят письма' }).click()
  await wide.getByRole('img', { name: 'снимок.png' }).waitFor()
  await wide.getByRole('textbox', { name: 'Ответ' }).fill('Проверьте папку «Спам».')
  await wide.getByRole('button', { name: 'Отправить' }).click()
  await wide.getByRole('listitem').filter({ hasText: 'Проверьте папку' }).waitFor()
  await wide.getByText('В работе').waitFor()
  await shot(wide, 'talk')

  await visitPage(phone, desk, '/support')
  await phone.getByRole('button', { name: 'Ещё, 1 новый ответ' }).waitFor()
  const row = phone.getByRole('listitem').filter({ hasText: 'Не приходят письма' })
  await row.getByText('Есть ответ').waitFor()
  await shot(phone, 'list-phone')
  await row.getByRole('link').click()
  await phone.getByText('Проверьте папку «Спам».').waitFor()
  const isRead = async () => (await desk.owner.call<[]>('GET', '/api/support/tickets?unread=true')).body.length === 0
  await until(isRead)
  await phone.getByRole('button', { name: 'Вопрос решён' }).click()
  await phone.getByText('Обращение закрыто. Новое сообщение откроет его снова.').waitFor()
  await shot(phone, 'talk-phone')
  const overflow = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  assert.equal(overflow, false)

  for (const { page, strangers, complaints } of [owner, admin]) {
    assert.deepEqual([strangers, complaints], [[], []])
    assert.equal(await page.evaluate(() => 'pwned' in window), false)
    await page.context().close()
  }
})

test('an owner who is no admin has no page of everybody’s tickets', async () => {
  const { page } = await sit(browser, desk, desk.owner, '/tickets')
  await page.getByRole('heading', { level: 1, name: 'Такой страницы нет' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Обращения' }).count(), 0)
  await page.context().close()
})

async function shot(page: Page, name: string) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })
}
