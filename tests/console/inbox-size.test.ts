import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Browser } from 'playwright-core'
import { until } from '../helpers/app.ts'
import { aGuest } from '../helpers/people.ts'
import { startBrowser } from '../web/browser.ts'
import { type Desk, openDesk, sit } from './desk.ts'

const MANY = 500
const LONG = 2000

let browser: Browser
let desk: Desk
before(async () => {
  ;[browser, desk] = await Promise.all([startBrowser(), openDesk()])
})
after(async () => {
  await browser.close()
  await desk.app[Symbol.asyncDispose]()
})

/** Many dialogs of one message each, the last of them the newest. */
async function fill(): Promise<void> {
  const { app, owner, assistant } = desk
  const place = { tenant_id: owner.id, assistant_id: assistant.id }
  const about = { platform: 'website', locale: 'ru', page_url: null, page_title: null, last_name: null } as const
  const dialogs = Array.from({ length: MANY }, (_, n) => ({
    ...place,
    ...about,
    guest_id: `guest_${n + 1}`,
    first_name: `Гость ${n + 1}`,
    created_at: n + 1,
  }))
  const rows = await app.ctx.db.insertInto('dialogs').values(dialogs).returning('id').execute()
  await say(rows.map(({ id }, n) => ({ dialog_id: id, text: `Вопрос ${n + 1}`, created_at: (n + 1) * 1000 })))
}

/** Visitors' messages, as if they had been said long ago. */
async function say(said: { dialog_id: number; text: string; created_at: number }[]): Promise<void> {
  const { db } = desk.app.ctx
  const blank = {
    source_id: null,
    reply_to: null,
    operator_id: null,
    operator_name: null,
    answered: null,
    sources: null,
  }
  for (let at = 0; at < said.length; at += 500) {
    const part = said.slice(at, at + 500)
    const rows = part.map((one) => ({ ...blank, ...one, tenant_id: desk.owner.id, sender: 'user' as const }))
    await db.insertInto('messages').values(rows).execute()
  }
  const newest = sql`(select coalesce(max(m.id), 0) from messages m where m.dialog_id = dialogs.id)`
  await db
    .updateTable('dialogs')
    .set({ last_message_id: newest as never })
    .execute()
}

test('five hundred dialogs come page by page, each once and in order, while new ones arrive on top', async (t) => {
  await fill()
  const begun = performance.now()
  const { page } = await sit(browser, desk, desk.owner, '/inbox')
  const rows = page.locator('[data-dialog]')
  await rows.first().waitFor()
  t.diagnostic(`signed in with the list on the screen after ${Math.round(performance.now() - begun)} ms`)
  assert.equal(await rows.count(), 50)
  await page.getByRole('button', { name: `Все ${MANY}` }).waitFor()
  for (let at = 0; (await rows.count()) < MANY; at += 1) {
    const before = await rows.count()
    await page.locator('.dialog-scroll').evaluate((box) => box.scrollTo(0, box.scrollHeight))
    await until(async () => (await rows.count()) > before)
    if (at === 2) await (await aGuest(desk.app, desk.assistant)).say('Новый')
  }
  const names = await page.locator('.dialog-row-name .cut').allTextContents()
  const expected = Array.from({ length: MANY }, (_, n) => `Гость ${MANY - n}`)
  assert.deepEqual(
    names.filter((name) => name.startsWith('Гость')),
    expected,
  )
  assert.match(names[0]!, /Посетитель/)

  const took = await page.evaluate(async () => {
    const begun = performance.now()
    document.querySelector<HTMLElement>('[data-dialog] a')?.click()
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    return Math.round(performance.now() - begun)
  })
  t.diagnostic(`with ${MANY} rows a click on one is drawn after ${took} ms`)
  await page.getByLabel('Поиск').fill('вопрос 77')
  await until(async () => (await rows.count()) === 1)
  assert.match((await rows.first().textContent()) ?? '', /Гость 77/)
  await page.context().close()
})

test('two thousand messages: the end stands at once, older pages keep the place, nothing is missing or twice', async (t) => {
  const guest = await aGuest(desk.app, desk.assistant)
  const { dialog_id } = guest
  const lines = Array.from({ length: LONG }, (_, n) => ({
    dialog_id,
    text: `Строка ${n + 1}.`,
    created_at: Date.now() - (LONG - n - 1) * 60_000,
  }))
  await say(lines)
  const { page } = await sit(browser, desk, desk.owner, `/inbox/${guest.dialog_id}`)
  const shown = page.locator('.entry .bubble')
  await shown.getByText(`Строка ${LONG}.`).waitFor()
  assert.ok(
    await shown.last().evaluate((node) => node.getBoundingClientRect().bottom < innerHeight),
    'it begins at its end',
  )
  const history = page.getByRole('log')
  const begun = performance.now()
  while ((await shown.count()) < LONG) {
    const before = await shown.count()
    const seen = await shown.first().textContent()
    await history.evaluate((box) => box.scrollTo(0, box.clientHeight - box.scrollHeight + 120))
    const top = () =>
      shown.getByText(seen!, { exact: true }).evaluate((node) => Math.round(node.getBoundingClientRect().top))
    const stood = await top()
    await until(async () => (await shown.count()) > before)
    if (before < 200) assert.ok(Math.abs((await top()) - stood) < 30, 'what one reads stays where it is')
  }
  t.diagnostic(`scrolled through ${LONG} messages in ${Math.round(performance.now() - begun)} ms`)
  const texts = await shown.allTextContents()
  assert.deepEqual(
    texts,
    Array.from({ length: LONG }, (_, n) => `Строка ${n + 1}.`),
  )
  assert.ok((await page.locator('.entry-day').count()) >= 2, 'days are marked')
  const took = await page.evaluate(async () => {
    const field = document.querySelector<HTMLTextAreaElement>('.composer textarea')!
    const begun = performance.now()
    field.value = 'а'
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    return Math.round(performance.now() - begun)
  })
  t.diagnostic(`with ${LONG} messages a letter is drawn after ${took} ms`)
  await page.context().close()
})

test('on a phone one thing is on the screen at a time, and the arrow leads back', async () => {
  const guest = await aGuest(desk.app, desk.assistant)
  await guest.say('С телефона')
  const { page } = await sit(browser, desk, desk.owner, '/inbox', {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
  })
  const row = page.locator(`[data-dialog="${guest.dialog_id}"]`)
  await row.getByRole('link').tap()
  await page.locator('.entry .bubble').getByText('С телефона').waitFor()
  assert.ok(!(await row.isVisible()))
  assert.ok(!(await page.locator('.details').isVisible()))
  await page.getByRole('button', { name: 'О посетителе' }).tap()
  await page.locator('.details').getByText('Диалог начат').waitFor()
  await page.locator('.details').getByRole('button', { name: 'Закрыть' }).tap()
  for (const width of [320, 360, 720, 1080, 1280, 1920]) {
    await page.setViewportSize({ width, height: 740 })
    assert.ok(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      `${width} scrolls sideways`,
    )
    assert.ok(await page.getByLabel('Ответ посетителю').isVisible(), String(width))
  }
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByRole('button', { name: 'К списку' }).tap()
  await row.waitFor()
  await page.goBack()
  await page.locator('.entry .bubble').getByText('С телефона').waitFor()
  await page.context().close()
})
