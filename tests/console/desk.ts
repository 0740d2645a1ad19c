import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import type { Assistant } from '../../src/assistants/assistants.ts'
import { startTestApp, type TestApp, until } from '../helpers/app.ts'
import { anAssistant, PASSWORD, type Person, signUp } from '../helpers/people.ts'

/** What must stay text wherever somebody may write it. */
export const hostile = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '"><svg onload="window.pwned = 1">',
  "'><iframe srcdoc='<script>parent.pwned = 1</script>'></iframe>",
  '[press](javascript:window.pwned=1)',
  '[press](data:text/html,<script>window.pwned=1</script>)',
  '![picture](https://evil.example/pixel.png)',
  '[https://bank.example](https://evil.example/steal)',
  '<a href="javascript:window.pwned=1">press</a>',
  '{{constructor.constructor("window.pwned=1")()}}',
  '<style>*{display:none}</style>',
  '</textarea><script>window.pwned = 1</script>',
  'javascript:window.pwned=1',
  '\u202etxt.exe',
  '__proto__',
  '=cmd|/c calc',
]

export type Desk = { app: TestApp; owner: Person; assistant: Assistant }

/** The appliance with an owner and an assistant that knows about delivery. */
export async function openDesk(flags: Record<string, string> = {}): Promise<Desk> {
  const app = await startTestApp({ flags: { 'limits.assets': '100000/1m', ...flags } })
  const owner = await signUp(app, 'maria')
  await owner.call('PATCH', '/api/users/me', { first_name: 'Мария', last_name: 'Ильина' })
  return { app, owner, assistant: await anAssistant(app, owner, { name: 'Лист' }) }
}

export type Seen = {
  page: Page
  /** Addresses asked for outside our own host. */
  strangers: string[]
  /** What the browser's log and its policy complained of. */
  complaints: string[]
}

/** Opens a path of the console in a browser of its own, with everything the browser complains of. */
export async function look(
  browser: Browser,
  { app }: Desk,
  path = '',
  options: BrowserContextOptions = {},
): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'ru-RU', ...options })
  const page = await context.newPage()
  const strangers: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(app.url)) strangers.push(request.url())
  })
  page.on('console', (message) => {
    // A refusal of the API is told on the page; the browser's line about it says nothing of the page itself.
    const isRefusal = message.text().startsWith('Failed to load resource')
    if (['warning', 'error'].includes(message.type()) && !isRefusal) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => {
    complaints.push(`a script ran: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    )
  })
  await page.goto(`${app.url}/console${path}`)
  return { page, strangers, complaints }
}

/** Goes to a path of the console and waits until everything it asked for is there. */
export async function visitPage(page: Page, { app }: Desk, path: string): Promise<void> {
  await page.goto(`${app.url}/console${path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await until(async () => (await page.locator('.skeleton').count()) === 0)
}

/** The text of the first element that fits, as it stands in the page. */
export async function textOf(found: Locator): Promise<string> {
  return (await found.first().textContent()) ?? ''
}

/** Signs in at the door that is open. */
export async function enter(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Электронная почта').fill(email)
  await page.getByLabel('Пароль', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Войти' }).click()
  await page.getByRole('navigation').waitFor()
}

/** Somebody signed in at a path of the console. */
export async function sit(
  browser: Browser,
  desk: Desk,
  who: { email: string },
  path: string,
  options: BrowserContextOptions = {},
): Promise<Seen> {
  const seen = await look(browser, desk, path, options)
  await enter(seen.page, who.email)
  return seen
}
