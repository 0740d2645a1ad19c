import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp, type TestApp, until } from '../helpers/app.ts'
import { embedsLocally, openFakeOllama } from '../helpers/fake-ollama.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'

const idle = (app: TestApp) =>
  until(async () => (await app.ctx.db.selectFrom('tasks').select('id').execute()).length === 0, 15_000)
const sets = (app: TestApp) =>
  app.ctx.db
    .selectFrom('vector_sets as s')
    .innerJoin('passage_vectors as v', 'v.vector_set_id', 's.id')
    .select(['s.fingerprint', 'v.passage_id'])
    .execute()

test('passages get vectors as soon as an embedder is configured, and all anew when it is another one', async () => {
  await using fake = await openFakeOllama(['bge-m3:latest', 'other:latest'])
  const plain = await startTestApp()
  const anna = await signUp(plain, 'anna')
  const assistant = await anAssistant(plain, anna)
  await idle(plain)
  assert.equal((await sets(plain)).length, 0)
  await plain.stop()

  const flags = { data_dir: plain.folder, 'ollama.url': fake.url, 'embedder.provider': 'ollama' }
  const first = await startTestApp({ flags: { ...flags, 'embedder.model': 'bge-m3' } })
  await until(async () => (await sets(first)).length === 1)
  const before = (await sets(first))[0]!.fingerprint
  await idle(first)
  await first.stop()

  await using second = await startTestApp({ flags: { ...flags, 'embedder.model': 'other' } })
  await until(
    async () => (await sets(second)).every((one) => one.fingerprint !== before) && (await sets(second)).length === 1,
  )
  const guest = await aGuest(second, assistant)
  const answer = await guest.answerTo((await guest.say('Сколько стоит доставка в Казань?')).body.id)
  assert.equal(answer.text, 'Доставка в Казань стоит 390 рублей.')
})

test('an embedder that is away delays vectors and never an answer', async () => {
  const fake = await openFakeOllama()
  await fake.switchOff()
  await using app = await startTestApp({
    flags: { 'ollama.url': fake.url, 'embedder.provider': 'ollama', 'embedder.model': 'bge-m3' },
  })
  const guest = await aGuest(app, await anAssistant(app, await signUp(app, 'anna')))
  const begun = performance.now()
  const answer = await guest.answerTo((await guest.say('Сколько стоит доставка в Казань?')).body.id)
  assert.equal(answer.text, 'Доставка в Казань стоит 390 рублей.')
  assert.ok(performance.now() - begun < 4000)
})

test('an embedder whose vectors change their size is reported, and the words go on answering', async () => {
  await using fake = await openFakeOllama()
  const flags = { 'ollama.url': fake.url, 'embedder.provider': 'ollama', 'embedder.model': 'bge-m3' }
  const first = await startTestApp({ flags })
  const assistant = await anAssistant(first, await signUp(first, 'anna'))
  await until(async () => (await sets(first)).length === 1)
  await first.stop()
  fake.always(embedsLocally((rows) => rows.map((row) => (row as number[]).slice(0, 5))))
  await using second = await startTestApp({ flags: { ...flags, data_dir: first.folder } })
  const guest = await aGuest(second, assistant)
  const answer = await guest.answerTo((await guest.say('Сколько стоит доставка в Казань?')).body.id)
  assert.equal(answer.text, 'Доставка в Казань стоит 390 рублей.')
  assert.match(second.logged.join(''), /VECTOR_SIZE_MISMATCH/)
})

test('a start without an embedder asks nothing; one that lost its embedder lets the vectors go', async () => {
  await using fake = await openFakeOllama()
  const facts = (app: TestApp) =>
    app.ctx.db.selectFrom('events').select('id').where('name', '=', 'passages.added').execute()
  const first = await startTestApp()
  await anAssistant(first, await signUp(first, 'anna'))
  await idle(first)
  const said = (await facts(first)).length
  await first.stop()
  const again = await startTestApp({ flags: { data_dir: first.folder } })
  assert.equal((await facts(again)).length, said)
  await again.stop()
  const flags = { 'ollama.url': fake.url, 'embedder.provider': 'ollama', 'embedder.model': 'bge-m3' }
  const embedded = await startTestApp({ flags: { ...flags, data_dir: first.folder } })
  await until(async () => (await sets(embedded)).length === 1)
  await idle(embedded)
  await embedded.stop()
  await using bare = await startTestApp({ flags: { data_dir: first.folder } })
  await until(async () => (await sets(bare)).length === 0)
})
