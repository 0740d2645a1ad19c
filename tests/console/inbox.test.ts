import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { aColleague } from '../handoff/desk.ts'
import { until } from '../helpers/app.ts'
import { aGuest, type Guest, type Person, signUp } from '../helpers/people.ts'
import { startBrowser } from '../web/browser.ts'
import { type Desk, openDesk, sit } from './desk.ts'

let browser: Browser
let desk: Desk
let anna: Person
let boris: Person
before(async () => {
  ;[browser, desk] = await Promise.all([startBrowser(), openDesk()])
  ;[anna, boris] = [await aColleague(desk, 'anna'), await aColleague(desk, 'boris')]
})
after(async () => {
  await browser.close()
  await desk.app[Symbol.asyncDispose]()
})

type Shown = { status: string; handoff_status: string; operator_name: string | null }

const at = async (who: { email: string }, path: string) => (await sit(browser, desk, who, path)).page
const aVisitor = (): Promise<Guest> => aGuest(desk.app, desk.assistant)
const callHuman = ({ dialog_id }: Guest) => desk.owner.call('POST', `/api/dialogs/${dialog_id}/handoff/request`, {})
const stateOf = async ({ dialog_id }: Guest) => (await desk.owner.call<Shown>('GET', `/api/dialogs/${dialog_id}`)).body
const bubble = (page: Page, text: string) => page.getByRole('log').locator('.bubble').getByText(text, { exact: true })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const reply = (page: Page) => page.getByLabel('Ответ посетителю')
const row = (page: Page, { dialog_id }: Guest) => page.locator(`[data-dialog="${dialog_id}"]`)
const leader = (page: Page) => page.locator('.leader')
const close = (...pages: Page[]) => Promise.all(pages.map((page) => page.context().close()))

test('of two operators who press Take at once one has the dialog, and the other reads who', async () => {
  const guest = await aVisitor()
  await callHuman(guest)
  const pages = await Promise.all([anna, boris].map((who) => at(who, `/inbox/${guest.dialog_id}`)))
  for (const page of pages) {
    await button(page, 'Взять').waitFor()
    // Both press before either hears of the other.
    await page.route('**/handoff/takeover', (route) => setTimeout(() => route.continue(), 200))
  }
  await Promise.all(pages.map((page) => button(page, 'Взять').click()))
  const told = await Promise.all(pages.map((page) => until(() => page.locator('.toasts').textContent())))
  const { operator_name } = await stateOf(guest)
  assert.deepEqual(told.toSorted(), ['Диалог ваш', `${operator_name} уже ведёт этот диалог.`].toSorted())
  const loser = pages[told.findIndex((text) => text !== 'Диалог ваш')]!
  await loser.getByText(`Ведёт ${operator_name}`, { exact: true }).waitFor()
  await close(...pages)
})

test('an operator answers from the page: the reply takes the dialog, reaches the visitor once, and the answer comes back', async () => {
  const guest = await aVisitor()
  const page = await at(anna, '/inbox')
  const asked = await guest.say('Сколько стоит доставка в Казань?')
  await guest.answerTo(asked.body.id)
  await row(page, guest).getByRole('link').click()
  await bubble(page, 'Доставка в Казань стоит 390 рублей.').first().waitFor()
  await reply(page).fill('Здравствуйте, это Анна.\nЧем помочь?')
  await reply(page).press('Enter')
  await leader(page).getByText('Ведёте вы').waitFor()
  const said = await until(async () => (await guest.messages()).filter(({ text }) => text.includes('это Анна')))
  assert.deepEqual(
    said.map(({ sender, text }) => [sender, text]),
    [['operator', 'Здравствуйте, это Анна.\nЧем помочь?']],
  )
  await guest.say('Спасибо!')
  await bubble(page, 'Спасибо!').waitFor()
  assert.equal(await page.getByRole('log').getByText('это Анна').count(), 1)
  assert.equal(await reply(page).inputValue(), '')
  await close(page)
})

test('a note stands yellow in the conversation of every colleague at once, and nowhere for the visitor', async () => {
  const guest = await aVisitor()
  await guest.say('Здравствуйте')
  const [page, other] = [await at(anna, `/inbox/${guest.dialog_id}`), await at(boris, `/inbox/${guest.dialog_id}`)]
  await page.keyboard.press('n')
  await page.getByLabel('Заметка для коллег').fill('Постоянный клиент')
  await page.keyboard.press('Enter')
  for (const one of [page, other]) await one.locator('.entry.note').getByText('Постоянный клиент').waitFor()
  assert.equal(await page.getByLabel('Заметка для коллег').inputValue(), '')
  assert.equal((await stateOf(guest)).handoff_status, 'none', 'a note takes nothing')
  assert.ok(!JSON.stringify(await guest.messages()).includes('Постоянный'))
  const grounds = await page.evaluate(() =>
    ['.composer', '.dialog-head'].map((one) => getComputedStyle(document.querySelector(one)!).backgroundColor),
  )
  assert.notEqual(grounds[0], grounds[1], 'one sees that this is no reply')
  await close(page, other)
})

