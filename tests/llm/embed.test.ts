import assert from 'node:assert/strict'
import { MINUTE } from '../../src/lib/time.ts'
import { embedder, embedPassages, embedQuestion } from '../../src/llm/embed.ts'
import { eachEngine } from '../helpers/engines.ts'
import { embedsLocally, refusesLocally } from '../helpers/fake-ollama.ts'
import { embeds, hangs, isClosed, refuses, type Step, sends, vectorOf } from '../helpers/fake-openai.ts'
import { aKey, aScene, type Scene, usage } from './scene.ts'

const LOCAL = { 'embedder.provider': 'ollama', 'embedder.model': 'bge-m3' }
const REMOTE = { 'embedder.provider': 'openai', 'embedder.model': 'text-embedding-3-small' }

eachEngine('without an embedder there is no vector and nobody is asked', async (base) => {
  await using scene = await aScene(base)
  assert.equal(embedder(scene.ctx), null)
  assert.equal(await embedQuestion(scene.ctx, 'Когда вы открыты?'), null)
  assert.equal(await embedPassages(scene.ctx, ['Мы открыты']), null)
  assert.equal(scene.openai.seen.length + scene.ollama.seen.length, 0)
})

eachEngine('a question and passages get vectors of one fingerprint, in order', async (base) => {
  await using scene = await aScene(base, LOCAL)
  const question = await embedQuestion(scene.ctx, 'Когда вы открыты?')
  const passages = await embedPassages(scene.ctx, ['один', 'два'])
  assert.deepEqual([...question!.values], vectorOf('Когда вы открыты?'))
  assert.deepEqual(
    passages?.map((one) => [...one.values]),
    [vectorOf('один'), vectorOf('два')],
  )
  assert.equal(passages?.[0]?.fingerprint, question?.fingerprint)
  assert.equal(question?.fingerprint, `ollama|${scene.ollama.url}|bge-m3|own|plain`)
})

eachEngine('provider, address, model, dimensions and prefixes each make another fingerprint', async (base) => {
  await using scene = await aScene(base)
  const fingerprints = [
    LOCAL,
    { ...LOCAL, 'ollama.url': 'http://127.0.0.1:1' },
    { ...LOCAL, 'embedder.model': 'nomic-embed-text-v2-moe' },
    { ...LOCAL, 'embedder.dimensions': '512' },
    { ...LOCAL, 'embedder.provider': 'openai' },
  ].map((flags) => embedder({ config: { ...scene.ctx.config, ...flags } as never })?.fingerprint)
  assert.equal(new Set(fingerprints).size, 5)
})

// What a model is really sent for the question and for the passage «х».
const PREFIXES: [string, string, string][] = [
  ['bge-m3', 'х', 'х'],
  ['intfloat/multilingual-e5-large', 'query: х', 'passage: х'],
  ['nomic-embed-text-v2-moe', 'search_query: х', 'search_document: х'],
  ['embeddinggemma', 'task: search result | query: х', 'title: none | text: х'],
]

for (const [model, query, passage] of PREFIXES) {
  eachEngine(`${model} is given its text as it asks for it`, async (base) => {
    await using scene = await aScene(base, { ...LOCAL, 'embedder.model': model })
    await embedQuestion(scene.ctx, ' х ')
    await embedPassages(scene.ctx, ['х'])
    assert.deepEqual(
      scene.ollama.seen.map((one) => one.body.input),
      [[query], [passage]],
    )
  })
}

eachEngine('Yandex has one model for documents and another for questions, one text a call', async (base) => {
  await using scene = await aScene(base, { ...REMOTE, 'embedder.model': 'text-search-doc' })
  await aKey(scene, { provider: 'yandex', model_access: ['text-search-doc'] })
  await embedQuestion(scene.ctx, 'х')
  await embedPassages(scene.ctx, ['один', 'два'])
  assert.deepEqual(
    scene.openai.seen.map((one) => [one.body.model, one.body.input]),
    [
      ['emb://b1gfolder/text-search-query/latest', ['х']],
      ['emb://b1gfolder/text-search-doc/latest', ['один']],
      ['emb://b1gfolder/text-search-doc/latest', ['два']],
    ],
  )
})

eachEngine('many passages go in batches of at most 64, counted as requests of the key', async (base) => {
  await using scene = await aScene(base, REMOTE)
  await aKey(scene, { model_access: ['text-embedding-3-small'] })
  const texts = Array.from({ length: 130 }, (_, i) => `текст ${i}`)
  const vectors = await embedPassages(scene.ctx, texts)
  assert.deepEqual([...vectors![129]!.values], vectorOf('текст 129'))
  assert.deepEqual(
    scene.openai.seen.map((one) => (one.body.input as string[]).length),
    [64, 64, 2],
  )
  assert.deepEqual(
    (await usage(scene)).map((row) => [row.purpose, row.outcome]),
    Array(3).fill(['embed', 'ok']),
  )
})

