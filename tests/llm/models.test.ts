import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.ts'
import { assertModel, costOf, findModel, listModels } from '../../src/llm/models.ts'
import { eachEngine } from '../helpers/engines.ts'
import { hangs } from '../helpers/fake-openai.ts'
import { aKey, aScene } from './scene.ts'

eachEngine('the names of the API document are known without any key', async (base) => {
  await using scene = await aScene(base)
  const names = ['builtin', 'gpt-4', 'gpt-4o', 'gpt-4o-mini', 'gpt-3.5-turbo', 'yandexgpt', 'yandexgpt-lite']
  for (const name of names) assert.equal((await findModel(scene.ctx, name))?.name, name)
})

eachEngine('an unknown model is refused with the list of those there are', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene, { model_access: ['deepseek-chat'] })
  await assert.rejects(assertModel(scene.ctx, 'gpt-5000'), (error: unknown) => {
    assert.ok(error instanceof AppError)
    assert.deepEqual([error.code, error.status, error.details.field], ['VALIDATION_ERROR', 422, 'ai_model'])
    const models = error.details.models as string[]
    for (const name of ['builtin', 'gpt-4o', 'deepseek-chat']) assert.ok(models.includes(name))
    return true
  })
})

eachEngine('a name that an active key gives access to is a model until the key is switched off', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene, { model_access: ['deepseek-chat'] })
  const { provider, model } = await assertModel(scene.ctx, 'deepseek-chat')
  assert.deepEqual([provider, model], ['openai', 'deepseek-chat'])
  await scene.ctx.db.updateTable('ai_tokens').set({ is_active: 0 }).where('id', '=', key.id).execute()
  await assert.rejects(assertModel(scene.ctx, 'deepseek-chat'), { code: 'VALIDATION_ERROR' })
})

eachEngine('any local model can be named, whatever is not a plain name cannot', async (base) => {
  await using scene = await aScene(base)
  assert.equal((await findModel(scene.ctx, 'ollama/hf.co/user/model:Q4'))?.model, 'hf.co/user/model:Q4')
  for (const name of ['ollama/', 'ollama/a b', 'ollama/a\n', `ollama/${'x'.repeat(101)}`]) {
    assert.equal(await findModel(scene.ctx, name), undefined)
  }
})

eachEngine('the list tells which models can answer now', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene, { model_access: ['gpt-4o', 'deepseek-chat'] })
  const models = await listModels(scene.ctx)
  const available = models.filter((model) => model.is_available).map((model) => model.name)
  assert.deepEqual(available, ['builtin', 'gpt-4o', 'deepseek-chat', 'ollama/llama3.2', 'ollama/bge-m3'])
  assert.equal(models.filter((model) => model.name === 'gpt-4o').length, 1)
})

eachEngine('without a local server the list is shorter and comes all the same', async (base) => {
  await using scene = await aScene(base)
  await scene.ollama.switchOff()
  assert.ok((await listModels(scene.ctx)).every((model) => model.provider !== 'ollama'))
})

eachEngine('a silent local server holds the list up for two seconds at most', async (base) => {
  await using scene = await aScene(base)
  scene.ollama.next(hangs)
  const begun = Date.now()
  assert.ok((await listModels(scene.ctx)).length > 0)
  assert.ok(Date.now() - begun < 3000)
})

test('the cost of a call follows its tokens; what is not known is not guessed', () => {
  const model = { name: 'yandexgpt', provider: 'yandex' as const, model: '', label: '', price_multiplier: 2 }
  assert.equal(costOf(model, 1000, 1000), 240)
  assert.equal(costOf(model, null, 1000), null)
  assert.equal(costOf({ ...model, name: 'other' }, 1000, 1000), null)
  assert.equal(costOf({ ...model, provider: 'ollama' }, null, null), 0)
})
