import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { chatTexts } from '../../src/web/widget/shared/texts.ts'
import { until } from '../helpers/app.ts'
import { aGuest } from '../helpers/people.ts'
import { startBrowser } from '../web/browser.ts'
import { type Desk, enter, look, openDesk, textOf } from './desk.ts'

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

async function atDesk(path: string): Promise<Page> {
  const { page } = await look(browser, desk, path)
  await enter(page, desk.owner.email)
  return page
}

const askIn = async (page: Page, question: string) => {
  const before = await page.locator('.trial-answer').count()
  await page.getByLabel('Вопрос клиента').fill(question)
  await page.getByLabel('Вопрос клиента').press('Enter')
  const answer = page.locator('.trial-answer').nth(before)
  await answer.waitFor()
  return textOf(answer)
}

test('an address asked for before signing in is where one is after it', async () => {
  const page = await atDesk('/team')
  await page.getByRole('heading', { level: 1, name: 'Команда' }).waitFor()
  await page.context().close()
})

test('an owner makes an assistant, changes it, tries it and deletes it', async () => {
  const page = await atDesk('/assistants')
  await page.getByRole('link', { name: 'Создать ассистента' }).click()
  await page.getByLabel('Имя').fill('Чайный мастер')
  await page.getByLabel('Инструкции').fill('Говори коротко.')
  await page.getByRole('button', { name: 'Создать ассистента' }).click()
  await page.getByRole('heading', { level: 1, name: 'Чайный мастер' }).waitFor()
  assert.match(page.url(), /\/console\/assistants\/\d+$/)
  assert.match(await askIn(page, 'Сколько стоит улун?'), /Уверенного ответа в знаниях нет/)

  await page.getByLabel('Модель').fill('no-such-model')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByRole('alert').waitFor()
  assert.equal(await page.getByLabel('Модель').getAttribute('aria-invalid'), 'true')
  await page.getByLabel('Модель').fill('builtin')
  await page.getByLabel('Имя').fill('Мастер чая')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByRole('heading', { level: 1, name: 'Мастер чая' }).waitFor()

  await page.getByRole('button', { name: 'Удалить' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click()
  await page.getByRole('heading', { level: 1, name: 'Ассистенты' }).waitFor()
  await page.getByRole('link', { name: 'Лист' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Мастер чая' }).count(), 0)
  await page.context().close()
})

test('a document that is dropped or chosen is sent, read, answers, and is taken away again', async () => {
  const page = await atDesk('/knowledge')
  const text = 'Подарочная упаковка\n\nПодарочная упаковка стоит 150 рублей и делается за день.'
  await page.locator('input[type=file]').setInputFiles([
    { name: 'Упаковка.txt', mimeType: 'text/plain', buffer: Buffer.from(text) },
    { name: 'программа.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ\0\0\0\0') },
  ])
  const row = page.getByRole('listitem').filter({ hasText: 'Упаковка.txt' }).filter({ hasText: 'Готов' })
  await row.waitFor()
  const refused = page.getByRole('list', { name: 'Загружается' }).getByRole('listitem')
  await refused.filter({ hasText: 'программа.exe' }).locator('.why').waitFor()
  await refused.getByRole('button', { name: 'Убрать из списка' }).click()
  assert.equal(await refused.count(), 0)

  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File(['Магазин открыт с 9 до 21.'], 'Часы.txt', { type: 'text/plain' }))
    return data
  })
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: transfer })
  await page.getByRole('listitem').filter({ hasText: 'Часы.txt' }).filter({ hasText: 'Готов' }).waitFor()

  await page.goto(`${desk.app.url}/console/assistants/${desk.assistant.id}`)
  assert.match(await askIn(page, 'Сколько стоит подарочная упаковка?'), /150 рублей[\s\S]*На чём основано/)

  await page.goto(`${desk.app.url}/console/knowledge`)
  await row.getByRole('button', { name: /Удалить/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click()
  await row.waitFor({ state: 'detached' })
  await page.context().close()
})

