import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { ask, openChat, startBrowser, visit } from './browser.ts'
import { type FakeSite, startFakeSite } from './fake-site.ts'

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

const phone: BrowserContextOptions = { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true }
const answer = {
  text: 'Доставка в **Самару** стоит 290 ₽ и занимает 2–3 дня [1].\n\n- от 3 000 ₽ бесплатно\n- курьером 390 ₽ [2]',
  sources: [
    { n: 1, title: 'Доставка и сроки', text: 'Пункт выдачи в Самаре: 290 ₽, 2–3 рабочих дня.', score: 0.9 },
    { n: 2, title: 'Магазины и часы работы', text: 'Самара, ул. Ленинградская, 41.', score: 0.7 },
  ],
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let active = document.activeElement
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
    return active?.getAttribute('aria-label') ?? active?.textContent ?? ''
  })
}

test('with the keyboard alone a visitor opens the chat, asks, reads a source, closes and is back at the button', async () => {
  const { page } = await visit(browser, site)
  await page.getByRole('button', { name: 'Открыть чат' }).waitFor()
  await page.locator('#last').focus()
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'Открыть чат')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Северный лист' }).waitFor()
  assert.equal(await focused(page), 'Напишите вопрос…')
  site.control.onQuestion = ({ id }) => void site.streamAnswer(id, answer)
  await page.keyboard.type('Сколько стоит доставка?')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('В Самару')
  await page.keyboard.press('Enter')
  await page.locator('.chip').first().waitFor()
  assert.equal(site.messages[0]!.text, 'Сколько стоит доставка?\nВ Самару')
  const back: string[] = []
  while (back.at(-1) !== '1Доставка и сроки' && back.length < 10) {
    await page.keyboard.press('Shift+Tab')
    back.push(await focused(page))
  }
  assert.deepEqual(back, [
    'Прикрепить файл',
    'Позвать человека',
    'Ответ не помог',
    'Ответ помог',
    '2Магазины и часы работы',
    '1Доставка и сроки',
  ])
  await page.keyboard.press('Enter')
  await page.getByText('Пункт выдачи в Самаре').waitFor()
  assert.equal(await page.locator('.chip').first().getAttribute('aria-expanded'), 'true')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  assert.equal(await focused(page), 'Открыть чат')
})

test('on a phone the window covers the screen, is modal, keeps Tab inside and does not raise the keyboard by itself', async () => {
  const { page } = await visit(browser, site, phone)
  await page.getByRole('button', { name: 'Открыть чат' }).tap()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await page.waitForTimeout(300)
  assert.deepEqual(await dialog.boundingBox(), { x: 0, y: 0, width: 375, height: 812 })
  assert.equal(await dialog.getAttribute('aria-modal'), 'true')
  assert.equal(await focused(page).then((label) => label === 'Напишите вопрос…'), false)
  assert.equal(await page.getByRole('textbox').evaluate((field) => getComputedStyle(field).fontSize), '16px')
  await page.getByRole('textbox').focus()
  const visited = new Set<string>()
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press('Tab')
    visited.add(await focused(page))
  }
  assert.ok(visited.has('Закрыть чат') && visited.has('Отправить'))
  assert.ok(!visited.has('Кнопка страницы') && !visited.has('Открыть чат'))
  await page.getByRole('button', { name: 'Закрыть чат' }).tap()
  await dialog.waitFor({ state: 'hidden' })
})

test('screen readers hear an answer in whole sentences, each once', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  await page.evaluate(() => {
    const root = document.querySelector('[data-replyx]')!.shadowRoot!
    const heard: string[] = []
    Object.assign(window, { heard })
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) heard.push(node.textContent!)
    }).observe(root.querySelector('.spoken[role=status]')!, { childList: true })
  })
  site.control.onQuestion = ({ id }) => void site.streamAnswer(id, { text: 'Стоит 290 ₽. Едет **два** дня. Звоните' })
  await ask(page, 'Вопрос')
  await page.locator('.entries .assistant').waitFor()
  await page.waitForTimeout(200)
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard)
  assert.deepEqual(heard, ['Стоит 290 ₽.', 'Едет два дня.', 'Звоните'])
})

test('the newest message stays in view while the field grows, and a reader further up is not pulled down', async () => {
  const { page } = await visit(browser, site)
  await openChat(page)
  for (let n = 1; n <= 20; n++) site.add({ text: `Сообщение ${n}` })
  await ask(page, 'Вопрос')
  const last = page.locator('.entries .user')
  await page.locator('.typing').waitFor()
  await page.getByRole('textbox').fill('Раз\nдва\nтри\nчетыре\nпять')
  await page.waitForTimeout(200)
  const field = (await page.locator('.composer').boundingBox())!
  const newest = (await page.locator('.typing').boundingBox())!
  assert.ok(newest.y + newest.height <= field.y)
  await page.locator('.log').evaluate((log) => log.scrollTo({ top: 0 }))
  site.add({ text: 'Ответ', reply_to: site.messages.at(-1)!.id })
  await page.locator('.entries', { hasText: 'Ответ' }).waitFor()
  assert.equal(await page.locator('.log').evaluate((log) => log.scrollTop), 0)
  await page.getByRole('button', { name: 'К последним сообщениям' }).click()
  await last.waitFor()
  assert.ok((await page.locator('.log').evaluate((log) => log.scrollTop)) > 0)
})

