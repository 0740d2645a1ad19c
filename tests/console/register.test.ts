import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { until } from '../helpers/app.ts'
import { bodyOf, type Mailbox, openMailbox } from '../helpers/mailbox.ts'
import { PASSWORD } from '../helpers/people.ts'
import { startBrowser } from '../web/browser.ts'
import { look, openDesk } from './desk.ts'

let browser: Browser
let mailbox: Mailbox
before(async () => {
  browser = await startBrowser()
  mailbox = await openMailbox()
})
after(async () => {
  await browser.close()
  await mailbox[Symbol.asyncDispose]()
})

const phone = { viewport: { width: 360, height: 740 } }
const letterTo = (address: string, at: number) =>
  until(() => mailbox.letters.filter((letter) => letter.includes(`To: ${address}`))[at])
const codeIn = (letter: string) => /\b\d{6}\b/.exec(bodyOf(letter))?.[0] ?? ''

test('an owner opens an account on a phone: a code comes by mail, a wrong one is refused, the right one lets them in', async () => {
  const flags = { registration: 'open', 'smtp.url': mailbox.url, 'smtp.from': 'shop@example.com' }
  await using desk = (await openDesk(flags)).app
  const seen = await look(browser, { app: desk } as never, '', phone)
  const { page } = seen
  await page.getByRole('link', { name: 'Открыть аккаунт' }).click()
  await page.getByLabel('Имя').fill('Ольга')
  await page.getByLabel('Электронная почта').fill('olga@example.com')
  await page.getByLabel('Пароль', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Открыть аккаунт' }).click()
  await page.getByRole('heading', { name: 'Проверьте почту' }).waitFor()
  const code = codeIn(await letterTo('olga@example.com', 0))
  await page.getByLabel('Код из письма').fill(code === '000000' ? '000001' : '000000')
  await page.getByRole('button', { name: 'Подтвердить' }).click()
  await page
    .getByText(/код/i)
    .filter({ hasText: /недейств|неверн|истёк|устарел/i })
    .first()
    .waitFor()

  // The page was closed meanwhile: signing in asks for the code again.
  await page.goto(`${desk.url}/console`)
  await page.getByLabel('Электронная почта').fill('olga@example.com')
  await page.getByLabel('Пароль', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Войти' }).click()
  await page.getByRole('heading', { name: 'Проверьте почту' }).waitFor()
  await page.getByLabel('Код из письма').fill(code)
  await page.getByRole('button', { name: 'Подтвердить' }).click()
  await page.getByRole('navigation').first().waitFor()
  assert.deepEqual(seen.complaints, [])
  assert.deepEqual(seen.strangers, [])
})

test('where registration is closed the door does not offer it', async () => {
  await using desk = (await openDesk({ registration: 'closed' })).app
  const { page } = await look(browser, { app: desk } as never)
  await page.waitForLoadState('networkidle')
  assert.equal(await page.getByRole('link', { name: 'Забыли пароль?' }).count(), 1)
  assert.equal(await page.getByRole('link', { name: 'Открыть аккаунт' }).count(), 0)
})
