import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { until } from '../helpers/app.ts'
import { ask, bubbles, openChat, startBrowser, visit } from './browser.ts'
import { type FakeMessage, type FakeSite, startFakeSite } from './fake-site.ts'

let browser: Browser
let site: FakeSite

before(async () => {
  browser = await startBrowser()
})
after(() => browser.close())
beforeEach(async () => {
  site = await startFakeSite()
})
afterEach(() => site.close())

const answer = 'Доставка стоит 290 ₽. От 3 000 ₽ она бесплатна [1].'
const sources = [{ n: 1, title: 'Доставка', text: 'Пункт выдачи: 290 ₽.', score: 0.9 }]

function nextQuestion(): Promise<FakeMessage> {
  return new Promise((resolve) => {
    site.control.onQuestion = resolve
  })
}

// An optimistic bubble comes before its message is stored, so a test that answers must wait for the latter.
async function askAndStore(page: Page, text: string): Promise<FakeMessage> {
  const question = nextQuestion()
  await ask(page, text)
  return question
}

async function untilBubbles(page: Page, wanted: string[]): Promise<void> {
  const deadline = Date.now() + 8000
  let seen: string[] = []
  while (Date.now() < deadline) {
    seen = await bubbles(page)
    if (JSON.stringify(seen) === JSON.stringify(wanted)) return
    await page.waitForTimeout(50)
  }
  assert.deepEqual(seen, wanted)
}

test('an answer grows piece by piece and ends as one message with its sources', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  const { id } = await askAndStore(page, 'Сколько стоит доставка?')
  await page.getByText('Готовит ответ').waitFor({ state: 'attached' })
  site.delta(id, 0, 'Доставка стоит ')
  site.delta(id, 15, '290 ₽.')
  site.delta(id, 99, 'чужой кусок')
  await page.locator('.draft', { hasText: 'Доставка стоит 290 ₽.' }).waitFor()
  assert.equal(await page.getByText('чужой кусок').count(), 0)
  site.delta(id, 0, 'Заново')
  await page.locator('.draft', { hasText: /^Лист: Заново$/ }).waitFor()
  site.add({ reply_to: id, text: answer, sources })
  await untilBubbles(page, ['Сколько стоит доставка?', answer.replace(' [1]', '1')])
  assert.equal(await page.locator('.draft, .typing').count(), 0)
  await page.locator('.chip', { hasText: 'Доставка' }).click()
  await page.locator('.passage', { hasText: 'Пункт выдачи: 290 ₽.' }).waitFor()
})

test('a stream that breaks in the middle goes on from the last event without a gap or a double', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  const { id } = await askAndStore(page, 'Первый вопрос')
  site.delta(id, 0, 'Доста')
  await page.locator('.draft').waitFor()
  site.endStreams()
  site.add({ reply_to: id, text: 'Ответ, пришедший без связи' })
  site.add({ text: 'И ещё один' })
  await untilBubbles(page, ['Первый вопрос', 'Ответ, пришедший без связи', 'И ещё один'])
  site.add({ text: 'Уже на новой связи' })
  await untilBubbles(page, ['Первый вопрос', 'Ответ, пришедший без связи', 'И ещё один', 'Уже на новой связи'])
  const places = site.calls
    .filter(({ path }) => path.endsWith('/events'))
    .map(({ headers }) => headers['last-event-id'])
  assert.deepEqual(places, ['0', '1'])
  assert.ok(site.calls.every(({ path }) => !path.includes('token')))
})

test('after stream.reset the history is read anew and nothing is shown twice', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Вопрос')
  site.messages.push({ ...site.messages[0]!, id: 2, sender: 'assistant', text: 'Из истории', client_message_id: null })
  site.transient({ type: 'stream.reset' })
  await untilBubbles(page, ['Вопрос', 'Из истории'])
})

test('a message that failed is kept, is sent again under the same id, and is stored once', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  site.failNext(/^POST dialogs\/1\/messages/, 502)
  await ask(page, 'Мой вопрос')
  await page.getByText('Не отправлено').waitFor()
  await page.getByRole('button', { name: 'Повторить' }).click()
  await page.locator('.typing').waitFor()
  await untilBubbles(page, ['Мой вопрос'])
  const posts = site.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'))
  assert.equal(posts.length, 2)
  assert.equal(posts[0]!.body.client_message_id, posts[1]!.body.client_message_id)
  assert.equal(site.messages.length, 1)
})

test('what a server that was down missed is sent once it is there again, without being asked', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Раз')
  site.control.streamsAllowed = false
  site.endStreams()
  site.failNext(/^POST dialogs\/1\/messages/, 502)
  await ask(page, 'Пока сервер лежит')
  await page.getByText('Не отправлено').waitFor()
  site.control.streamsAllowed = true
  await page.locator('.status.failed').waitFor({ state: 'detached' })
  await until(() => site.messages.length === 2)
  assert.deepEqual(
    site.messages.map(({ text }) => text),
    ['Раз', 'Пока сервер лежит'],
  )
})

test('an unsent message survives a reload and a message whose answer was lost is not doubled', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Дошёл')
  site.failNext(/^POST dialogs\/1\/messages/, 503)
  await ask(page, 'Не дошёл')
  await page.getByText('Не отправлено').waitFor()
  await page.reload()
  await page.getByRole('dialog').waitFor()
  await untilBubbles(page, ['Дошёл', 'Не дошёл'])
  await page.getByRole('button', { name: 'Повторить' }).click()
  await page.locator('.status.failed').waitFor({ state: 'detached' })
  await page.reload()
  await untilBubbles(page, ['Дошёл', 'Не дошёл'])
  assert.equal(await page.locator('.status.failed').count(), 0)
  assert.deepEqual(
    site.messages.map(({ text }) => text),
    ['Дошёл', 'Не дошёл'],
  )
})

