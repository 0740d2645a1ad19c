import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../helpers/app.ts'
import { openFakeTelegram } from '../helpers/fake-telegram.ts'
import { startBrowser } from '../web/browser.ts'
import { enter, look, openDesk } from './desk.ts'

test('a bot is refused with a wrong token, connected with a good one, checked, stopped and disconnected', async () => {
  await using fake = await openFakeTelegram()
  const token = fake.addBot(7_000_000_001, 'tea_shop_bot')
  const desk = await openDesk({ 'telegram.api_root': fake.url })
  const browser = await startBrowser()
  try {
    const { page } = await look(browser, desk, '/telegram')
    await enter(page, desk.owner.email)
    await page.getByText('Сначала подключите бота').waitFor()
    await page.getByLabel('Токен бота').fill('123:nonsense')
    await page.getByRole('button', { name: 'Подключить' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Токен бота').fill(token)
    await page.getByRole('button', { name: 'Подключить' }).click()
    await page.getByRole('link', { name: '@tea_shop_bot' }).waitFor()
    assert.ok(!(await page.content()).includes(token), 'the token is not shown again')

    await page.getByRole('button', { name: 'Проверить' }).click()
    await page.getByText('Telegram принимает токен').waitFor()
    await page.getByRole('button', { name: 'Остановить' }).click()
    await page.getByText('Бот молчит').waitFor()
    await page.getByRole('button', { name: 'Запустить' }).waitFor()

    await page.getByRole('button', { name: 'Отключить' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Отключить' }).click()
    await page.getByLabel('Токен бота').waitFor()
    assert.deepEqual((await desk.owner.call('GET', '/api/bots')).body, [])
  } finally {
    await browser.close()
    await desk.app[Symbol.asyncDispose]()
  }
})

test('the group of the operators is linked by a code from the page, shows its trouble in words, and is unlinked', async () => {
  await using fake = await openFakeTelegram()
  const token = fake.addBot(7_000_000_001, 'tea_shop_bot')
  const desk = await openDesk({ 'telegram.api_root': fake.url })
  const chat = { id: -100_777, type: 'supergroup', title: 'Смена' }
  fake.forum(chat.id).title = chat.title
  const browser = await startBrowser()
  try {
    await desk.owner.call('POST', '/api/bots', { assistant_id: desk.assistant.id, token })
    const { page, complaints } = await look(browser, desk, '/telegram')
    await enter(page, desk.owner.email)
    await page.getByRole('button', { name: 'Получить код' }).click()
    const text = (await page.locator('pre.code').textContent()) ?? ''
    assert.match(
      (await page.getByRole('link', { name: 'или откройте в Telegram' }).getAttribute('href')) ?? '',
      /startgroup=/,
    )
    fake.write(token, 41, { chat, text })
    await page.getByText('Группа подключена').waitFor()
    await page.getByText('Смена', { exact: true }).waitFor()

    const gone = { chat, from: { id: 41, first_name: 'Иван' }, new_chat_member: { status: 'kicked' } }
    fake.push(token, { my_chat_member: gone })
    await until(async () => {
      const { body } = await desk.owner.call<{ problem: string | null }>('GET', '/api/telegram/group')
      return body.problem === 'kicked'
    })
    await page.reload()
    await page.getByText('Бота нет в группе').waitFor()
    await page.getByRole('button', { name: 'Отвязать группу' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Отвязать группу' }).click()
    await page.getByRole('button', { name: 'Получить код' }).waitFor()
    assert.deepEqual(complaints, [])
  } finally {
    await browser.close()
    await desk.app[Symbol.asyncDispose]()
  }
})
