import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { inTransaction } from '../../src/db/database.ts'
import { getDialog } from '../../src/dialogs/dialogs.ts'
import { addMessage, editMessage, sayAsVisitor, setDelivery } from '../../src/dialogs/messages.ts'
import { rateAnswer } from '../../src/dialogs/visitors.ts'
import { keepFile } from '../../src/files/files.ts'
import { noteVisitorTyping } from '../../src/handoff/speak.ts'
import { aColleague } from '../handoff/desk.ts'
import { nothingToDo, until } from '../helpers/app.ts'
import { type FakeOpenai, openFakeOpenai, says } from '../helpers/fake-openai.ts'
import { aGuest, type Guest, type Person, useModel } from '../helpers/people.ts'
import { startBrowser } from '../web/browser.ts'
import { type Desk, enter, look, openDesk, sit } from './desk.ts'

let browser: Browser
let fake: FakeOpenai
let desk: Desk
let anna: Person
before(async () => {
  ;[browser, fake] = await Promise.all([startBrowser(), openFakeOpenai()])
  desk = await openDesk({ 'openai.base_url': fake.base_url, 'handoff.capacity': '1' })
  anna = await aColleague(desk, 'anna')
})
after(async () => {
  await browser.close()
  await desk.app[Symbol.asyncDispose]()
  await fake[Symbol.asyncDispose]()
})

const at = async (who: { email: string }, path: string) => (await sit(browser, desk, who, path)).page
const aVisitor = (): Promise<Guest> => aGuest(desk.app, desk.assistant)
const dialogOf = (guest: Guest) =>
  getDialog(desk.app.ctx, { tenant_id: desk.owner.id, is_admin: false }, guest.dialog_id)
const bubble = (page: Page, text: string | RegExp) => page.getByRole('log').locator('.bubble').getByText(text)
const reply = (page: Page) => page.getByLabel('Ответ посетителю')
const row = (page: Page, { dialog_id }: Pick<Guest, 'dialog_id'>) => page.locator(`[data-dialog="${dialog_id}"]`)
const free = (guest: Guest) => anna.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/release`, {})

test('a message is on the screen within a second, first in the list and unread until its dialog is looked at', async (t) => {
  const [guest, other] = [await aVisitor(), await aVisitor()]
  await other.say('Добрый день')
  await guest.say('Добрый день')
  const page = await at(desk.owner, `/inbox/${guest.dialog_id}`)
  await bubble(page, 'Добрый день').waitFor()
  const took: number[] = []
  for (let round = 1; round <= 5; round += 1) {
    const begun = performance.now()
    const shown = page.waitForFunction(
      (text) => document.querySelector('.entries')?.textContent?.includes(text),
      `№${round}`,
    )
    await guest.say(`Сообщение №${round}`)
    await shown
    took.push(Math.round(performance.now() - begun))
  }
  t.diagnostic(`from the visitor's sending to the operator's screen: ${took.join(', ')} ms`)
  assert.ok(took.toSorted((a, b) => a - b)[2]! < 1000)
  // Who looks has read, as soon as the server knows it.
  await row(page, guest).locator('.dialog-row-unread').waitFor({ state: 'detached' })

  await other.say('И мне ответьте')
  await row(page, other).locator('.dialog-row-unread').waitFor()
  // The assistant may still be answering the other one, which moves it up for a moment.
  const first = page.locator('[data-dialog]').first()
  await until(async () => (await first.getAttribute('data-dialog')) === String(other.dialog_id))
  await row(page, other).getByRole('link').click()
  await row(page, other).locator('.dialog-row-unread').waitFor({ state: 'detached' })
  await until(async () => {
    const { body } = await anna.call<{ unread: number }>('GET', `/api/dialogs/${other.dialog_id}`)
    return body.unread === 0
  })
  await page.context().close()
})

test("the assistant's answer grows before the operator's eyes, and the stored one takes its place", async () => {
  await useModel(desk.app.ctx, desk.assistant, { name: 'gpt-4o-mini', token: 'sk-test-1234567890abcdef' })
  const form = new FormData()
  form.set('assistant_id', String(desk.assistant.id))
  form.set('file', new File(['Возврат\n\nТовар можно вернуть в магазин за 14 дней с чеком.'], 'Возврат.txt'))
  await desk.app.call('POST', '/api/documents/upload', { raw: form, token: desk.owner.token })
  await nothingToDo(desk.app)
  fake.next(says('Вернуть товар можно за 14 дней, нужен только чек [1].', { pause_ms: 120 }))
  const guest = await aVisitor()
  const page = await at(anna, `/inbox/${guest.dialog_id}`)
  await page.getByRole('log').waitFor()
  await guest.say('За сколько дней можно вернуть товар в магазин?')
  const draft = page.locator('.draft .bubble')
  await draft.waitFor()
  const early = (await draft.textContent()) ?? ''
  await until(async () => ((await draft.textContent({ timeout: 500 })) ?? '').length > early.length)
  await draft.waitFor({ state: 'detached' })
  await page.locator('.entry.assistant').getByText('нужен только чек').waitFor()
  await page.getByText('Почему так ответил').click()
  await page.getByText('gpt-4o-mini').first().waitFor()
  assert.match((await page.locator('.evidence').textContent()) ?? '', /Токены11 в запросе, 7 в ответе/)
  await desk.owner.call('PATCH', `/api/assistants/${desk.assistant.id}`, { ai_model: 'builtin' })
  await page.context().close()
})

test('each sees that the other writes: the visitor by dots here, the operator by a sign on the visitor’s stream', async () => {
  const guest = await aVisitor()
  await anna.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/take`, {})
  const page = await at(anna, `/inbox/${guest.dialog_id}`)
  await page.getByText('Ведёте вы').waitFor()
  const dialog = await dialogOf(guest)
  // A sign is told to whoever listens right now, and the page may have been drawn before its stream stood.
  await until(async () => {
    noteVisitorTyping(desk.app.ctx, dialog)
    return page.getByRole('log').getByText('Посетитель печатает').isVisible()
  })
  await row(page, guest).getByText('печатает…').waitFor()
  await guest.say('Вот')
  await page.getByText('Посетитель печатает').waitFor({ state: 'detached' })

  const signs: string[] = []
  const deaf = desk.app.ctx.bus.listen(`dialog:${guest.dialog_id}`, (signal) => signal && signs.push(signal.type))
  await reply(page).pressSequentially('Пишу ответ')
  await until(() => signs.includes('operator.typing'))
  assert.equal(signs.filter((type) => type === 'operator.typing').length, 1, 'not one sign a letter')
  deaf()
  await free(guest)
  await page.context().close()
})

