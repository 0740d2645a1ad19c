import assert from 'node:assert/strict'
import { AppError } from '../../src/errors.ts'
import { editToken, listTokens, removeToken, testToken } from '../../src/llm/tokens.ts'
import { eachEngine } from '../helpers/engines.ts'
import { hangs, refuses, resets, type Step, says, sends } from '../helpers/fake-openai.ts'
import { aKey, aScene, ask, KEY, usage } from './scene.ts'

const PAGE = { limit: 100, offset: 0 }

eachEngine('a key is shown only by its hint and lies sealed in the database', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  assert.equal(key.token, 'sk-...1234')
  const { rows, total } = await listTokens(scene.ctx, PAGE)
  assert.equal(total, 1)
  assert.deepEqual(rows[0], key)
  const stored = await scene.ctx.db.selectFrom('ai_tokens').selectAll().execute()
  assert.ok(!JSON.stringify([stored, rows]).includes(KEY))
})

eachEngine('a short key shows nothing of itself', async (base) => {
  await using scene = await aScene(base)
  assert.equal((await aKey(scene, { token: 'abcd1234' })).token, '...')
})

eachEngine('a key sealed for another row is not opened: it rests, and the next one answers', async (base) => {
  await using scene = await aScene(base)
  const [stolen, own] = [await aKey(scene), await aKey(scene, { token: 'sk-test-other-key-77', priority: 2 })]
  const { sealed } = await scene.ctx.db
    .selectFrom('ai_tokens')
    .select('sealed')
    .where('id', '=', own.id)
    .executeTakeFirstOrThrow()
  await scene.ctx.db.updateTable('ai_tokens').set({ sealed }).where('id', '=', stolen.id).execute()
  assert.equal((await ask(scene)).token_id, own.id)
  assert.equal((await listTokens(scene.ctx, PAGE)).rows[0]?.parked_reason, 'unreadable')
  assert.equal((await testToken(scene.ctx, stolen.id)).cause, 'unreadable')
  assert.equal(scene.openai.seen.length, 1)
})

eachEngine('keys sealed with a lost secret key leave the visitor to the embedded engine', async (base) => {
  await using scene = await aScene(base)
  await using restored = await aScene(base)
  await aKey(scene)
  await assert.rejects(ask(restored), { code: 'AI_PROVIDER_UNAVAILABLE' })
  assert.ok(restored.lines.some((line) => line.includes('must be entered again')))
})

eachEngine('keys are listed by priority, a page at a time', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene, { name: 'third', priority: 3 })
  await aKey(scene, { name: 'first' })
  await aKey(scene, { name: 'second', priority: 2 })
  const { rows, total } = await listTokens(scene.ctx, { limit: 2, offset: 1 })
  assert.deepEqual([rows.map((row) => row.name), total], [['second', 'third'], 3])
})

eachEngine('an edit changes only what it names', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene, { notes: 'запасной', daily_limit: 5 })
  const edited = await editToken(scene.ctx, key.id, { name: 'Второй', daily_limit: null })
  assert.deepEqual(edited, { ...key, name: 'Второй', daily_limit: null })
  await ask(scene)
  assert.equal(scene.openai.seen[0]?.headers.authorization, `Bearer ${KEY}`)
})

eachEngine('a hint sent back in place of the key leaves the key as it is', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  await editToken(scene.ctx, key.id, { token: key.token, priority: 2 })
  await ask(scene)
  assert.equal(scene.openai.seen[0]?.headers.authorization, `Bearer ${KEY}`)
})

eachEngine('a removed key is gone, and a second removal says so', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  await removeToken(scene.ctx, key.id)
  await assert.rejects(removeToken(scene.ctx, key.id), { code: 'NOT_FOUND' })
  await assert.rejects(editToken(scene.ctx, key.id, { name: 'x' }), { code: 'NOT_FOUND' })
  await assert.rejects(testToken(scene.ctx, key.id), { code: 'NOT_FOUND' })
})

const SENSELESS: [string, Parameters<typeof aKey>[1], string][] = [
  ['the embedded engine', { model_access: ['builtin'] }, 'model_access'],
  ['a local model', { model_access: ['gpt-4o', 'ollama/llama3.2'] }, 'model_access'],
  ['an address with a password', { base_url: 'https://me:secret@api.example.com/v1' }, 'base_url'],
  ['an address with a query', { base_url: 'https://api.example.com/v1?key=1' }, 'base_url'],
  ['an address that is no web address', { base_url: 'file:///etc/passwd' }, 'base_url'],
]

