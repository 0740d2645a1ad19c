import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { createAssistant } from '../../src/assistants/assistants.ts'
import { startBrowser } from '../web/browser.ts'
import { type Desk, enter, hostile, look, openDesk, textOf, visitPage } from './desk.ts'

let browser: Browser
let desk: Desk
before(async () => {
  ;[browser, desk] = await Promise.all([startBrowser(), openDesk()])
})
after(async () => {
  await browser.close()
  await desk.app[Symbol.asyncDispose]()
})

test('hostile text in every field stays text: no script, no markup, no request to strangers', async () => {
  const { app, owner } = desk
  for (const [index, text] of hostile.entries()) {
    const made = await createAssistant(app.ctx, owner.id, {
      name: text.slice(0, 100),
      description: text,
      system_prompt: text,
      widget: { title: text.slice(0, 100), greeting: text, suggestions: [text], consent_text: text },
    } as never)
    const assistant_id = made.id
    await owner.call('POST', '/api/qa-knowledge', {
      assistant_id,
      question: text,
      answer: hostile.join('\n\n'),
      tags: [text.slice(0, 90)],
    })
    await owner.call('POST', '/api/canned-replies', { shortcut: `r${index}`, text })
    const form = new FormData()
    form.set('assistant_id', String(assistant_id))
    form.set('file', new File(['Доставка 390 рублей.'], `${text}.txt`))
    await app.call('POST', '/api/documents/upload', { raw: form, token: owner.token })
  }
  await app.ctx.db.updateTable('users').set({ first_name: hostile[1]!, last_name: hostile[2]! }).execute()
  await owner.call('PUT', '/api/handoff/settings', { phrases: hostile.map((text) => text.slice(0, 100)) })

  const { page, strangers, complaints } = await look(browser, desk)
  await enter(page, owner.email)
  const last = (await owner.call<{ id: number }[]>('GET', '/api/assistants?limit=100')).body.map(({ id }) => id)
  const paths = [
    '/assistants',
    '/team',
    '/replies',
    '/settings',
    ...last.flatMap((id) => [
      `/assistants/${id}`,
      `/widget?assistant=${id}`,
      `/knowledge?assistant=${id}`,
      `/knowledge?assistant=${id}&tab=pairs`,
    ]),
    `/knowledge?tab=pairs&question=${encodeURIComponent(hostile[1]!)}`,
    `/inbox/${encodeURIComponent(hostile[0]!)}`,
  ]
  for (const path of paths) {
    await visitPage(page, desk, path)
    const found = await page.evaluate(() => ({
      pwned: (window as { pwned?: number }).pwned,
      tags: [...document.querySelectorAll('body script, img, iframe, body style, object, embed')].map(
        (n) => n.outerHTML,
      ),
      handlers: [...document.querySelectorAll('*')].flatMap((n) => n.getAttributeNames()).filter((n) => /^on/.test(n)),
      links: [...document.querySelectorAll('a')].map((n) => n.protocol).filter((one) => !/^https?:$/.test(one)),
    }))
    assert.deepEqual(found, { pwned: undefined, tags: [], handlers: [], links: [] }, path)
  }
  assert.deepEqual(strangers, [])
  assert.deepEqual(complaints, [])
  await page.context().close()
})

test('an answer full of markup is drawn as text, its links show where they lead, its pictures are never asked for', async () => {
  const { app, owner, assistant } = desk
  const question = 'Покажи опасный ответ про улун'
  await owner.call('POST', '/api/qa-knowledge', {
    assistant_id: assistant.id,
    question,
    answer: hostile.join('\n\n'),
    tags: [],
  })
  const { page, strangers, complaints } = await look(browser, desk)
  await enter(page, owner.email)
  await page.goto(`${app.url}/console/assistants/${assistant.id}`)
  await page.getByLabel('Вопрос клиента').fill(question)
  await page.getByLabel('Вопрос клиента').press('Enter')
  const answer = page.locator('.trial-answer .rich')
  await answer.waitFor()
  const text = await textOf(answer)
  assert.match(text, /<script>window\.pwned = 1<\/script>/)
  assert.match(text, /\(evil\.example\)/)
  const links = await answer
    .locator('a')
    .evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]))
  assert.ok(links.length > 0)
  for (const [href, rel] of links) {
    assert.match(href!, /^(https?|mailto):/)
    assert.match(rel!, /noopener/)
  }
  assert.equal(await page.evaluate(() => (window as { pwned?: number }).pwned), undefined)
  assert.deepEqual([strangers, complaints], [[], []])
  await page.context().close()
})

test('no page of the console may be shown inside another', async () => {
  const { page, complaints } = await look(browser, desk)
  await page
    .context()
    .route('**/frame.html', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${desk.app.url}/console"></iframe>` }),
    )
  await page.goto(`${desk.app.url}/frame.html`)
  await page.waitForTimeout(300)
  assert.match(complaints.join('\n'), /frame-ancestors|X-Frame-Options/i)
  assert.equal(await page.frames()[1]?.locator('#console').count(), 0)
  await page.context().close()
})
