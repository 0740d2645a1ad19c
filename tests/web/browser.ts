import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

// The same engine without a window's machinery takes half the processor time.
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

/** Starts the machine's own Chromium, without any traffic of its own; `more` are arguments beside. */
export function startBrowser(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: programs.find((program) => existsSync(program)) ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}

export interface Visit {
  page: Page
  /** Addresses asked for outside the shop and the widget's host. */
  strangers: string[]
  /** What the console and uncaught errors said. */
  complaints: string[]
}

/** Opens the shop's page as a new visitor, with the widget's closed shadow root made reachable for the test. */
export async function visit(
  browser: Browser,
  site: { hostUrl: string; pageUrl: string },
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ru-RU', ...options })
  return visitIn(context, site)
}

/** The same in another tab of a visitor who is there already. */
export async function visitIn(context: BrowserContext, site: { hostUrl: string; pageUrl: string }): Promise<Visit> {
  const page = await context.newPage()
  await page.addInitScript(() => {
    const attach = Element.prototype.attachShadow
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: 'open' })
    }
  })
  const strangers: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(site.hostUrl) && !url.startsWith(site.pageUrl)) strangers.push(url)
  })
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(site.pageUrl)
  return { page, strangers, complaints }
}

/** Opens the chat by its button and waits for its window. */
export async function openChat(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Открыть чат' }).click()
  await page.getByRole('dialog').waitFor()
}

/** Types a question and sends it with Enter. */
export async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text)
  await page.getByRole('textbox').press('Enter')
}

/** The texts of all bubbles as they stand, without what only screen readers hear. */
export function bubbles(page: Page): Promise<string[]> {
  return page.locator('.entries .bubble').evaluateAll((nodes) =>
    nodes.map((node) => {
      const copy = node.cloneNode(true) as Element
      for (const hidden of copy.querySelectorAll('.spoken')) hidden.remove()
      return copy.textContent
    }),
  )
}
