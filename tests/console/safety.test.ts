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

/** Puts every hostile text into every field: an assistant for each, and one base of knowledge with all of them. */
async function fillWith(texts: string[]): Promise<number[]> {
  const { app, owner, assistant } = desk
  const made: number[] = []
  for (const [index, text] of texts.entries()) {
    const { id } = await createAssistant(app.ctx, owner.id, {
      name: text.slice(0, 100),
      description: text,
      system_prompt: text,
      widget: { title: text.slice(0, 100), greeting: text, suggestions: [text], consent_text: text },
    } as never)
    made.push(id)
    const pair = { assistant_id: assistant.id, question: text, answer: texts.join('\n\n'), tags: [text.slice(0, 90)] }
    await owner.call('POST', '/api/qa-knowledge', pair)
    await owner.call('POST', '/api/canned-replies', { shortcut: `r${index}`, text })
    const form = new FormData()
    form.set('assistant_id', String(assistant.id))
    form.set('file', new File([`Доставка ${index} рублей.`], `${text}.txt`))
    await app.call('POST', '/api/documents/upload', { raw: form, token: owner.token })
  }
  await app.ctx.db.updateTable('users').set({ first_name: texts[1]!, last_name: texts[2]! }).execute()
  await owner.call('PUT', '/api/handoff/settings', { phrases: texts.map((text) => text.slice(0, 100)) })
  return made
}

async function assertHarmless(paths: string[]): Promise<void> {
  const { page, strangers, complaints } = await look(browser, desk)
  await enter(page, desk.owner.email)
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
}

let filled: Promise<number[]> | undefined
const hostileAssistants = () => {
  filled ??= fillWith(hostile)
  return filled
}

test('hostile text in lists, knowledge and addresses stays text: no script, no markup, no request to strangers', async () => {
  await hostileAssistants()
  const { assistant } = desk
  await assertHarmless([
    '/assistants',
    '/team',
    '/replies',
    '/settings',
    `/knowledge?assistant=${assistant.id}`,
    `/knowledge?assistant=${assistant.id}&tab=pairs`,
    `/knowledge?tab=pairs&question=${encodeURIComponent(hostile[1]!)}`,
    `/inbox/${encodeURIComponent(hostile[0]!)}`,
  ])
})

test('hostile text in every field of an assistant stays text', async () => {
  await assertHarmless((await hostileAssistants()).map((id) => `/assistants/${id}`))
})

test('hostile text in every field of a widget stays text', async () => {
  await assertHarmless((await hostileAssistants()).map((id) => `/widget?assistant=${id}`))
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
