import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockUser } from '../../src/auth/sessions.ts'
import { aColleague, aDesk } from '../handoff/desk.ts'
import { PASSWORD, signUp } from '../helpers/people.ts'

type Invited = { id: number; email: string; name: string; role: string; invite_url: string | null }
const IVAN = { email: 'ivan@example.com', name: 'Иван' }

test('an invited operator chooses a password by the link, once; a weak one leaves the link as good as it was', async () => {
  await using desk = await aDesk()
  const { app, owner } = desk
  const invited = await owner.call<Invited>('POST', '/api/operators', IVAN)
  assert.equal(invited.status, 201)
  assert.equal(invited.body.role, 'operator')
  const [base, token] = invited.body.invite_url!.split('/console/invite#')
  assert.equal(base, app.url, 'the link leads to where the owner is')
  const choose = (new_password: string) =>
    app.call('POST', '/api/auth/reset-password', { body: { token, new_password } })
  const enter = () => app.call('POST', '/api/auth/login', { body: { email: IVAN.email, password: PASSWORD } })
  assert.equal((await enter()).status, 401)
  assert.equal((await choose('short')).status, 422)
  assert.equal((await choose(PASSWORD)).status, 200)
  assert.equal((await enter()).status, 200)
  assert.equal((await choose('another horse 2')).status, 400)
})

test('a new link ends the one before', async () => {
  await using desk = await aDesk()
  const { app, owner } = desk
  const { body } = await owner.call<Invited>('POST', '/api/operators', IVAN)
  const again = await owner.call<{ invite_url: string }>('POST', `/api/operators/${body.id}/invite`)
  const choose = (url: string) =>
    app.call('POST', '/api/auth/reset-password', { body: { token: url.split('#')[1], new_password: PASSWORD } })
  assert.equal((await choose(body.invite_url!)).status, 400)
  assert.equal((await choose(again.body.invite_url)).status, 200)
})

test('a team is seen by its members, changed by its owner, and is nobody else’s', async () => {
  await using desk = await aDesk()
  const { app, owner } = desk
  const boris = await aColleague(desk, 'boris')
  const stranger = await signUp(app, 'stranger')
  const listed = await boris.call<Invited[]>('GET', '/api/operators')
  assert.deepEqual(
    listed.body.map((one) => [one.id, one.role]),
    [
      [owner.id, 'owner'],
      [boris.id, 'operator'],
    ],
  )
  assert.equal((await boris.call('POST', '/api/operators', IVAN)).status, 403)
  assert.equal((await boris.call('DELETE', `/api/operators/${boris.id}`)).status, 403)
  for (const id of [boris.id, owner.id]) {
    assert.equal((await stranger.call('DELETE', `/api/operators/${id}`)).status, 404)
    assert.equal((await stranger.call('POST', `/api/operators/${id}/invite`)).status, 404)
  }
  assert.equal((await owner.call('DELETE', `/api/operators/${owner.id}`)).status, 404, 'an owner is no operator')
  assert.equal((await owner.call('POST', '/api/operators', { ...IVAN, email: boris.email })).status, 409)
  assert.equal((await owner.call('DELETE', `/api/operators/${boris.id}`)).status, 200)
  assert.equal((await owner.call('DELETE', `/api/operators/${boris.id}`)).status, 404)
  assert.equal((await boris.call('GET', '/api/operators')).status, 401)
})

test('whose owner is blocked is shut out as well: living sessions, new ones and refreshed ones', async () => {
  await using desk = await aDesk()
  const { app, owner } = desk
  const boris = await aColleague(desk, 'boris')
  await blockUser(app.ctx, owner.id)
  assert.equal((await boris.call('GET', '/api/dialogs')).status, 401)
  const { refresh_token } = boris
  assert.equal((await app.call('POST', '/api/auth/refresh', { body: { refresh_token } })).status, 401)
  const enter = await app.call('POST', '/api/auth/login', { body: { email: boris.email, password: PASSWORD } })
  assert.equal(enter.status, 403)
})
