import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getDialog } from '../../src/dialogs/dialogs.ts'
import { rateAnswer } from '../../src/dialogs/visitors.ts'
import { until } from '../helpers/app.ts'
import { aGuest } from '../helpers/people.ts'
import { startBrowser } from '../web/browser.ts'
import { hostile, openDesk, sit, textOf } from './desk.ts'

test('whatever a visitor calls themselves, writes or comes from is text: no script, no markup, no request to strangers', async () => {
  const [browser, desk] = await Promise.all([startBrowser(), openDesk()])
  const { app, owner, assistant } = desk
  const guests = []
  for (const text of hostile) {
    const guest = await aGuest(app, assistant)
    guests.push(guest)
    await guest.say(hostile.join('\n'))
    await app.ctx.db
      .updateTable('dialogs')
      .set({
        first_name: text,
        last_name: text,
        email: text,
        telegram_username: text,
        external_id: text,
        page_url: text,
        page_title: text,
        handoff_reason: text,
      })
      .where('id', '=', guest.dialog_id)
      .execute()
    await owner.call('POST', `/api/dialogs/${guest.dialog_id}/notes`, { text })
    const dialog = await getDialog(app.ctx, { tenant_id: owner.id, is_admin: false }, guest.dialog_id)
    await rateAnswer(app.ctx, dialog, { rating: 'down', comment: text })
    await owner.call('POST', '/api/canned-replies', { shortcut: `r${guest.dialog_id}`, text })
  }
  await app.ctx.db.updateTable('users').set({ first_name: hostile[1]!, last_name: hostile[2]! }).execute()
  await owner.call('POST', `/api/dialogs/${guests[0]!.dialog_id}/handoff/take`, {})

  const { page, strangers, complaints } = await sit(browser, desk, owner, '/inbox')
  await page.locator('[data-dialog]').first().waitFor()
  for (const [index, guest] of guests.entries()) {
    await page.locator(`[data-dialog="${guest.dialog_id}"] a`).click()
    await page.locator('.entry.note').waitFor()
    await until(async () => (await textOf(page.locator('.details'))).includes(hostile[index]!))
    await page
      .locator('.evidence > summary')
      .first()
      .click({ timeout: 2000 })
      .catch(() => undefined)
    await page.getByLabel('Ответ посетителю').fill('/r')
    await page.getByRole('option').first().waitFor()
    await page.getByLabel('Ответ посетителю').fill('')
    const found = await page.evaluate(() => ({
      pwned: (window as { pwned?: number }).pwned,
      tags: [...document.querySelectorAll('main :is(script, iframe, style, object, img)')].map((one) => one.outerHTML),
      links: [...document.querySelectorAll('main a')].map((one) => (one as HTMLAnchorElement).protocol),
    }))
    assert.equal(found.pwned, undefined)
    assert.deepEqual(found.tags, [])
    assert.deepEqual(
      found.links.filter((one) => !/^(https?|mailto):$/.test(one)),
      [],
    )
  }
  assert.deepEqual([strangers, complaints], [[], []])
  await browser.close()
  await app[Symbol.asyncDispose]()
})