test('a lost stream: what happened meanwhile is there when it stands again', async () => {
  const [guest, other] = [await aVisitor(), await aVisitor()]
  await guest.say('Добрый день')
  await other.say('Добрый день')
  const page = await at(anna, `/inbox/${guest.dialog_id}`)
  await bubble(page, 'Добрый день').waitFor()
  await page.route('**/api/stream-tickets', (route) => route.abort())
  for (const connection of desk.app.ctx.connections.all()) connection.close()
  await page.getByText('Связь прервалась').waitFor()
  await guest.say('Ещё вопрос')
  await desk.owner.call('POST', `/api/dialogs/${other.dialog_id}/handoff/request`, {})
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/notes`, { text: 'Заметка без связи' })
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/take`, {})
  await page.unroute('**/api/stream-tickets')
  await bubble(page, 'Ещё вопрос').waitFor()
  await page.locator('.entry.note').getByText('Заметка без связи').waitFor()
  await page.locator('.leader').getByText('Ведёт Мария Ильина').waitFor()
  await row(page, other).getByText('ждёт').waitFor()
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/release`, {})
  await page.context().close()
})

test('what happens after the list is there and before the stream stands for the first time is not missed', async () => {
  const guest = await aVisitor()
  await guest.say('Добрый день')
  const { page } = await look(browser, desk, '/inbox')
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  await page.route('**/api/stream-tickets', (route) => gate.then(() => route.continue()))
  await enter(page, anna.email)
  await row(page, guest).waitFor()
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/request`, {})
  open()
  await row(page, guest).getByText('ждёт').waitFor()
  await page.context().close()
})