test('a pair is added, found, changed, answers with its new words, and is deleted', async () => {
  const page = await atDesk('/knowledge?tab=pairs')
  await page.getByRole('button', { name: 'Новая пара' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Вопрос').fill('Есть ли самовывоз?')
  await form.getByLabel('Ответ').fill('Да, на Баумана, 5.')
  await form.getByLabel('Метки').fill('доставка, адрес, доставка')
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await form.waitFor({ state: 'detached' })
  await page.getByLabel('Поиск').fill('самовывоз')
  const row = page.getByRole('listitem').filter({ hasText: 'Есть ли самовывоз?' })
  await row.waitFor()
  assert.deepEqual(await row.locator('.badge').allInnerTexts(), ['доставка', 'адрес'])

  await row.getByRole('button', { name: /Изменить/ }).click()
  await form.getByLabel('Ответ').fill('Да, на Баумана, 7, вход со двора.')
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await row.filter({ hasText: 'Баумана, 7' }).waitFor()

  await page.goto(`${desk.app.url}/console/assistants/${desk.assistant.id}`)
  assert.match(await askIn(page, 'Есть ли самовывоз?'), /Баумана, 7/)

  await page.goto(`${desk.app.url}/console/knowledge?tab=pairs`)
  await row.getByRole('button', { name: /Удалить/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click()
  await row.waitFor({ state: 'detached' })
  await page.context().close()
})

test('a question that found no answer is one click from the form for it', async () => {
  const guest = await aGuest(desk.app, desk.assistant)
  const asked = await guest.say('Продаёте ли вы чайники из глины?')
  await guest.answerTo(asked.body.id)
  const page = await atDesk('/unanswered')
  const row = page.getByRole('listitem').filter({ hasText: 'чайники из глины' })
  await row.getByRole('link', { name: 'Написать ответ' }).click()
  const form = page.getByRole('dialog')
  assert.equal(await form.getByLabel('Вопрос').inputValue(), 'Продаёте ли вы чайники из глины?')
  await form.getByLabel('Ответ').fill('Да, исинские, от 3000 рублей.')
  await form.getByRole('button', { name: 'Сохранить' }).click()
  await form.waitFor({ state: 'detached' })
  const again = await guest.say('Продаёте ли вы чайники из глины?')
  assert.match((await guest.answerTo(again.body.id)).text, /исинские/)
  await page.context().close()
})

test('the look of the widget is saved, its drawing follows, and the snippet is the one of this assistant', async () => {
  const page = await atDesk(`/widget?assistant=${desk.assistant.id}`)
  await page.getByLabel('Приветствие').fill('Добро пожаловать в чайную!')
  await page.getByLabel('Готовые вопросы').fill('Где вы?\n\n  Когда открыто?  ')
  await page.getByLabel('Разрешённые сайты').fill('shop.example\nhttps://www.tea.example/about')
  await page.getByRole('radio', { name: 'Слева' }).check()
  assert.match(await textOf(page.locator('.preview')), /Добро пожаловать в чайную![\s\S]*Когда открыто\?/)
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByText('Сохранено').first().waitFor()
  const saved = await desk.owner.call<{ widget: Record<string, unknown>; allowed_domains: string[] }>(
    'GET',
    `/api/assistants/${desk.assistant.id}`,
  )
  assert.deepEqual(saved.body.widget.suggestions, ['Где вы?', 'Когда открыто?'])
  assert.equal(saved.body.widget.position, 'left')
  assert.deepEqual(saved.body.allowed_domains, ['shop.example', 'tea.example'])
  assert.ok((await textOf(page.locator('pre.code'))).includes(desk.assistant.site_token))
  assert.equal(await page.getByLabel('Разрешённые сайты').inputValue(), 'shop.example\ntea.example', 'as they are kept')

  await page.getByLabel('Готовые вопросы').fill('1\n2\n3\n4\n5\n6\n7')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByRole('alert').filter({ hasText: 'Не больше шести' }).waitFor()
  await page.getByLabel('Готовые вопросы').fill('')
  await page.getByLabel('Разрешённые сайты').fill('не домен!')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByRole('alert').filter({ hasText: 'не домен' }).waitFor()
  assert.equal(await page.getByLabel('Разрешённые сайты').getAttribute('aria-invalid'), 'true')
  await desk.owner.call('PATCH', `/api/assistants/${desk.assistant.id}`, { allowed_domains: [] })
  await page.context().close()
})

test('where the owner has written nothing the drawing of the widget says what visitors are greeted with', async () => {
  const { body: made } = await desk.owner.call<{ site_token: string; id: number }>('POST', '/api/assistants', {
    name: 'Новый',
  })
  const greeted = await desk.app.call<{ greeting: string }>('GET', '/api/widget/config', {
    headers: { 'X-Site-Token': made.site_token, Origin: desk.app.url },
  })
  const page = await atDesk(`/widget?assistant=${made.id}`)
  assert.equal(await textOf(page.locator('.preview-bubble')), greeted.body.greeting)
  assert.equal(await textOf(page.locator('.preview-input')), chatTexts('ru').placeholder)
  await page.context().close()
})

test('an invited operator sets a password by the link, sees only what is theirs, and is out at once when removed', async () => {
  const page = await atDesk('/team')
  await page.getByRole('button', { name: 'Пригласить оператора' }).click()
  await page.getByLabel('Имя').fill('Олег')
  await page.getByLabel('Электронная почта').fill('oleg@example.com')
  await page.getByRole('button', { name: 'Создать ссылку' }).click()
  const link = await textOf(page.getByRole('dialog').locator('pre'))
  await page.getByRole('button', { name: 'Готово' }).click()
  await page
    .getByRole('listitem')
    .filter({ hasText: 'oleg@example.com' })
    .filter({ hasText: 'ещё не входил' })
    .waitFor()

  const { page: theirs } = await look(browser, desk, `/invite${new URL(link).hash}`)
  await theirs.getByLabel('Новый пароль').fill('short')
  await theirs.getByRole('button', { name: 'Сохранить пароль' }).click()
  assert.ok(await theirs.getByLabel('Новый пароль').evaluate((input) => input.matches(':invalid')), 'the code is kept')
  await theirs.getByLabel('Новый пароль').fill('correct horse 2')
  await theirs.getByRole('button', { name: 'Сохранить пароль' }).click()
  await theirs.getByText('Пароль сохранён').waitFor()
  assert.ok(!theirs.url().includes('#'), 'the secret is out of the address')
  await enter(theirs, 'oleg@example.com', 'correct horse 2')
  const sections = await theirs.getByRole('navigation').getByRole('link').allInnerTexts()
  assert.deepEqual(sections, ['Диалоги', 'Готовые ответы', 'Настройки'])
  await theirs.goto(`${desk.app.url}/console/team`)
  await theirs.getByRole('heading', { level: 1, name: 'Такой страницы нет' }).waitFor()

  const row = page.getByRole('listitem').filter({ hasText: 'oleg@example.com' })
  await row.filter({ hasText: 'На месте' }).waitFor()
  await row.getByRole('button', { name: /Убрать/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Убрать' }).click()
  await row.waitFor({ state: 'detached' })
  await theirs.getByRole('button', { name: 'Войти' }).waitFor()
  await page.context().close()
  await theirs.context().close()
})

test('languages and colours change at once and are remembered', async () => {
  const page = await atDesk('/settings')
  await page.getByRole('radio', { name: 'English' }).check()
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  await page.getByRole('radio', { name: 'Dark' }).check()
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const dark = await ground()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
  assert.equal(await ground(), dark)
  await page.getByRole('radio', { name: 'Light' }).check()
  await until(async () => (await ground()) !== dark)
  await page.getByRole('radio', { name: 'As the system' }).check()
  for (const [colorScheme, isDark] of [
    ['dark', true],
    ['light', false],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await until(async () => ((await ground()) === dark) === isDark)
  }
  await page.context().close()
})

test('a changed name and password hold; canned replies are kept for the team', async () => {
  const page = await atDesk('/replies')
  await page.getByRole('button', { name: 'Новый ответ' }).first().click()
  await page.getByLabel('Слово').fill('две части')
  await page.getByLabel('Текст').fill('Ждём вас на Баумана, 5.')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Слово').fill('/адрес')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByRole('listitem').filter({ hasText: '/адрес' }).waitFor()

  await page.goto(`${desk.app.url}/console/settings`)
  await page.getByLabel('Имя').fill('Марья')
  await page.getByRole('button', { name: 'Сохранить' }).click()
  await page.getByRole('navigation').getByText('Марья Ильина').waitFor()
  await page.getByLabel('Текущий пароль').fill('wrong horse 1')
  await page.getByLabel('Новый пароль').fill('correct horse 3')
  await page.getByRole('button', { name: 'Сменить пароль' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Текущий пароль').fill('correct horse 1')
  await page.getByRole('button', { name: 'Сменить пароль' }).click()
  await page.getByText('Пароль изменён').waitFor()
  await page.getByRole('button', { name: 'Выйти' }).last().click()
  await enter(page, desk.owner.email, 'correct horse 3')
  await page.context().close()
})