test('«/» opens the canned replies, letters narrow them, arrows and Enter choose one, and only the next Enter sends', async () => {
  for (const [shortcut, text] of [
    ['адрес', 'Ждём вас на Баумана, 5.'],
    ['возврат', 'Вернуть можно за 14 дней.'],
    ['время', 'Мы открыты с 9 до 21.'],
  ])
    await desk.owner.call('POST', '/api/canned-replies', { shortcut, text })
  const guest = await aVisitor()
  const page = await at(anna, `/inbox/${guest.dialog_id}`)
  await reply(page).pressSequentially('/в')
  const options = page.getByRole('option')
  await until(async () => (await options.count()) > 0)
  // By the word first, then whoever has the letter anywhere.
  assert.deepEqual(await options.locator('strong').allTextContents(), ['/возврат', '/время', '/адрес'])
  await reply(page).press('ArrowDown')
  assert.match((await page.locator('[aria-selected="true"]').textContent()) ?? '', /время/)
  await reply(page).press('Enter')
  assert.equal(await reply(page).inputValue(), 'Мы открыты с 9 до 21.')
  assert.deepEqual(await guest.messages(), [])
  await reply(page).press('Enter')
  await until(async () => (await guest.messages()).some(({ text }) => text === 'Мы открыты с 9 до 21.'))
  await reply(page).fill('/в')
  await options.first().waitFor()
  await reply(page).press('Escape')
  assert.equal(await options.count(), 0)
  assert.equal(await reply(page).inputValue(), '/в', 'what was typed stays')
  await close(page)
})

test('a dialog is passed on to a colleague, who has it among their own, and from them back to the queue', async () => {
  const guest = await aVisitor()
  await anna.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/take`, {})
  const [page, other] = [await at(anna, `/inbox/${guest.dialog_id}`), await at(boris, '/inbox?filter=mine')]
  await button(page, 'Передать').click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /boris.*на месте/ })
    .click()
  await row(other, guest).waitFor()
  await leader(page).getByText('Ведёт boris').waitFor()
  assert.equal(await button(page, 'Передать').count(), 0, 'what one does not have one cannot pass on')
  assert.equal(await button(page, 'Взять').count(), 0)
  await page.getByText('Диалог ведёт boris').waitFor()
  await row(other, guest).getByRole('link').click()
  await button(other, 'Передать').click()
  await button(other, 'Вернуть в очередь').click()
  await leader(other).getByText('Ждёт человека').waitFor()
  await button(page, 'Взять').waitFor()
  await row(other, guest).waitFor({ state: 'detached' })
  await close(page, other)
})

test('a dialog given back is answered by the assistant again; a closed one goes to the archive, and the next is open', async () => {
  const [first, second] = [await aVisitor(), await aVisitor()]
  for (const guest of [first, second]) {
    await guest.say('Добрый день')
    await anna.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/take`, {})
  }
  const page = await at(anna, `/inbox/${second.dialog_id}`)
  await button(page, 'Вернуть ассистенту').click()
  await page.getByRole('radio', { name: 'Не решён' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Вернуть ассистенту' }).click()
  await leader(page).getByText('Отвечает ассистент Лист').waitFor()
  const asked = await second.say('Сколько стоит доставка в Казань?')
  await second.answerTo(asked.body.id)
  const ended = await desk.app.ctx.db.selectFrom('handoffs').select('resolution').execute()
  assert.ok(ended.some(({ resolution }) => resolution === 'unresolved'))

  await row(page, first).getByRole('link').click()
  await leader(page).getByText('Ведёте вы').waitFor()
  await page.locator('.dialog-actions').getByRole('button', { name: 'Закрыть' }).click()
  await until(async () => (await stateOf(first)).status === 'archived')
  await row(page, first).waitFor({ state: 'detached' })
  await until(() => !page.url().endsWith(`/inbox/${first.dialog_id}`))
  await page.getByRole('button', { name: 'Архив' }).click()
  await row(page, first).getByRole('link').click()
  await page.getByText('Диалог закрыт', { exact: true }).first().waitFor()
  await reply(page).fill('Поздно')
  assert.ok(await button(page, 'Отправить').isDisabled())
  await close(page)
})

