import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { importLines } from '../../src/knowledge/import.ts'
import { startTestApp, type TestApp, until } from '../helpers/app.ts'
import { aGuest, anAssistant, type Person, signUp } from '../helpers/people.ts'

type DocumentView = {
  id: number
  status: string
  error: string | null
  filename: string
  chunks_count: number
  progress: number
  size: number
  content_type: string
}

async function aLibrary(flags: Record<string, string> = {}) {
  const app = await startTestApp({ flags })
  const anna = await signUp(app, 'anna')
  const assistant = await anAssistant(app, anna)
  const send = (name: string, content: string | Uint8Array) =>
    upload(app, anna, { assistant_id: assistant.id, name, content })
  const settled = (id: number) =>
    until(async () => {
      const { body } = await anna.call<DocumentView>('GET', `/api/documents/${id}`)
      return body.status === 'processing' ? undefined : body
    }, 20_000)
  return { app, anna, assistant, send, settled, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() }
}

function upload(
  app: TestApp,
  owner: Person,
  file: { assistant_id: number; name: string; content: string | Uint8Array },
) {
  const form = new FormData()
  form.set('file', new Blob([file.content as BlobPart]), file.name)
  form.set('assistant_id', String(file.assistant_id))
  return app.call<DocumentView>('POST', '/api/documents/upload', { raw: form, token: owner.token })
}

test('an uploaded text is read in the background and answers questions, under its own Cyrillic name', async () => {
  await using library = await aLibrary()
  const sent = await library.send(
    'Условия возврата.md',
    '# Возврат\n\nТовар можно вернуть в течение четырнадцати дней после покупки.',
  )
  assert.deepEqual([sent.status, sent.body.status, sent.body.filename], [201, 'processing', 'Условия возврата.md'])
  const done = await library.settled(sent.body.id)
  assert.deepEqual([done.status, done.chunks_count, done.progress], ['completed', 1, 1])
  const guest = await aGuest(library.app, library.assistant)
  const answer = await guest.answerTo((await guest.say('В течение скольких дней можно вернуть товар?')).body.id)
  assert.match(answer.text, /четырнадцати дней/)
  assert.equal(answer.sources[0]!.document_id, sent.body.id)
})

test('real PDF and DOCX files in Russian are read and found', async () => {
  await using library = await aLibrary()
  const folder = join(import.meta.dirname, '..', 'fixtures', 'documents')
  const files = readdirSync(folder).filter((name) => /\.(pdf|docx|xlsx)$/.test(name) && !/locked/.test(name))
  assert.ok(files.length >= 2)
  for (const name of files) {
    const sent = await library.send(name, readFileSync(join(folder, name)))
    assert.equal(sent.status, 201, name)
    const done = await library.settled(sent.body.id)
    assert.equal(done.status, 'completed', `${name}: ${done.error}`)
    assert.ok(done.chunks_count > 0)
  }
})

test('the same content again is the existing document', async () => {
  await using library = await aLibrary()
  const first = await library.send('a.txt', 'Доставка бесплатна от 5000 рублей.')
  const second = await library.send('b.txt', 'Доставка бесплатна от 5000 рублей.')
  assert.deepEqual([second.status, second.body.id], [200, first.body.id])
  assert.equal((await library.anna.call<unknown[]>('GET', '/api/documents')).body.length, 1)
})

test('a file that cannot be read ends failed with a reason, and the next one works', async () => {
  await using library = await aLibrary()
  const bad: [string, string | Uint8Array, RegExp][] = [
    ['пусто.txt', '', /пуст/],
    ['обрыв.pdf', Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog'), /повреждён|текста/],
    ['обрыв.docx', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(400, 7)]), /повреждён/],
  ]
  for (const [name, content, reason] of bad) {
    const sent = await library.send(name, content)
    if (sent.status === 415) continue
    assert.equal(sent.status, 201, name)
    const done = await library.settled(sent.body.id)
    assert.equal(done.status, 'failed', name)
    assert.match(done.error!, reason, name)
  }
  const good = await library.send('хорошо.txt', 'Мы открыты ежедневно с десяти утра.')
  assert.equal((await library.settled(good.body.id)).status, 'completed')
})