eachEngine('dimensions are asked for where they are set, and must be given', async (base) => {
  await using scene = await aScene(base, { ...LOCAL, 'embedder.dimensions': '8' })
  assert.equal((await embedQuestion(scene.ctx, 'х'))?.values.length, 8)
  assert.equal(scene.ollama.seen[0]?.body.dimensions, 8)
  scene.ollama.always(embedsLocally((rows) => rows.map(() => [1, 2, 3])))
  assert.equal(await embedQuestion(scene.ctx, 'у'), null)
})

eachEngine('the first answer fixes the length: a model that changes it is refused', async (base) => {
  await using scene = await aScene(base, LOCAL)
  await embedQuestion(scene.ctx, 'первый')
  scene.ollama.always(embedsLocally((rows) => rows.map(() => [1, 2, 3])))
  assert.equal(await embedPassages(scene.ctx, ['второй']), null)
})

const FAULTS: [string, Step][] = [
  ['a doubled index', embeds((rows) => rows.map((row) => ({ ...row, index: 0 })))],
  ['a short list', embeds((rows) => rows.slice(1))],
  ['NaN', sends('{"data":[{"index":0,"embedding":[NaN]},{"index":1,"embedding":[1]}]}', 'application/json')],
  ['a refusal', refuses(400)],
  ['an HTML page', sends('<html></html>')],
]

for (const [name, step] of FAULTS) {
  eachEngine(`${name} in place of vectors means that words alone answer, and a line in the log`, async (base) => {
    await using scene = await aScene(base, REMOTE)
    await aKey(scene, { model_access: ['text-embedding-3-small'] })
    scene.openai.always(step)
    assert.equal(await embedPassages(scene.ctx, ['а', 'б']), null)
    assert.ok(scene.lines.some((line) => line.includes('words alone answer')))
  })
}

eachEngine('a silent embedder holds a question up for two seconds at most', async (base) => {
  await using scene = await aScene(base, LOCAL)
  scene.ollama.always(hangs)
  const begun = Date.now()
  assert.equal(await embedQuestion(scene.ctx, 'х'), null)
  assert.ok(Date.now() - begun < 2500)
  assert.ok(await isClosed(scene.ollama.seen[0]))
})

eachEngine('a question asked again is remembered, a failed one is not', async (base) => {
  await using scene = await aScene(base, LOCAL)
  scene.ollama.next(refusesLocally(404, 'no such model'))
  assert.equal(await embedQuestion(scene.ctx, 'х'), null)
  assert.deepEqual([...(await embedQuestion(scene.ctx, 'х'))!.values], vectorOf('х'))
  assert.deepEqual([...(await embedQuestion(scene.ctx, ' х '))!.values], vectorOf('х'))
  assert.equal(scene.ollama.seen.length, 2)
})

eachEngine('the memory of questions is small: the least recent is forgotten', async (base) => {
  await using scene = await aScene(base, LOCAL)
  for (let i = 0; i <= 256; i++) await embedQuestion(scene.ctx, `вопрос ${i}`)
  await embedQuestion(scene.ctx, 'вопрос 256')
  assert.equal(scene.ollama.seen.length, 257)
  await embedQuestion(scene.ctx, 'вопрос 0')
  assert.equal(scene.ollama.seen.length, 258)
})

eachEngine('a question asked often is kept while others are forgotten', async (base) => {
  await using scene = await aScene(base, LOCAL)
  for (let i = 0; i < 256; i++) await embedQuestion(scene.ctx, `вопрос ${i}`)
  await embedQuestion(scene.ctx, 'вопрос 0')
  await embedQuestion(scene.ctx, 'ещё один')
  await embedQuestion(scene.ctx, 'вопрос 0')
  assert.equal(scene.ollama.seen.length, 257)
})

eachEngine('a question of nothing or of pages is sent bounded or not at all', async (base) => {
  await using scene = await aScene(base, LOCAL)
  assert.equal(await embedQuestion(scene.ctx, ' \n '), null)
  await embedQuestion(scene.ctx, `${'🎄'.repeat(5000)}`)
  assert.ok(sentText(scene).length <= 2000)
  assert.ok(sentText(scene).isWellFormed())
})

eachEngine('a question does not wait for a key that rests for long', async (base) => {
  await using scene = await aScene(base, REMOTE)
  await aKey(scene, { model_access: ['text-embedding-3-small'] })
  scene.openai.next(refuses(429, {}, { 'retry-after': '60' }))
  const begun = Date.now()
  assert.equal(await embedQuestion(scene.ctx, 'х'), null)
  assert.ok(Date.now() - begun < 500)
  scene.pass(MINUTE + 1000)
  assert.ok(await embedQuestion(scene.ctx, 'х'))
})

function sentText({ ollama }: Scene): string {
  return (ollama.seen[0]!.body.input as string[])[0]!
}
