import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { aDesk, type Desk } from '../handoff/desk.ts'
import { until } from '../helpers/app.ts'
import { engines } from '../helpers/engines.ts'
import { aGuest, signUp } from '../helpers/people.ts'
import { PNG } from '../helpers/picture.ts'

type Attached = { id: number; text: string; attachments: { id: number; name: string; content_type: string }[] }
type Sent = { bytes?: Buffer; name?: string; text?: string; client_message_id?: string | undefined }

function attach(desk: Desk, sent: Sent = {}, guest = desk.guest) {
  const { bytes = PNG, name = 'чек.png', text, client_message_id = randomUUID() } = sent
  const form = new FormData()
  if (text !== undefined) form.set('text', text)
  form.set('client_message_id', client_message_id)
  form.set('file', new Blob([new Uint8Array(bytes)]), name)
  const path = `/api/widget/dialogs/${guest.dialog_id}/files`
  return desk.app.call<Attached>('POST', path, { raw: form, token: guest.token })
}

async function kept(desk: Desk) {
  const folder = join(desk.app.folder, 'uploads')
  const files = async (name: string) => readdir(join(folder, name)).catch(() => [])
  const rows = await desk.app.ctx.db.selectFrom('attachments').select('id').execute()
  return { rows: rows.length, files: (await files('attachments')).length, incoming: (await files('incoming')).length }
}

const NOTHING = { rows: 0, files: 0, incoming: 0 }
const ONE = { rows: 1, files: 1, incoming: 0 }

for (const engine of engines) {
  test(`${engine}: a file and what is said with it are one message, which both sides open`, async () => {
    await using desk = await aDesk({ engine })
    const said = await attach(desk, { text: 'Вот чек' })
    const [file] = said.body.attachments
    assert.deepEqual([said.status, said.body.text, file!.name], [201, 'Вот чек', 'чек.png'])
    assert.equal(file!.content_type, 'image/png')
    const open = (path: string, token: string) =>
      fetch(`${desk.app.url}${path}/files/${file!.id}`, { headers: { Authorization: `Bearer ${token}` } })
    for (const api of ['widget', 'site']) {
      const own = await open(`/api/${api}/dialogs/${desk.guest.dialog_id}`, desk.guest.token)
      assert.deepEqual(Buffer.from(await own.arrayBuffer()), PNG)
      assert.equal(own.headers.get('content-type'), 'image/png')
      assert.match(own.headers.get('content-security-policy')!, /sandbox/)
    }
    assert.equal((await open(desk.path, desk.owner.token)).status, 200)
    assert.deepEqual(await kept(desk), ONE)
  })

  test(`${engine}: of many equal requests at once one message is said and one file kept`, async () => {
    await using desk = await aDesk({ engine })
    const all = await Promise.all(Array.from({ length: 8 }, () => attach(desk, { client_message_id: 'same' })))
    assert.equal(new Set(all.map(({ body }) => body.id)).size, 1)
    assert.deepEqual(all.map(({ status }) => status).sort(), [...Array(7).fill(200), 201])
    assert.deepEqual(await kept(desk), ONE)
  })
}

test('a repeat with another file is the first message, and its file is not kept', async () => {
  await using desk = await aDesk()
  const first = await attach(desk, { client_message_id: 'm1' })
  const again = await attach(desk, { client_message_id: 'm1', bytes: Buffer.concat([PNG, PNG]), name: 'b.png' })
  assert.deepEqual([again.status, again.body], [200, { ...first.body }])
  assert.deepEqual(await kept(desk), ONE)
})

test('a file is what its bytes say: a picture by name only, a script in a picture’s name and nothing at all are refused, and leave nothing', async () => {
  await using desk = await aDesk()
  for (const [name, bytes] of [
    ['a.png', Buffer.from('<script>alert(1)</script>')],
    ['a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['a.pdf', Buffer.from('MZ\x90\0')],
    ['a.png', Buffer.alloc(0)],
  ] as const) {
    const refusal = await attach(desk, { bytes, name })
    assert.deepEqual([refusal.status, refusal.body.error?.code], [415, 'UNSUPPORTED_FORMAT'], name)
  }
  assert.equal((await attach(desk, { name: 'договор.exe', bytes: Buffer.from('%PDF-1.7\n') })).status, 201)
  assert.deepEqual(await kept(desk), ONE)
})

test('a file too large, a form without its fields and one that breaks off leave nothing', async () => {
  await using desk = await aDesk({ flags: { 'attachments.max_mb': '1' } })
  const large = await attach(desk, { bytes: Buffer.concat([PNG, Buffer.alloc(1024 * 1024)]) })
  assert.deepEqual([large.status, large.body.error?.code], [413, 'FILE_TOO_LARGE'])
  assert.equal((await attach(desk, { client_message_id: 'not an id!' })).status, 422)
  assert.equal((await attach(desk, { text: 'x'.repeat(4097) })).status, 422)
  assert.equal((await attach(desk, { text: 'a\0b' })).status, 422)
  const path = `/api/widget/dialogs/${desk.guest.dialog_id}/files`
  const broken = await desk.app.call('POST', path, {
    raw: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc',
    headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
    token: desk.guest.token,
  })
  assert.equal(broken.status, 422)
  await until(async () => JSON.stringify(await kept(desk)) === JSON.stringify(NOTHING))
  assert.equal((await desk.guest.messages()).length, 0)
})

test('a dialog takes twenty files, and the twenty-first leaves no message either', async () => {
  await using desk = await aDesk()
  for (let n = 0; n < 20; n++) await attach(desk, { bytes: Buffer.concat([PNG, Buffer.from(String(n))]) })
  const more = await attach(desk, { bytes: Buffer.concat([PNG, Buffer.from('x')]), text: 'Ещё' })
  assert.deepEqual([more.status, more.body.error?.code], [413, 'UPLOAD_QUOTA_EXCEEDED'])
  assert.deepEqual(await kept(desk), { rows: 20, files: 20, incoming: 0 })
  assert.equal(
    (await desk.guest.messages()).some(({ text }) => text === 'Ещё'),
    false,
  )
})

test('a file is closed to other guests, other owners and whoever has no token, and so is the dialog it would go to', async () => {
  await using desk = await aDesk()
  const file = (await attach(desk)).body.attachments[0]!
  const other = await aGuest(desk.app, desk.assistant)
  const boris = await signUp(desk.app, 'boris')
  const path = `/api/widget/dialogs/${desk.guest.dialog_id}/files/${file.id}`
  assert.equal((await desk.app.call('GET', path, { token: other.token })).status, 404)
  assert.equal((await desk.app.call('GET', path)).status, 401)
  const inTheirs = `/api/widget/dialogs/${other.dialog_id}/files/${file.id}`
  assert.equal((await desk.app.call('GET', inTheirs, { token: other.token })).status, 404)
  assert.equal((await boris.call('GET', `${desk.path}/files/${file.id}`)).status, 404)
  const before = await kept(desk)
  const intruder = { ...desk.guest, token: other.token }
  assert.equal((await attach(desk, {}, intruder)).status, 404)
  assert.deepEqual(await kept(desk), before)
})
