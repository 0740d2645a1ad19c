import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { Eta } from 'eta'
import { startBrowser } from './browser.ts'
import { siteToken, startFakeSite } from './fake-site.ts'

const templates = fileURLToPath(new URL('../../templates/', import.meta.url))
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"

async function readPrices(lang: string): Promise<Record<string, string>[]> {
  const folder = `${templates}demo/knowledge/${lang}/`
  const list = (await readdir(folder)).find((name) => name.endsWith('.csv'))!
  return parse(await readFile(folder + list), { columns: true })
}

test('the demo page works on one host under the strictest policy and its questions go to the chat', async (t) => {
  const site = await startFakeSite()
  t.after(site.close)
  const eta = new Eta({ views: `${templates}demo` })
  const server = createServer(async (req, res) => {
    const url = new URL(req.url!, 'http://host')
    if (url.pathname === '/demo') {
      const { port } = server.address() as AddressInfo
      const facts = { site_token: siteToken, lang: url.searchParams.get('lang'), base_url: `http://127.0.0.1:${port}/` }
      res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy })
      res.end(eta.render('page.eta', facts))
    } else if (url.pathname.startsWith('/demo/')) {
      const types = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }
      res.setHeader('Content-Type', types[url.pathname.split('.').pop() as keyof typeof types])
      res.end(await readFile(templates + url.pathname.slice(1)))
    } else await site.serve(req, res, site.outDir)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close().closeAllConnections())
  const browser = await startBrowser()
  t.after(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 375, height: 812 } })
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  for (const [lang, heading] of [
    ['en', 'Try asking'],
    ['ru', 'Попробуйте спросить'],
  ]) {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/demo?lang=${lang}`)
    await page.getByRole('heading', { name: heading! }).waitFor()
    assert.equal(await page.locator('[data-ask]').count(), 6)
    assert.ok(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      `${lang} does not overflow`,
    )
  }
  const asked = new Promise<string>((resolve) => {
    site.control.onQuestion = ({ text }) => resolve(text)
  })
  await page.locator('[data-ask]').first().click()
  assert.equal(await asked, 'Сколько стоит доставка в Самару?')
  assert.deepEqual(complaints, [])
})

test('each language has the same sample documents and at least fifteen questions with answers', async () => {
  for (const lang of ['ru', 'en']) {
    const folder = `${templates}demo/knowledge/${lang}/`
    const endings = (await readdir(folder)).map((name) => name.split('.').pop()!).sort()
    assert.deepEqual(endings, ['csv', 'html', 'jsonl', 'md', 'md', 'md', 'md', 'md', 'md'])
    const pairs = (await readFile(`${folder}qa.jsonl`, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.ok(pairs.length >= 15 && new Set(pairs.map(({ id }) => id)).size === pairs.length)
    for (const { question, answer, tags } of pairs) {
      assert.ok(question.length <= 500 && answer.length <= 5000 && tags.length > 0)
    }
    assert.equal((await readPrices(lang)).length, 24)
  }
})

test('every price on the demo page is the price in the list', async () => {
  const page = await readFile(`${templates}demo/page.eta`, 'utf8')
  for (const [lang, name, price] of [
    ['ru', 'название', 'цена_руб'],
    ['en', 'name', 'price_rub'],
  ] as const) {
    const rows = await readPrices(lang)
    const shown = [...page.matchAll(/\['\w+', '([^']+)', '[^']+', '(\d+) ₽'\]/g)]
    const words = (title: string) => title.replace(/[«»"“”]/g, '')
    const priceOf = (title: string) => rows.find((row) => words(row[name]!).startsWith(words(title)))?.[price]
    const known = shown.filter(([, title]) => priceOf(title!))
    assert.equal(known.length, 6, `${lang}: the teas of the page are in the list`)
    for (const [, title, roubles] of known) assert.equal(priceOf(title!), roubles, title)
  }
})

test('every prompt template names itself, fits 1,500 characters and asks for passages, citations and silence about itself', async () => {
  const names = (await readdir(`${templates}assistants`)).sort()
  const wanted = ['faq', 'sales', 'support', 'universal'].flatMap((name) => [`${name}.en.md`, `${name}.ru.md`])
  assert.deepEqual(names, wanted)
  for (const name of names) {
    const [, front, prompt] = /^---\n(.*?)\n---\n(.*)$/s.exec(await readFile(`${templates}assistants/${name}`, 'utf8'))!
    assert.match(front!, /^name: .+\ndescription: .+$/)
    assert.ok(prompt!.length <= 1500, `${name} has ${prompt!.length} characters`)
    for (const rule of [
      /\[1\]/,
      /numbered passages|пронумерованн/,
      /person|сотрудник/,
      /language|языке/,
      /reveal|раскрывай/,
    ]) {
      assert.match(prompt!, rule, name)
    }
  }
})