test('a foreign format, a large file, a full quota and a broken form are refused by name and leave nothing behind', async () => {
  await using library = await aLibrary({ 'upload.max_mb': '1', 'upload.max_files': '2' })
  assert.deepEqual(
    [(await library.send('x.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))).body.error?.code],
    ['UNSUPPORTED_FORMAT'],
  )
  const large = await library.send('x.txt', 'я'.repeat(1_000_000))
  assert.deepEqual([large.status, large.body.error?.code], [413, 'FILE_TOO_LARGE'])
  const cut = await library.app.call('POST', '/api/documents/upload', {
    token: library.anna.token,
    raw: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc',
    headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
  })
  assert.deepEqual([cut.status, cut.body.error?.code], [422, 'VALIDATION_ERROR'])
  const boundless = await library.app.call('POST', '/api/documents/upload', {
    token: library.anna.token,
    raw: 'abc',
    headers: { 'Content-Type': 'multipart/form-data' },
  })
  assert.equal(boundless.status, 422)
  const json = await library.anna.call('POST', '/api/documents/upload', { assistant_id: 1 })
  assert.deepEqual([json.status, json.body.error?.details.field], [422, 'Content-Type'])
  for (const text of ['один', 'два']) assert.equal((await library.send('a.txt', text)).status, 201)
  const full = await library.send('a.txt', 'три')
  assert.deepEqual([full.status, full.body.error?.code], [413, 'UPLOAD_QUOTA_EXCEEDED'])
  assert.deepEqual(readdirSync(join(library.app.folder, 'uploads', 'incoming')), [])
})

test('names with paths in them are only names', async () => {
  await using library = await aLibrary()
  for (const name of [
    '../../../etc/passwd.txt',
    '..\\..\\win.txt',
    '/abs/file.txt',
    `${'д'.repeat(300)}.txt`,
    'a\nb.txt',
  ]) {
    const sent = await library.send(name, `Текст о ${name}`)
    assert.equal(sent.status, 201)
    assert.equal(/[/\\\n]/.test(sent.body.filename), false, sent.body.filename)
    assert.ok(sent.body.filename.length <= 255)
  }
})

test('a deleted document answers nothing any more, and its file is gone', async () => {
  await using library = await aLibrary()
  const sent = await library.send('a.txt', 'Секретный код двери 4815162342 знает сторож Петрович.')
  await library.settled(sent.body.id)
  const guest = await aGuest(library.app, library.assistant)
  assert.match(
    (await guest.answerTo((await guest.say('Какой секретный код двери знает сторож?')).body.id)).text,
    /4815162342/,
  )
  assert.deepEqual((await library.anna.call('DELETE', `/api/documents/${sent.body.id}`)).body, { success: true })
  assert.doesNotMatch(
    (await guest.answerTo((await guest.say('Какой секретный код двери знает сторож?')).body.id)).text,
    /4815162342/,
  )
  await until(async () => (await library.app.ctx.db.selectFrom('tasks').select('id').execute()).length === 0)
  assert.deepEqual(
    readdirSync(join(library.app.folder, 'uploads')).filter((name) => name !== 'incoming'),
    [],
  )
  assert.equal(
    (await library.app.ctx.db.selectFrom('passages').selectAll().where('lane', '=', 'doc').execute()).length,
    0,
  )
  assert.equal((await library.anna.call('DELETE', `/api/documents/${sent.body.id}`)).status, 404)
})

test('pairs are added, found by other word forms, changed, listed and deleted', async () => {
  await using library = await aLibrary()
  const { anna, assistant } = library
  const added = await anna.call<{ id: number; tags: string[] }>('POST', '/api/qa-knowledge', {
    assistant_id: assistant.id,
    question: 'Как оплатить заказ картой?',
    answer: 'Картой — на сайте или курьеру.',
    tags: ['оплата'],
  })
  assert.deepEqual([added.status, added.body.tags], [201, ['оплата']])
  const found = await anna.call<{ id: number }[]>(
    'GET',
    `/api/qa-knowledge?assistant_id=${assistant.id}&q=${encodeURIComponent('оплата заказов картами')}`,
  )
  assert.equal(found.body[0]!.id, added.body.id)
  const changed = await anna.call<{ answer: string; question: string }>('PUT', `/api/qa-knowledge/${added.body.id}`, {
    answer: 'Любой картой.',
  })
  assert.deepEqual([changed.body.answer, changed.body.question], ['Любой картой.', 'Как оплатить заказ картой?'])
  const guest = await aGuest(library.app, assistant)
  assert.equal((await guest.answerTo((await guest.say('как оплатить заказ картой')).body.id)).text, 'Любой картой.')
  const list = await anna.call<unknown[]>('GET', '/api/qa-knowledge?limit=1')
  assert.deepEqual([list.body.length, list.headers.get('x-total-count')], [1, '2'])
  assert.equal((await anna.call('DELETE', `/api/qa-knowledge/${added.body.id}`)).status, 200)
  assert.equal((await anna.call('GET', `/api/qa-knowledge/${added.body.id}`)).status, 404)
})

test('an import keeps ids, replaces what it has seen, and lists bad lines while the rest goes on', async () => {
  await using library = await aLibrary()
  const file = join(library.app.folder, 'lines.jsonl')
  const lines = [
    '{"id":"d1","title":"Доставка","text":"Доставка по Туле стоит 200 рублей."}',
    'not json',
    '{"id":"d2","title":"x"}',
    '',
    '{"id":7,"question":"Есть ли самовывоз?","answer":"Да, из Тулы.","tags":["самовывоз"]}',
    '{"text":"без id"}',
  ]
  writeFileSync(file, lines.join('\n'))
  const first = await importLines(library.app.ctx, library.assistant, file)
  assert.deepEqual([first.added, first.chunks, first.failed.map((one) => one.line)], [2, 2, [2, 3, 6]])
  writeFileSync(file, lines[0]!.replace('200', '250'))
  await importLines(library.app.ctx, library.assistant, file)
  const documents = await library.anna.call<{ external_id: string }[]>('GET', '/api/documents')
  assert.deepEqual(
    documents.body.map((one) => one.external_id),
    ['d1'],
  )
  const guest = await aGuest(library.app, library.assistant)
  assert.match((await guest.answerTo((await guest.say('Сколько стоит доставка по Туле?')).body.id)).text, /250 рублей/)
})

test('an assistant that is deleted lets go of everything it knew; its dialogs stay readable', async () => {
  await using library = await aLibrary()
  const sent = await library.send('a.txt', 'Мы открыты с десяти до двадцати.')
  await library.settled(sent.body.id)
  const guest = await aGuest(library.app, library.assistant)
  await guest.answerTo((await guest.say('Сколько стоит доставка в Казань?')).body.id)
  assert.equal((await library.anna.call('DELETE', `/api/assistants/${library.assistant.id}`)).status, 200)
  await until(async () => (await library.app.ctx.db.selectFrom('tasks').select('id').execute()).length === 0)
  for (const table of ['passages', 'documents', 'questions', 'passage_stems', 'passage_lanes'] as const) {
    assert.equal((await library.app.ctx.db.selectFrom(table).selectAll().execute()).length, 0, table)
  }
  const dialog = await library.anna.call('GET', `/api/dialogs/${guest.dialog_id}`)
  assert.deepEqual([dialog.status, dialog.body.status], [200, 'archived'])
  assert.equal((await library.anna.call('GET', `/api/assistants/${library.assistant.id}`)).status, 404)
})
