import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { closeContext, openContext } from '../../src/app.ts'
import { changeAssistant } from '../../src/assistants/assistants.ts'
import { loadConfig } from '../../src/config/config.ts'
import { demoAssistant, loadDemo } from '../../src/demo/demo.ts'
import { workDueTasks } from '../../src/events/work.ts'
import { addUser } from '../../src/users/users.ts'
import { until } from '../helpers/app.ts'
import { hangsAfter, openFakeOpenai, says } from '../helpers/fake-openai.ts'
import { useModel } from '../helpers/people.ts'
import { startRealServer } from '../helpers/real-server.ts'
import { ask, bubbles, startBrowser, visit } from '../web/browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'replyx-journey-'))
let browser: Browser
before(async () => {
  browser = await startBrowser()
  const ctx = await openContext(config())
  const owner = await addUser(ctx, {
    email: 'owner@example.com',
    password: 'owner pass 1',
    is_admin: true,
    confirmed: true,
  })
  await loadDemo(ctx, owner.id)
  await workDueTasks(ctx)
  await closeContext(ctx)
})
after(async () => {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
})

const config = (flags: Record<string, string> = {}) =>
  loadConfig({ env: {}, flags: { data_dir: folder, log_level: 'silent', ...flags } })
const site = (url: string) => ({ pageUrl: `${url}/demo?lang=ru`, hostUrl: url }) as never

for (const [name, screen] of Object.entries({
  'a desktop': {},
  'a phone': { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true },
})) {
  test(`a visitor on ${name} opens the shop, asks, reads the true answer with its source, and gets an honest «I don’t know»`, async () => {
    const server = await startRealServer(folder, { REPLYX_PORT: '0', REPLYX_LOG_LEVEL: 'info' })
    try {
      const { page, strangers, complaints } = await visit(browser, site(server.url), screen)
      await page.getByRole('button', { name: 'Открыть чат' }).click()
      await ask(page, 'сколько стоит доставка по казани')
      await reads(page, /Курьер по Казани стоит 250/)
      await page.getByRole('button', { name: /Сколько стоит доставка по Казани/ }).waitFor()
      await ask(page, 'Кто написал «Идиота»?')
      await reads(page, /в моих материалах нет ответа/)
      await page.reload()
      // On a large screen an open chat is open again after a reload, on a phone it would cover the page.
      if (name === 'a phone') await page.getByRole('button', { name: 'Открыть чат' }).click()
      await until(async () => (await bubbles(page)).filter((text) => /250|нет ответа/.test(text)).length === 2)
      assert.deepEqual(strangers, [])
      assert.deepEqual(complaints, [])
      await page.context().close()
    } finally {
      await server.kill('SIGTERM')
    }
  })
}

test('one tag on another site, under a policy without unsafe-inline, is all it takes; a site that is not allowed shows nothing', async () => {
  const ctx = await openContext(config())
  const { id, tenant_id, site_token } = (await demoAssistant(ctx))!
  await changeAssistant(ctx, { tenant_id, is_admin: false }, { id, allowed_domains: ['localhost'] })
  await closeContext(ctx)
  const server = await startRealServer(folder, { REPLYX_PORT: '0', REPLYX_LOG_LEVEL: 'info' })
  const shop = await serveShop(
    `<!doctype html><title>Лавка</title><h1>Лавка</h1><script async src="${server.url}/widget.js" data-site-token="${site_token}"></script>`,
    server.url,
  )
  try {
    const allowed = await visit(browser, { pageUrl: `http://localhost:${shop.port}/`, hostUrl: server.url } as never)
    await allowed.page.getByRole('button', { name: 'Открыть чат' }).click()
    await ask(allowed.page, 'сколько стоит доставка по казани')
    await reads(allowed.page, /Курьер по Казани стоит 250/)
    assert.deepEqual([allowed.strangers, allowed.complaints], [[], []])
    await allowed.page.context().close()

    const refused = await visit(browser, { pageUrl: `http://127.0.0.2:${shop.port}/`, hostUrl: server.url } as never)
    await until(() => refused.complaints.some((one) => /allowed_domains|разрешено/.test(one)))
    assert.equal(await refused.page.getByRole('button').count(), 0)
    await refused.page.context().close()
  } finally {
    shop.close()
    await server.kill('SIGTERM')
  }
})

test('a server killed in the middle of a streamed answer loses nothing and doubles nothing', async () => {
  await using fake = await openFakeOpenai()
  const port = await freePort()
  await answerWithModel(fake.base_url)
  const env = { REPLYX_PORT: String(port), REPLYX_OPENAI_BASE_URL: fake.base_url, REPLYX_LOG_LEVEL: 'info' }
  const answer =
    'Открытую пачку хорошего качества магазин назад не берёт, потому что это продукт питания, кроме первого заказа [1].'
  let server = await startRealServer(folder, env)
  fake.next(hangsAfter(answer.slice(0, 60)))
  const { page } = await visit(browser, site(server.url))
  await page.getByRole('button', { name: 'Открыть чат' }).click()
  await ask(page, 'Можно ли вернуть открытую пачку?')
  await page
    .locator('.bubble', { hasText: /Открытую пачку хорошего/ })
    .first()
    .waitFor()
  await server.kill('SIGKILL')
  fake.next(says(answer, { pause_ms: 5 }))
  server = await startRealServer(folder, env)
  try {
    await reads(page, /кроме первого заказа/)
    await ask(page, 'Сколько стоит доставка по Казани?')
    await reads(page, /Курьер по Казани стоит 250/)
    const shown = await bubbles(page)
    assert.equal(shown.filter((text) => /Можно ли вернуть открытую/.test(text)).length, 1)
    assert.equal(shown.filter((text) => /Открытую пачку/.test(text)).length, 1)
    assert.equal(shown.filter((text) => /стоит 250/.test(text)).length, 1)
    await page.context().close()
  } finally {
    await server.kill('SIGTERM')
  }
})

function serveShop(page: string, host: string): Promise<{ port: number; close: () => void }> {
  const policy = `default-src 'none'; script-src 'self' ${host}; connect-src ${host}`
  const server = createHttpServer((_req, res) => {
    res.setHeader('Content-Security-Policy', policy)
    res.setHeader('Content-Type', 'text/html; charset=utf-8')
    res.end(page)
  })
  return new Promise((resolve) => {
    server.listen(0, () =>
      resolve({ port: (server.address() as AddressInfo).port, close: () => server.closeAllConnections() }),
    )
  })
}

// What stands in the bubbles, not what is said to screen readers as well.
function reads(page: Page, text: RegExp): Promise<unknown> {
  return until(async () => (await bubbles(page)).some((bubble) => text.test(bubble)), 30_000).catch(async () => {
    throw new Error(`${text} is not among ${JSON.stringify(await bubbles(page))}`)
  })
}

async function answerWithModel(base_url: string): Promise<void> {
  const ctx = await openContext(config({ 'openai.base_url': base_url }))
  await useModel(ctx, (await demoAssistant(ctx))!, { name: 'gpt-4o-mini', token: 'sk-journey-1234567890' })
  await closeContext(ctx)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