test('too many messages are told politely and sent by itself after Retry-After', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  site.failNext(/^POST dialogs\/1\/messages/, 429, { 'Retry-After': '1' })
  await ask(page, 'Спешу')
  await page.getByText('Слишком много сообщений').waitFor()
  await page.getByText('Слишком много сообщений').waitFor({ state: 'detached' })
  assert.deepEqual(
    site.messages.map(({ text }) => text),
    ['Спешу'],
  )
})

test('an expired session is renewed once with the old token and the message goes through', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Раз')
  const [token] = site.guests.keys()
  site.failNext(/^POST dialogs\/1\/messages/, 401)
  await ask(page, 'Два')
  await untilBubbles(page, ['Раз', 'Два'])
  // The bubble is there before the server has it.
  await until(() => site.messages.length === 2)
  const sessions = site.calls.filter(({ path }) => path === 'session')
  assert.deepEqual(
    sessions.map(({ body }) => body.visitor_token),
    [undefined, token],
  )
})

test('a dialog that no longer exists is replaced by a new one with the next question', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Раз')
  site.failNext(/^POST dialogs\/1\/messages/, 404)
  await ask(page, 'Два')
  await page.locator('.status.failed, .typing').first().waitFor()
  await untilBubbles(page, ['Раз', 'Два'])
  await until(() => site.messages.some(({ text }) => text === 'Два'))
  assert.equal(site.calls.filter(({ method, path }) => method === 'POST' && path === 'dialogs').length, 2)
})

test('without a connection the visitor is told, and the message goes out when it is back', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Раз')
  await page.context().setOffline(true)
  await page.getByText('Нет связи').waitFor()
  await ask(page, 'Из тоннеля')
  await page.getByText('Не отправлено').waitFor()
  await page.context().setOffline(false)
  await page.locator('.status.failed').waitFor({ state: 'detached' })
  await until(() => site.messages.length === 2)
  assert.deepEqual(
    site.messages.map(({ text }) => text),
    ['Раз', 'Из тоннеля'],
  )
})

test('a reload restores the conversation, the open window and the draft', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Вопрос')
  site.add({ text: 'Ответ', reply_to: 1 })
  await untilBubbles(page, ['Вопрос', 'Ответ'])
  await page.getByRole('textbox').fill('Недописанное')
  await page.reload()
  await untilBubbles(page, ['Вопрос', 'Ответ'])
  assert.equal(await page.getByRole('textbox').inputValue(), 'Недописанное')
})

test('earlier messages are loaded on demand and keep their order', async () => {
  for (let n = 1; n <= 60; n++) site.add({ text: `Сообщение ${n}` })
  site.dialogs.add(1)
  site.guests.set('known', 'guest-1')
  const { page } = await visit(browser, site)
  await page.evaluate(() => {
    localStorage.setItem('replyx:site-token-of-the-test', JSON.stringify({ visitor_token: 'known', dialog_id: 1 }))
  })
  await page.reload()
  await openChat(page)
  await page.getByText('Сообщение 60').waitFor()
  assert.equal((await bubbles(page)).length, 50)
  await page.getByRole('button', { name: 'Показать более ранние' }).click()
  await page.getByText('Сообщение 1', { exact: true }).waitFor()
  await untilBubbles(
    page,
    Array.from({ length: 60 }, (_, index) => `Сообщение ${index + 1}`),
  )
})

test('an answer that comes while the window is closed shows on the button and is heard by the page', async () => {
  const { page } = await visit(browser, site)
  await page.evaluate(() => {
    window.ReplyX!('on', 'message', (message: { text: string }) => {
      document.title = message.text
    })
  })
  await openChat(page)
  await askAndStore(page, 'Вопрос')
  await page.keyboard.press('Escape')
  site.add({ text: 'Ответ', reply_to: 1 })
  await page.getByRole('button', { name: 'Открыть чат, 1 новое сообщение' }).waitFor()
  site.add({ text: 'Ещё' })
  await page.getByRole('button', { name: 'Открыть чат, 2 новых сообщения' }).waitFor()
  assert.equal(await page.title(), 'Ещё')
  await page.getByRole('button', { name: 'Открыть чат' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Открыть чат', exact: true }).waitFor()
})

test('an answer that comes between two pages is fetched although the window is closed', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Вопрос')
  await page.keyboard.press('Escape')
  await page.goto('about:blank')
  site.add({ text: 'Ответ', reply_to: 1 })
  await page.goto(site.pageUrl)
  await page.getByRole('button', { name: 'Открыть чат, 1 новое сообщение' }).waitFor()
})

test('when the stream never comes, the answer is fetched like a page', { timeout: 60_000 }, async () => {
  site.control.streamsAllowed = false
  const { page } = await visit(browser, site)
  await openChat(page)
  await askAndStore(page, 'Вопрос')
  site.add({ text: 'Ответ', reply_to: 1 })
  await untilBubbles(page, ['Вопрос', 'Ответ'])
})

test('where storage is blocked the chat works and forgets', async () => {
  const { page, complaints } = await visit(browser, site)
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('blocked', 'SecurityError')
        },
      })
    }
  })
  await page.reload()
  await openChat(page)
  await askAndStore(page, 'Вопрос')
  site.add({ text: 'Ответ', reply_to: 1 })
  await untilBubbles(page, ['Вопрос', 'Ответ'])
  assert.deepEqual(complaints, [])
})