test('opening and closing fifty times leaves no listeners and no nodes behind', async () => {
  const { page } = await visit(browser, site)
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const measure = async () => {
    await cdp.send('HeapProfiler.collectGarbage')
    const { metrics } = await cdp.send('Performance.getMetrics')
    const value = (name: string) => metrics.find((metric) => metric.name === name)!.value
    return { listeners: value('JSEventListeners'), nodes: value('Nodes') }
  }
  const cycle = async (times: number) => {
    for (let turn = 0; turn < times; turn++) {
      await openChat(page)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  }
  await cycle(3)
  const first = await measure()
  await cycle(50)
  const last = await measure()
  assert.ok(last.listeners <= first.listeners + 2, `${first.listeners} listeners became ${last.listeners}`)
  assert.ok(last.nodes <= first.nodes + 10, `${first.nodes} nodes became ${last.nodes}`)
})

test('the button survives a page that replaces its body', async () => {
  const { page, complaints } = await visit(browser, site)
  await openChat(page)
  await ask(page, 'Вопрос')
  await page.locator('.typing').waitFor()
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')))
  await page.getByRole('dialog').waitFor()
  await page.evaluate(() => document.body.replaceChildren())
  await page.locator('.entries .user', { hasText: 'Вопрос' }).waitFor()
  assert.equal(await page.locator('[data-replyx]').count(), 1)
  assert.deepEqual(complaints, [])
})

test('a second tag on the page starts nothing', async () => {
  await site.close()
  site = await startFakeSite({ tags: 2 })
  const { page } = await visit(browser, site)
  await openChat(page)
  await page.waitForTimeout(300)
  assert.equal(await page.locator('[data-replyx]').count(), 1)
  assert.equal(site.calls.filter(({ path }) => path === 'config').length, 1)
})

test('a page drives the chat by its commands, also by those queued before the loader came', async () => {
  const { page } = await visit(browser, site)
  await page.addInitScript(() => {
    const calls: unknown[] = []
    const queue = Object.assign((...call: unknown[]) => void calls.push(call), { q: calls })
    Object.assign(window, { ReplyX: queue, log: [] })
    for (const event of ['ready', 'open', 'close']) {
      queue('on', event, () => (window as unknown as { log: string[] }).log.push(event))
    }
    queue('send', 'Вопрос со страницы')
  })
  await page.reload()
  await page.locator('.entries', { hasText: 'Вопрос со страницы' }).waitFor()
  await page.locator('.typing').waitFor()
  assert.equal(site.messages[0]!.text, 'Вопрос со страницы')
  await page.evaluate(() => window.ReplyX!('close'))
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.evaluate(() => window.ReplyX!('toggle'))
  await page.getByRole('dialog').waitFor()
  const log = await page.evaluate(() => (window as unknown as { log: string[] }).log)
  assert.deepEqual(log, ['ready', 'open', 'close', 'open'])
  await page.evaluate(() => window.ReplyX!('destroy'))
  await page.locator('[data-replyx]').waitFor({ state: 'detached' })
})

test('the tag chooses language and side', async () => {
  await site.close()
  site = await startFakeSite({ tag: 'data-lang="en" data-position="left"' })
  const { page } = await visit(browser, site)
  await page.getByRole('button', { name: 'Open the chat' }).click()
  await page.getByText('I answer from the shop’s own rules').waitFor()
  await page.waitForTimeout(300)
  assert.equal((await page.getByRole('dialog').boundingBox())!.x, 20)
})

test('any theme colour gives text of at least 4.5 : 1', async () => {
  const { accentOf, inksOf } = await import('../../src/web/widget/shared/colour.ts')
  const luminance = (rgb: number[]) => {
    const [r, g, b] = rgb.map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  const parse = (css: string) =>
    css === '#fff' ? [255, 255, 255] : css === '#000' ? [0, 0, 0] : css.match(/\d+/g)!.map(Number)
  const ratio = (one: string, other: string) => {
    const [dark, light] = [luminance(parse(one)), luminance(parse(other))].sort((a, b) => a - b)
    return (light! + 0.05) / (dark! + 0.05)
  }
  for (let seed = 0; seed < 0xffffff; seed += 4099) {
    const color = `#${seed.toString(16).padStart(6, '0')}`
    const { accent, on_accent } = accentOf(color)
    const { ink_light, ink_dark } = inksOf(color)
    assert.ok(ratio(accent, on_accent) >= 4.5, `${color}: text on the accent`)
    for (const light of ['rgb(255 255 255)', 'rgb(240 241 244)'])
      assert.ok(ratio(ink_light, light) >= 4.5, `${color} on ${light}`)
    for (const dark of ['rgb(27 28 33)', 'rgb(42 44 51)'])
      assert.ok(ratio(ink_dark, dark) >= 4.5, `${color} on ${dark}`)
  }
})

test('the looks are written down for people: phone and desktop, light and dark', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'widget-looks-'))
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, options] of [
      ['desktop', {}],
      ['phone', phone],
    ] as const) {
      site.messages.length = 0
      const { page } = await visit(browser, site, { ...options, colorScheme })
      await openChat(page)
      await page.waitForTimeout(300)
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-greeting.png`) })
      site.control.onQuestion = ({ id }) => void site.streamAnswer(id, answer)
      await ask(page, 'Сколько стоит доставка в Самару?')
      await page.locator('.chip').first().click()
      await page.waitForTimeout(300)
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-answer.png`) })
      const box = (await page.getByRole('dialog').boundingBox())!
      const { width, height } = page.viewportSize()!
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height)
      await page.context().close()
    }
  }
  console.log(`screenshots: ${folder}`)
})