test('nothing typed is lost: a refusal says why and keeps the text, a reload keeps drafts and what was not sent', async () => {
  const [full, guest] = [await aVisitor(), await aVisitor()]
  await anna.call('POST', `/api/dialogs/${full.dialog_id}/handoff/take`, {})
  const page = await at(anna, `/inbox/${guest.dialog_id}`)
  await reply(page).fill('Сейчас посмотрю')
  await reply(page).press('Enter')
  const unsent = page.locator('.unsent')
  await unsent.getByText(/У вас уже столько диалогов, сколько можно вести сразу \(1\)/).waitFor()
  await page.getByLabel('Ответ посетителю').fill('Черновик второго ответа')
  await page.reload()
  await unsent.waitFor()
  assert.equal(await reply(page).inputValue(), 'Черновик второго ответа')
  await free(full)
  await unsent.getByRole('button', { name: 'Повторить' }).click()
  await unsent.waitFor({ state: 'detached' })
  await until(async () => (await guest.messages()).some(({ text }) => text === 'Сейчас посмотрю'))

  await page.route(`**/api/dialogs/${guest.dialog_id}/messages`, (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  )
  await reply(page).press('Enter')
  await unsent.getByText('Нет связи с сервером').waitFor()
  await unsent.getByRole('button', { name: 'Изменить' }).click()
  assert.equal(await reply(page).inputValue(), 'Черновик второго ответа')
  assert.equal(
    (await guest.messages()).filter(({ sender }) => sender === 'operator').length,
    2,
    'who joined, and one reply',
  )
  await free(guest)
  await page.context().close()
})

test('a colleague takes the dialog while one writes: the reply is refused in words with the name, and kept', async () => {
  const guest = await aVisitor()
  const page = await at(anna, `/inbox/${guest.dialog_id}`)
  await page.getByText('С первым ответом диалог станет вашим').waitFor()
  await page.route(`**/api/dialogs/${guest.dialog_id}/messages`, async (route) => {
    if (route.request().method() === 'POST')
      await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/take`, {})
    await route.continue()
  })
  await reply(page).fill('Уже отвечаю')
  await reply(page).press('Enter')
  await page.locator('.unsent').getByText('Мария Ильина уже ведёт этот диалог.').waitFor()
  await bubble(page, 'Уже отвечаю').waitFor()
  await page.getByText('Диалог ведёт Мария Ильина').waitFor()
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/release`, {})
  await page.context().close()
})

test('files, ratings, corrections and the way to Telegram are shown where they belong', async () => {
  const { ctx } = desk.app
  const guest = await aVisitor()
  const asked = await guest.say('Сколько стоит доставка в Казань?')
  const answer = await guest.answerTo(asked.body.id)
  const page = await at(anna, `/inbox/${guest.dialog_id}`)
  await bubble(page, 'Доставка в Казань').first().waitFor()

  const path = join(desk.app.folder, 'picture.png')
  writeFileSync(path, await page.screenshot())
  const place = { tenant_id: desk.owner.id, dialog_id: guest.dialog_id }
  const picture = await keepFile(ctx, place, { path, name: 'чек.png', size: statSync(path).size })
  writeFileSync(path, '%PDF-1.4 a waybill')
  const paper = await keepFile(ctx, place, { path, name: 'накладная.pdf', size: statSync(path).size })
  await sayAsVisitor(ctx, await dialogOf(guest), {
    text: 'Вот',
    client_message_id: 'f1',
    attachments: [picture, paper],
  })
  await page.getByRole('button', { name: 'Открыть изображение: чек.png' }).click()
  const large = page.getByRole('dialog').getByRole('img')
  await until(() => large.evaluate((image: HTMLImageElement) => image.naturalWidth === 1440))
  await page.keyboard.press('Escape')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('накладная.pdf').click()])
  assert.equal(download.suggestedFilename(), 'накладная.pdf')

  await rateAnswer(ctx, await dialogOf(guest), { message_id: answer.id, rating: 'down', comment: 'Не то' })
  await page.getByText('Посетителю не помогло').waitFor()
  await page.getByText('Не то', { exact: true }).waitFor()
  await inTransaction(ctx, (ctx) =>
    editMessage(ctx, { ...place, source_id: 'visitor:f1', text: 'Вот чек и накладная' }),
  )
  await page.locator('.entry', { hasText: 'Вот чек и накладная' }).getByText('изменено').waitFor()
  const dialog = await dialogOf(guest)
  const sent = await inTransaction(ctx, (ctx) => addMessage(ctx, dialog, { sender: 'assistant', text: 'В Telegram' }))
  for (const [delivery, words] of [
    ['pending', 'отправляется'],
    ['unknown', 'неизвестно, дошло ли'],
    ['failed', 'не доставлено'],
    ['sent', 'доставлено'],
  ] as const) {
    await inTransaction(ctx, (ctx) => setDelivery(ctx, { ...place, message_id: sent!.id, delivery }))
    await page.locator('.delivery').getByText(words, { exact: true }).waitFor()
  }
  await page.context().close()
})
