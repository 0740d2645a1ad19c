import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { forgetUnclaimed } from '../../src/support/attachments/attachments.ts'
import { engines } from '../helpers/engines.ts'
import { signUp } from '../helpers/people.ts'
import { PNG } from '../helpers/picture.ts'
import { aScene, open, type Scene, seen, upload } from './scene.ts'

const lying = ({ app }: Scene) => readdir(join(app.folder, 'uploads/support')).catch(() => [])

for (const engine of engines) {
  test(`${engine}: files go with a message, both sides save them, and a stranger finds nothing`, async () => {
    await using scene = await aScene({ engine })
    const { app, anna, boss } = scene
    const boris = await signUp(app, 'boris')
    const file = await upload(scene, anna)
    const { ticket_id } = (await open(scene, { attachments: [file, 'лог.txt'] })).body
    const [first] = (await seen(anna, ticket_id)).messages
    assert.deepEqual([first?.attachments.map(({ name }) => name), first?.labels], [['снимок.png'], ['лог.txt']])
    const theirs = await upload(scene, boss, 'ответ.png')
    await boss.call('POST', `/api/admin/support/tickets/${ticket_id}/reply`, { message: 'Вот', attachments: [theirs] })
    for (const [person, id, status] of [
      [anna, file, 200],
      [anna, theirs, 200],
      [boss, file, 200],
      [boris, file, 404],
      [boris, theirs, 404],
    ] as const) {
      const headers = { Authorization: `Bearer ${person.token}` }
      const answer = await fetch(`${app.url}/api/support/attachments/${id}`, { headers })
      assert.equal(answer.status, status)
      if (status !== 200) continue
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), PNG)
      assert.match(answer.headers.get('content-disposition') ?? '', /^attachment/)
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    }
  })

  test(`${engine}: a file goes with one message only, and nobody else's can be given; then nothing is written`, async () => {
    await using scene = await aScene({ engine })
    const boris = await signUp(scene.app, 'boris')
    const file = await upload(scene, scene.anna)
    const stolen = await open(scene, { attachments: [file] }, { token: boris.token })
    const missing = await open(scene, { attachments: [`file_${'a'.repeat(22)}`] }, { token: boris.token })
    assert.deepEqual([stolen.status, missing.status], [404, 404])
    const both = await Promise.all([open(scene, { attachments: [file] }), open(scene, { attachments: [file] })])
    assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 404])
    const tickets = await scene.app.ctx.db.selectFrom('tickets').select('id').execute()
    assert.equal(tickets.length, 1)
  })

  test(`${engine}: of many uploads at once only so many wait for their message`, async () => {
    await using scene = await aScene({ engine })
    for (let n = 0; n < 19; n++) await upload(scene, scene.anna)
    const send = () => {
      const form = new FormData()
      form.set('file', new Blob([new Uint8Array(PNG)]), 'x.png')
      return scene.app.call('POST', '/api/support/attachments', { raw: form, token: scene.anna.token })
    }
    const all = await Promise.all([send(), send(), send()])
    assert.deepEqual(all.map(({ status }) => status).toSorted(), [201, 413, 413])
    assert.equal((await lying(scene)).length, 20)
  })
}

test('what is no image or PDF, or too large, is refused and not kept', async () => {
  await using scene = await aScene({ flags: { 'attachments.max_mb': '1' } })
  const send = (bytes: Buffer, name: string) => {
    const form = new FormData()
    form.set('file', new Blob([new Uint8Array(bytes)]), name)
    return scene.app.call('POST', '/api/support/attachments', { raw: form, token: scene.anna.token })
  }
  assert.equal((await send(Buffer.from('<svg onload=alert(1)>'), 'x.png')).status, 415)
  assert.equal((await send(Buffer.concat([PNG, Buffer.alloc(2 ** 20)]), 'x.png')).status, 413)
  assert.deepEqual(await lying(scene), [])
})

test('a file that no message took is removed at night, one that was sent stays', async () => {
  await using scene = await aScene()
  const kept = await upload(scene, scene.anna)
  await open(scene, { attachments: [kept] })
  await upload(scene, scene.anna)
  assert.equal((await lying(scene)).length, 2)
  await forgetUnclaimed(scene.app.ctx, scene.app.ctx.now() - 60_000)
  assert.equal((await lying(scene)).length, 2)
  await forgetUnclaimed(scene.app.ctx, scene.app.ctx.now() + 1)
  assert.equal((await lying(scene)).length, 1)
})