for (const [name, over, field] of SENSELESS) {
  eachEngine(`a key for ${name} is refused by field, when added and when edited`, async (base) => {
    await using scene = await aScene(base)
    const isRefusal = (error: unknown) => error instanceof AppError && error.details.field === field
    await assert.rejects(aKey(scene, over), isRefusal)
    const key = await aKey(scene)
    await assert.rejects(editToken(scene.ctx, key.id, over ?? {}), isRefusal)
    assert.equal((await listTokens(scene.ctx, PAGE)).total, 1)
  })
}

eachEngine('a Yandex key needs the folder of its models', async (base) => {
  await using scene = await aScene(base, { 'yandex.folder': undefined as never })
  const yandex = { provider: 'yandex' as const, model_access: ['yandexgpt'] }
  await assert.rejects(aKey(scene, yandex), { code: 'VALIDATION_ERROR' })
  await aKey(scene, { ...yandex, model_access: ['gpt://b1gother/yandexgpt/rc'] })
  await ask(scene, { model: 'gpt://b1gother/yandexgpt/rc' })
  assert.equal(scene.openai.seen[0]?.body.model, 'gpt://b1gother/yandexgpt/rc')
})

eachEngine('a test of a good key makes one tiny call, says so, and counts against no limit', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene, { daily_limit: 1 })
  const { ok, cause, model, texts } = await testToken(scene.ctx, key.id)
  assert.deepEqual([ok, cause, model, texts.ru], [true, null, 'gpt-4o', 'Ключ работает'])
  assert.equal(scene.openai.seen[0]?.body.max_tokens, 1)
  assert.equal((await listTokens(scene.ctx, PAGE)).rows[0]?.daily_usage, 0)
  assert.deepEqual(
    (await usage(scene)).map((row) => [row.purpose, row.outcome]),
    [['test', 'ok']],
  )
})

eachEngine('a key for embeddings is tested with an embedding', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene, { model_access: ['text-embedding-3-small'] })
  assert.equal((await testToken(scene.ctx, key.id)).ok, true)
  assert.equal(scene.openai.seen[0]?.path, '/v1/embeddings')
})

const WRONG: [string, Step, RegExp][] = [
  ['a wrong key', refuses(401), /не принимает ключ/],
  ['an empty purse', refuses(429, { code: 'insufficient_quota' }), /средства/],
  ['a model that is not there', refuses(404), /нет такой модели/],
  ['a page of another service', sends('<html></html>', 'application/json'), /не API модели/],
  ['a server that is gone', resets, /Нет связи/],
]

for (const [name, step, sentence] of WRONG) {
  eachEngine(`a test says in a sentence what is wrong: ${name}`, async (base) => {
    await using scene = await aScene(base)
    const key = await aKey(scene)
    scene.openai.next(step)
    const { ok, texts } = await testToken(scene.ctx, key.id)
    assert.equal(ok, false)
    assert.match(texts.ru, sentence)
    assert.ok(texts.en.length > 0)
  })
}

eachEngine('a good test puts a resting key back to work', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  scene.openai.next(refuses(401))
  await assert.rejects(ask(scene))
  scene.openai.next(says('.'))
  assert.equal((await testToken(scene.ctx, key.id)).ok, true)
  assert.equal((await ask(scene)).text, 'Ответ готов.')
})

eachEngine('enabling a key forgives what was held against it', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  scene.openai.next(refuses(403))
  await assert.rejects(ask(scene))
  await editToken(scene.ctx, key.id, { is_active: false })
  await assert.rejects(ask(scene), { code: 'AI_PROVIDER_UNAVAILABLE' })
  await editToken(scene.ctx, key.id, { is_active: true })
  assert.equal((await ask(scene)).text, 'Ответ готов.')
})

eachEngine('while a silent key is being tested nobody else waits for it', async (base) => {
  await using scene = await aScene(base)
  const [slow, good] = [await aKey(scene), await aKey(scene)]
  scene.openai.next(hangs)
  const test = testToken(scene.ctx, slow.id)
  assert.ok([slow.id, good.id].includes((await ask(scene)).token_id!))
  await scene.openai.switchOff()
  assert.equal((await test).cause, 'network')
})