test('what the same visitor said before is one click away, and a stranger’s dialogs are not asked for by it', async () => {
  const guest = await aVisitor()
  await guest.say('Первый разговор')
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/archive`, {})
  const again = await desk.app.call<{ id: number }>('POST', '/api/widget/dialogs', { body: {}, token: guest.token })
  const page = await at(anna, `/inbox/${again.body.id}`)
  await page.locator('.details .others a').click()
  await bubble(page, 'Первый разговор').waitFor()
  const eve = await signUp(desk.app, 'eve')
  const { body } = await eve.call<{ total: number }>('GET', `/api/dialogs?visitor_of=${guest.dialog_id}`)
  assert.equal(body.total, 0)
  await close(page)
})

test('why the assistant answered so opens beneath its answer: question, decision, confidence, passages with scores', async () => {
  const guest = await aVisitor()
  const asked = await guest.say('Сколько стоит доставка в Казань?')
  await guest.answerTo(asked.body.id)
  const page = await at(boris, `/inbox/${guest.dialog_id}`)
  await page.getByText('Почему так ответил').click()
  const evidence = page.locator('.evidence')
  await evidence.getByText('Найденные фрагменты').waitFor()
  const text = (await evidence.textContent()) ?? ''
  for (const part of [/Решениеответить/, /Уверенность\d+ %/, /Путьqa/, /вошёл в ответ/, /\d\.\d\d · слова \d+\.\d\d/])
    assert.match(text, part)
  await close(page)
})

test('keys alone lead through a day: next, take, reply, note, back to the assistant, close', async () => {
  const guests = [await aVisitor(), await aVisitor()]
  for (const guest of guests) {
    const asked = await guest.say('Сколько стоит доставка в Казань?')
    await guest.answerTo(asked.body.id)
    await callHuman(guest)
  }
  const [second, first] = guests as [Guest, Guest] // the last who spoke stands first
  const page = await at(anna, '/inbox')
  await row(page, first).waitFor()
  await page.keyboard.press('j')
  await until(() => page.url().endsWith(`/inbox/${first.dialog_id}`))
  await page.keyboard.press('j')
  await until(() => page.url().endsWith(`/inbox/${second.dialog_id}`))
  await page.keyboard.press('k')
  await until(() => page.url().endsWith(`/inbox/${first.dialog_id}`))
  await button(page, 'Взять').waitFor()
  await page.keyboard.press('t')
  await leader(page).getByText('Ведёте вы').waitFor()
  await page.keyboard.press('r')
  await page.keyboard.type('Да, я тут. Jkt: буквы в поле — просто буквы')
  await page.keyboard.press('Enter')
  await bubble(page, 'Да, я тут. Jkt: буквы в поле — просто буквы').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('n')
  await page.keyboard.type('Живой человек')
  await page.keyboard.press('Enter')
  await page.locator('.entry.note').getByText('Живой человек').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('a')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Enter')
  await leader(page).getByText('Отвечает ассистент').waitFor()
  await page.keyboard.press('e')
  await until(async () => (await stateOf(first)).status === 'archived')
  await until(() => !page.url().endsWith(`/inbox/${first.dialog_id}`))
  await page.keyboard.press('Shift+Slash')
  await page.getByRole('dialog').getByText('Вернуть ассистенту').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await until(() => page.url().endsWith('/inbox'))
  await close(page)
})

test('who wants it is told of a new person in the queue by the system while the page is out of sight, without a word of theirs', async () => {
  const [guest, other] = [await aVisitor(), await aVisitor()]
  const page = await at(anna, '/inbox')
  await page.evaluate(() => {
    const told: string[] = []
    class Told {
      static permission = 'granted'
      static requestPermission = async () => 'granted'
      constructor(title: string, { body }: { body: string }) {
        told.push(`${title} ${body}`)
      }
    }
    Object.assign(window, { Notification: Told, told })
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
  })
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told)
  await callHuman(other)
  await row(page, other).getByText('ждёт').waitFor()
  assert.deepEqual(await told(), [], 'only who asked for it')
  await button(page, 'Сообщать о новых в очереди').click()
  await guest.say('Тайна')
  await callHuman(guest)
  await until(async () => (await told()).length > 0)
  assert.deepEqual(await told(), ['Человек ждёт ответа Посетитель зовёт сотрудника.'])
  await page.getByRole('link', { name: 'Готовые ответы' }).click()
  await callHuman(await aVisitor())
  await until(async () => (await told()).length === 2)
  await close(page)
})

test('where the browser allows no notifications the switch says so, and what it refuses to make stops nothing else', async () => {
  const guest = await aVisitor()
  const page = await at(anna, '/inbox')
  await row(page, guest).waitFor()
  await page.evaluate(() => {
    class Refused {
      static permission = 'granted'
      static requestPermission = async () => 'denied'
      constructor() {
        throw new TypeError('Illegal constructor')
      }
    }
    Object.assign(window, { Notification: Refused })
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
  })
  await button(page, 'Сообщать о новых в очереди').click()
  await page.getByText('уведомлений браузер не разрешил').waitFor()
  await callHuman(guest)
  await row(page, guest).getByText('ждёт').waitFor()
  await close(page)
})

test('nobody is said to answer where the assistant is switched off', async () => {
  const guest = await aVisitor()
  await desk.owner.call('PATCH', `/api/assistants/${desk.assistant.id}`, { is_active: false })
  try {
    const page = await at(anna, `/inbox/${guest.dialog_id}`)
    await leader(page).getByText('Никто не отвечает: ассистент молчит').waitFor()
    await close(page)
  } finally {
    await desk.owner.call('PATCH', `/api/assistants/${desk.assistant.id}`, { is_active: true })
  }
})
