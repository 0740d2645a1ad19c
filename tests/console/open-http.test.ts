import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBrowser } from '../web/browser.ts'
import { enter, look, openDesk } from './desk.ts'

test('over open http the page says that it is not protected, keeps the session in its tab only, and signs out', async () => {
  const desk = await openDesk()
  const browser = await startBrowser(['--host-resolver-rules=MAP shop.test 127.0.0.1'])
  try {
    const url = desk.app.url.replace('127.0.0.1', 'shop.test')
    const { page } = await look(browser, { ...desk, app: { ...desk.app, url } }, '/settings')
    await page.getByText('Соединение не защищено').waitFor()
    await enter(page, desk.owner.email)
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Настройки' }).waitFor()
    await page.getByText('Соединение не защищено').waitFor()
    assert.deepEqual(await page.context().cookies(), [])

    const other = await page.context().newPage()
    await other.goto(`${url}/console/settings`)
    await other.getByRole('button', { name: 'Войти' }).waitFor()

    await page.getByRole('button', { name: 'Выйти' }).click()
    await page.getByRole('button', { name: 'Войти' }).waitFor()
    assert.equal(await page.evaluate(() => sessionStorage.length), 0)
  } finally {
    await browser.close()
    await desk.app[Symbol.asyncDispose]()
  }
})
