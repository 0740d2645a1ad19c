import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { projectRoot } from '../../src/lib/entry.ts'
import { aGuest } from '../helpers/people.ts'
import { startBrowser } from '../web/browser.ts'
import { type Desk, enter, look, openDesk, visitPage } from './desk.ts'

const PAGES = [
  '',
  '/inbox',
  '/inbox/1',
  '/assistants',
  '/assistants/new',
  '/assistants/1',
  '/knowledge',
  '/knowledge?tab=pairs',
  '/unanswered',
  '/widget',
  '/telegram',
  '/team',
  '/replies',
  '/settings',
  '/nowhere',
]
const LIMIT = 120 * 1024 // what a phone on a slow line takes in a second or two

let browser: Browser
let desk: Desk
before(async () => {
  ;[browser, desk] = await Promise.all([startBrowser(), openDesk()])
  const guest = await aGuest(desk.app, desk.assistant)
  await guest.answerTo((await guest.say('Сколько стоит доставка в Казань?')).body.id)
  await guest.answerTo((await guest.say('Есть ли чайники из глины?')).body.id)
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/notes`, { text: 'Постоянный клиент' })
})
after(async () => {
  await browser.close()
  await desk.app[Symbol.asyncDispose]()
})

async function walk(page: Page, each: (path: string) => Promise<void>): Promise<void> {
  for (const path of PAGES) {
    await visitPage(page, desk, path)
    await each(path)
  }
}

const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

// The lowest contrast of any text that is shown, with the text: WCAG 2.2, 1.4.3 asks for 4.5.
const worstContrast = (page: Page) =>
  page.evaluate(() => {
    const parse = (css: string) => css.match(/[\d.]+/g)!.map(Number)
    const light = (rgb: number[]) => {
      const [r, g, b] = rgb.slice(0, 3).map((part) => {
        const share = part / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      }) as [number, number, number]
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const groundOf = (node: Element | null): number[] => {
      for (let one = node; one; one = one.parentElement) {
        const color = parse(getComputedStyle(one).backgroundColor)
        if (color[3] === undefined || color[3] === 1) return color
      }
      return [255, 255, 255]
    }
    let worst = { ratio: 21, text: '' }
    for (const node of document.querySelectorAll('body *')) {
      const text = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent?.trim())
      if (!text || !node.checkVisibility({ opacityProperty: true }) || node.matches(':disabled, option')) continue
      if (node.closest('.spoken, .preview')) continue // unseen, and in the colours the owner chose
      const [a, b] = [light(parse(getComputedStyle(node).color)), light(groundOf(node))]
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
      if (ratio < worst.ratio) worst = { ratio, text: `${node.localName}.${node.className}: ${node.textContent}` }
    }
    return worst
  })

test('the whole console weighs at most 120 KB packed', async (t) => {
  await desk.app.call('GET', '/console')
  const sizes = await Promise.all(
    ['console.js', 'console.css'].map(async (name) => {
      const file = await readFile(join(projectRoot, 'dist', 'web', 'console', name))
      return gzipSync(file, { level: 9 }).length
    }),
  )
  const sum = sizes[0]! + sizes[1]!
  t.diagnostic(`console.js ${sizes[0]} B, console.css ${sizes[1]} B, together ${(sum / 1024).toFixed(1)} KB gzip`)
  assert.ok(sum <= LIMIT)
})

for (const [name, viewport] of Object.entries({
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
})) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`no page breaks the policy, asks a stranger, scrolls sideways or is hard to read (${name}, ${colorScheme})`, async () => {
      const seen = await look(browser, desk, '', { viewport, colorScheme })
      await enter(seen.page, desk.owner.email)
      await walk(seen.page, async (path) => {
        assert.equal(await seen.page.locator('.empty[role=alert]').count(), 0, `${path} could not load something`)
        assert.ok((await overflow(seen.page)) <= 0, `${path} scrolls sideways`)
        const { ratio, text } = await worstContrast(seen.page)
        assert.ok(ratio >= 4.5, `${path}: ${ratio.toFixed(2)} for ${text}`)
      })
      assert.deepEqual(seen.strangers, [])
      assert.deepEqual(seen.complaints, [])
      await seen.page.context().close()
    })
  }
}

test('a policy violation would be seen by these tests', async () => {
  const { page, complaints } = await look(browser, desk)
  await page.evaluate(() => {
    try {
      document.body.innerHTML = '<b>text made into markup</b>'
    } catch {
      return // refused by Trusted Types, which is the point
    }
  })
  await page.waitForTimeout(100)
  assert.match(complaints.join('\n'), /policy: require-trusted-types-for/)
  await page.context().close()
})

test('on a phone everything that is pressed is at least 44 pixels high', async () => {
  const { page } = await look(browser, desk, '', { viewport: { width: 390, height: 844 } })
  await enter(page, desk.owner.email)
  await walk(page, async (path) => {
    const small = await page.evaluate(() =>
      [
        ...document.querySelectorAll(
          'main button, nav a, nav button, main select, main input:not([type=radio], [hidden])',
        ),
      ]
        .filter((node) => node.checkVisibility())
        .map((node) => (node.matches('[role=switch]') ? node.parentElement! : node))
        .filter((node) => node.getBoundingClientRect().height < 44 && !node.matches('.skip'))
        .map((node) => node.outerHTML.slice(0, 120)),
    )
    assert.deepEqual(small, [], path)
  })
  await page.context().close()
})

test('whoever signed in stays so over a reload; the access token is kept in no storage', async () => {
  const { page } = await look(browser, desk)
  await enter(page, desk.owner.email)
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))
  assert.doesNotMatch(kept, /eyJ|refresh|__Host/)
  await page.reload()
  await page.getByRole('navigation').waitFor()
  await page.context().close()
})

// A line so slow that tabs which do not wait for each other all send the same cookie.
async function overSlowLine(url: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((req, res) => {
    const pass = () => {
      const on = request(url + req.url, { method: req.method!, headers: req.headers }, (answer) => {
        res.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(res)
      })
      on.on('error', () => res.destroy())
      req.pipe(on)
    }
    setTimeout(pass, req.url === '/api/console/refresh' ? 300 : 0)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

test('two tabs that refresh at once both stay signed in', async () => {
  const line = await overSlowLine(desk.app.url)
  const { page } = await look(browser, { ...desk, app: { ...desk.app, url: line.url } })
  await enter(page, desk.owner.email)
  const tabs = [page, await page.context().newPage(), await page.context().newPage()]
  await Promise.all(tabs.map((tab) => tab.goto(`${line.url}/console/settings`)))
  await Promise.all(tabs.map((tab) => tab.getByText(desk.owner.email).waitFor()))
  await page.context().close()
  line.close()
})

test('signing out in one tab shows the door in the other, whose stream ends with the session', async () => {
  const { page } = await look(browser, desk)
  await enter(page, desk.owner.email)
  const other = await page.context().newPage()
  await other.goto(`${desk.app.url}/console/settings`)
  await other.getByRole('button', { name: 'Выйти' }).click()
  await other.getByRole('button', { name: 'Войти' }).waitFor()
  await page.getByRole('button', { name: 'Войти' }).waitFor()
  assert.deepEqual(await page.context().cookies(), [])
  await page.context().close()
})

test('a wrong password is told in words, in the language that was chosen', async () => {
  const { page } = await look(browser, desk)
  await page.getByRole('radio', { name: 'English' }).check()
  await page.getByLabel('E-mail').fill(desk.owner.email)
  await page.getByLabel('Password', { exact: true }).fill('wrong horse 1')
  await page.getByRole('button', { name: 'Sign in' }).click()
  const told = await page.getByRole('alert').textContent()
  assert.match(told!, /[a-z]{3}/i)
  assert.doesNotMatch(told!, /[а-я]/i)
  await page.context().close()
})

test('keys lead through the sections under a Russian layout, too, and never while somebody writes', async () => {
  const { page } = await look(browser, desk)
  await enter(page, desk.owner.email)
  const press = (code: string, key: string) =>
    page.evaluate(
      ([code, key]) =>
        window.dispatchEvent(new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true })),
      [code, key] as const,
    )
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await page.getByRole('heading', { level: 1, name: 'Команда' }).waitFor()
  await press('KeyG', 'п')
  await press('KeyR', 'к')
  await page.getByRole('heading', { level: 1, name: 'Готовые ответы' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('k')
  await page.getByRole('radio', { name: 'Вопросы и ответы' }).check()
  await page.getByLabel('Поиск').waitFor()
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('/')
  await page.keyboard.type('gi?')
  assert.equal(await page.getByLabel('Поиск').inputValue(), 'gi?')
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('Shift+Slash')
  await page.getByRole('dialog', { name: 'Клавиши' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.goto(`${desk.app.url}/console/assistants/${desk.assistant.id}`)
  await page.getByRole('heading', { level: 1, name: 'Лист' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { level: 1, name: 'Ассистенты' }).waitFor()
  await page.context().close()
})

test('a lost stream is told in a banner, which goes when the stream stands again', async () => {
  const { page } = await look(browser, desk)
  await page.route('**/api/events*', (route) => route.abort())
  await enter(page, desk.owner.email)
  await page.getByText('Связь прервалась').waitFor()
  await page.unroute('**/api/events*')
  await page.getByText('Связь прервалась').waitFor({ state: 'detached' })
  await page.context().close()
})

test('somebody who waits for a human is seen in the navigation and in the title of the tab at once', async () => {
  const { page } = await look(browser, desk, '/settings')
  await enter(page, desk.owner.email)
  const guest = await aGuest(desk.app, desk.assistant)
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/request`, {})
  await page.getByRole('link', { name: /1 человек ждёт/ }).waitFor()
  assert.equal(await page.title(), '(1) Настройки · ReplyX')
  await desk.owner.call('POST', `/api/dialogs/${guest.dialog_id}/handoff/cancel`, {})
  await page.getByRole('link', { name: /ждёт/ }).waitFor({ state: 'detached' })
  await page.context().close()
})
