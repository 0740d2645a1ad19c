import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteUser } from '../../src/users/users.ts'
import { startTestApp } from '../helpers/app.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'

test('of a deleted account nothing that was said is left, and its neighbour keeps everything', async () => {
  await using app = await startTestApp()
  const [anna, boris] = [await signUp(app, 'anna'), await signUp(app, 'boris')]
  for (const owner of [anna, boris]) {
    const guest = await aGuest(app, await anAssistant(app, owner))
    await guest.answerTo((await guest.say('Сколько стоит доставка в Казань?')).body.id)
  }
  await deleteUser(app.ctx, anna.id)
  for (const table of ['assistants', 'questions', 'dialogs', 'messages', 'evidence', 'events'] as const) {
    const rows = await app.ctx.db.selectFrom(table).select('tenant_id').execute()
    assert.ok(rows.length > 0, table)
    assert.deepEqual([...new Set(rows.map((row) => row.tenant_id))], [boris.id], table)
  }
  assert.equal((await anna.call('GET', '/api/users/me')).status, 401)
  assert.equal((await boris.call('GET', '/api/dialogs')).status, 200)
})

test('weak passwords are refused with the reason: too short, no digit, no letter, or among the first that are guessed', async () => {
  await using app = await startTestApp({ flags: { registration: 'open' } })
  for (const password of ['short1', 'onlyletters', '1234567890', 'Password123', `${'x'.repeat(130)}1`]) {
    const { status, body } = await app.call('POST', '/api/auth/register', {
      body: { email: 'x@example.com', password },
    })
    assert.deepEqual([status, body.error?.details.field], [422, 'password'], password)
  }
  assert.equal(
    (await app.call('POST', '/api/auth/register', { body: { email: 'x@example.com', password: 'чашка-чая-7' } }))
      .status,
    201,
  )
})
