import assert from 'node:assert/strict'
import { AppError } from '../../src/errors.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/lib/time.ts'
import { editToken, listTokens } from '../../src/llm/tokens.ts'
import { until } from '../helpers/app.ts'
import { eachEngine } from '../helpers/engines.ts'
import { refusesLocally, saysLocally } from '../helpers/fake-ollama.ts'
import {
  cutsAfter,
  endless,
  endsEarly,
  frame,
  hangs,
  hangsAfter,
  isClosed,
  redirectsTo,
  refuses,
  resets,
  type Step,
  says,
  sends,
} from '../helpers/fake-openai.ts'
import { aKey, aScene, ask, KEY, usage } from './scene.ts'

const PAGE = { limit: 100, offset: 0 }
const BACKUP = 'sk-test-ZZZZYYYYXXXX9876'

eachEngine('an answer carries its text, route, tokens, cost and times, and is recorded once', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  scene.openai.next(says('Мы открыты с 9 до 18.'))
  const answer = await ask(scene)
  assert.equal(answer.text, 'Мы открыты с 9 до 18.')
  assert.deepEqual([answer.provider, answer.model, answer.token_id], ['openai', 'gpt-4o', key.id])
  assert.deepEqual([answer.prompt_tokens, answer.completion_tokens, answer.finish_reason], [11, 7, 'stop'])
  assert.ok(answer.first_token_ms !== null && answer.first_token_ms <= answer.ms)
  assert.deepEqual(
    answer.attempts.map((one) => [one.token_id, one.cause]),
    [[key.id, null]],
  )
  const [row, ...others] = await usage(scene)
  assert.equal(others.length, 0)
  assert.deepEqual(
    [row?.token_id, row?.model, row?.purpose, row?.requests, row?.prompt_tokens, row?.completion_tokens, row?.outcome],
    [key.id, 'gpt-4o', 'chat', 1, 11, 7, 'ok'],
  )
  assert.equal(row?.cost, Math.round((22_500 * 11 + 90_000 * 7) / 1e6))
})

eachEngine('a piece of an answer is heard with its place in the text', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  let drawn = ''
  const onText = (piece: string, offset: number) => {
    assert.equal(offset, drawn.length)
    drawn += piece
  }
  assert.equal((await ask(scene, { onText })).text, drawn)
})

// What one key's fault means: its cause, and whether and why the key rests.
const FAULTS: [string, Step, { cause: string; parked: string | null; for_ms?: number | null }][] = [
  ['401', refuses(401, { code: 'invalid_api_key' }), { cause: 'invalid_key', parked: 'invalid_key', for_ms: null }],
  ['403', refuses(403), { cause: 'forbidden', parked: 'forbidden', for_ms: null }],
  ['404', refuses(404, { code: 'model_not_found' }), { cause: 'model_unknown', parked: null }],
  ['402', refuses(402), { cause: 'quota', parked: 'quota', for_ms: null }],
  [
    '429 with a wait',
    refuses(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '120' }),
    { cause: 'rate_limit', parked: 'rate_limit', for_ms: 2 * MINUTE },
  ],
  ['429 without', refuses(429), { cause: 'rate_limit', parked: 'rate_limit', for_ms: MINUTE }],
  [
    '429 with a wait of a week',
    refuses(429, {}, { 'retry-after': '604800' }),
    { cause: 'rate_limit', parked: 'rate_limit', for_ms: HOUR },
  ],
  [
    '429 for an empty purse',
    refuses(429, { type: 'insufficient_quota', code: 'insufficient_quota' }),
    { cause: 'quota', parked: 'quota', for_ms: null },
  ],
  ['500', refuses(500), { cause: 'server', parked: null }],
  ['502', refuses(502), { cause: 'server', parked: null }],
  ['503', refuses(503), { cause: 'server', parked: null }],
  ['a reset', resets, { cause: 'network', parked: null }],
  ['silence before the headers', hangs, { cause: 'timeout', parked: null }],
  ['silence in the middle', hangsAfter('Половина'), { cause: 'timeout', parked: null }],
  ['a cut within a character', cutsAfter('Половина'), { cause: 'network', parked: null }],
  ['an end without a finish', endsEarly('Половина'), { cause: 'cut', parked: null }],
  ['an empty answer', says(''), { cause: 'empty', parked: null }],
  ['an answer of spaces', says(' \n '), { cause: 'empty', parked: null }],
  ['HTML for JSON', sends('<html></html>', 'application/json'), { cause: 'garbage', parked: null }],
  [
    'an answer of two megabytes',
    sends(`${frame({ delta: { content: 'я'.repeat(1_000_000) } })}\n\n`, 'text/event-stream'),
    { cause: 'too_large', parked: null },
  ],
  [
    'an endless answer',
    endless(`${frame({ delta: { content: 'бла '.repeat(50) } })}\n\n`),
    { cause: 'too_large', parked: null },
  ],
  ['a redirect', redirectsTo('http://127.0.0.1:9/'), { cause: 'redirected', parked: null }],
]

for (const [name, step, { cause, parked, for_ms }] of FAULTS) {
  eachEngine(
    `${name} at one key is answered by the next, leaves no half text and tells nobody the key`,
    async (base) => {
      await using scene = await aScene(base)
      const primary = await aKey(scene)
      const backup = await aKey(scene, { name: 'Backup', token: BACKUP, priority: 2 })
      scene.openai.next(step, says('Целый ответ'))
      let drawn = ''
      const onText = (piece: string, offset: number) => {
        drawn = drawn.slice(0, offset) + piece
      }
      const asked = scene.ctx.now()
      const answer = await ask(scene, { onText, deadline: asked + 2000 })

      assert.equal(answer.text, 'Целый ответ')
      assert.equal(drawn, 'Целый ответ')
      assert.deepEqual(
        answer.attempts.map((one) => [one.token_id, one.cause]),
        [
          [primary.id, cause],
          [backup.id, null],
        ],
      )
      assert.deepEqual(
        (await usage(scene)).map((row) => row.outcome),
        [cause, 'ok'],
      )
      const [rested] = (await listTokens(scene.ctx, PAGE)).rows
      assert.equal(rested?.parked_reason, parked)
      if (for_ms === null) assert.equal(rested?.parked_until, null)
      if (for_ms) assert.ok(Math.abs((rested?.parked_until ?? 0) - asked - for_ms) < 3000)
      const failover = scene.lines.find((line) => line.includes('AI_PROXY_FAILOVER'))
      assert.ok(failover?.includes(`"cause":"${cause}"`))
      for (const secret of [KEY, BACKUP]) assert.ok(!scene.lines.join('').includes(secret))
    },
  )
}

eachEngine('a fault of the only key is tried again on the same key, at most three calls in all', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  scene.openai.next(refuses(500), resets, says('Наконец'))
  assert.equal((await ask(scene)).text, 'Наконец')
  scene.openai.next(refuses(500), refuses(503), refuses(500))
  const error = await refused(ask(scene))
  assert.equal(error.code, 'AI_PROVIDER_UNAVAILABLE')
  assert.equal((error.details.attempts as unknown[]).length, 3)
  assert.equal(scene.openai.seen.length, 6)
})

eachEngine('a request that the provider does not understand is not sent again', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  await aKey(scene, { priority: 2 })
  scene.openai.next(refuses(400, { code: 'context_length_exceeded' }))
  assert.equal((await refused(ask(scene))).code, 'AI_PROVIDER_UNAVAILABLE')
  assert.equal(scene.openai.seen.length, 1)
})

eachEngine('a filtered answer is not passed on and not asked for again', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  scene.openai.next(says('Полов', { finish_reason: 'content_filter' }))
  assert.equal((await refused(ask(scene))).code, 'AI_PROVIDER_UNAVAILABLE')
  assert.equal(scene.openai.seen.length, 1)
})

eachEngine('a model that thought until its room was used up is not asked to do it again', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  scene.openai.next(says('', { finish_reason: 'length' }))
  assert.equal((await refused(ask(scene))).code, 'AI_PROVIDER_UNAVAILABLE')
  assert.equal(scene.openai.seen.length, 1)
})

eachEngine('a key refused with 401 is not asked again until it is edited', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  scene.openai.next(refuses(401))
  assert.equal((await refused(ask(scene))).code, 'AI_PROVIDER_UNAVAILABLE')
  scene.pass(30 * DAY)
  assert.equal((await refused(ask(scene))).code, 'AI_PROVIDER_UNAVAILABLE')
  assert.equal(scene.openai.seen.length, 1)
  await editToken(scene.ctx, key.id, { token: BACKUP })
  assert.equal((await ask(scene)).text, 'Ответ готов.')
  assert.equal(scene.openai.seen[1]?.headers.authorization, `Bearer ${BACKUP}`)
})

eachEngine('a verdict on an old key does not hit the new one', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  scene.openai.next(async (res, seen) => {
    await editToken(scene.ctx, key.id, { token: BACKUP })
    await refuses(401)(res, seen)
  })
  await refused(ask(scene))
  assert.equal((await listTokens(scene.ctx, PAGE)).rows[0]?.parked_reason, null)
  assert.equal((await ask(scene)).text, 'Ответ готов.')
})

eachEngine('a key that rests for its rate works again when the wait is over, without an edit', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  scene.openai.next(refuses(429, {}, { 'retry-after': '60' }))
  await refused(ask(scene))
  scene.pass(61 * SECOND)
  assert.equal((await ask(scene)).text, 'Ответ готов.')
  assert.equal((await listTokens(scene.ctx, PAGE)).rows[0]?.parked_reason, null)
})

eachEngine('the only key’s short rest is waited for within the deadline', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  scene.openai.next(refuses(429, { code: 'rate_limit_exceeded' }, { 'retry-after-ms': '300' }))
  const answer = await ask(scene)
  assert.equal(answer.text, 'Ответ готов.')
  assert.ok(answer.ms >= 290)
})

eachEngine('five faults in a row rest a key for half a minute, then one probe decides', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  scene.openai.always(refuses(500))
  await refused(ask(scene))
  await refused(ask(scene))
  assert.equal(scene.openai.seen.length, 5)
  assert.equal((await listTokens(scene.ctx, PAGE)).rows[0]?.parked_reason, 'circuit')
  await refused(ask(scene))
  assert.equal(scene.openai.seen.length, 5)

  scene.pass(31 * SECOND)
  await refused(ask(scene))
  assert.equal(scene.openai.seen.length, 6, 'one probe, and the circuit is open again')
  scene.pass(31 * SECOND)
  scene.openai.always(says('Снова здесь', { pause_ms: 20 }))
  const answers = await Promise.allSettled([ask(scene), ask(scene), ask(scene)])
  assert.equal(answers.filter((one) => one.status === 'fulfilled').length, 1, 'only the probe passes')
  assert.equal((await ask(scene)).text, 'Снова здесь')
})

eachEngine('a fault now and then does not add up to five in a row', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  for (let i = 0; i < 6; i++) {
    scene.openai.next(refuses(500))
    await ask(scene)
  }
  assert.equal((await listTokens(scene.ctx, PAGE)).rows[0]?.parked_reason, null)
})

eachEngine('priority one is used first, equal ones by least use', async (base) => {
  await using scene = await aScene(base)
  const spare = await aKey(scene, { priority: 2 })
  const [a, b] = [await aKey(scene), await aKey(scene)]
  const used: (number | null)[] = []
  for (let i = 0; i < 4; i++) used.push((await ask(scene)).token_id)
  assert.deepEqual(used, [a.id, b.id, a.id, b.id])
  assert.ok(!used.includes(spare.id))
})

eachEngine('today’s use counts before this month’s', async (base) => {
  await using scene = await aScene(base)
  const [a, b] = [await aKey(scene), await aKey(scene)]
  await ask(scene)
  await scene.ctx.db
    .updateTable('ai_tokens')
    .set({ daily_usage: 0, monthly_usage: 10 })
    .where('id', '=', a.id)
    .execute()
  const used: (number | null)[] = []
  for (let i = 0; i < 2; i++) used.push((await ask(scene)).token_id)
  assert.deepEqual(used, [b.id, a.id])
})

eachEngine('a key serves only the models it names, and only while it is active', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene, { model_access: ['gpt-4'] })
  await aKey(scene, { is_active: false })
  assert.equal((await refused(ask(scene))).code, 'AI_PROVIDER_UNAVAILABLE')
  assert.equal(scene.openai.seen.length, 0)
})

eachEngine('a daily limit ends the day and a monthly one the month, both in UTC', async (base) => {
  await using scene = await aScene(base)
  // The 10th at noon: tomorrow is another day of the same month.
  scene.pass(Date.UTC(2027, 4, 10, 12) - Date.now())
  await aKey(scene, { daily_limit: 2, monthly_limit: 3 })
  await ask(scene)
  await ask(scene)
  assert.equal((await refused(ask(scene))).code, 'AI_TOKEN_LIMIT_EXCEEDED')
  scene.pass(DAY)
  await ask(scene)
  assert.equal((await refused(ask(scene))).code, 'AI_TOKEN_LIMIT_EXCEEDED')
  scene.pass(31 * DAY)
  await ask(scene)
  const [key] = (await listTokens(scene.ctx, PAGE)).rows
  assert.deepEqual([key?.daily_usage, key?.monthly_usage], [1, 1])
  assert.equal((await usage(scene)).length, 4)
})

eachEngine('of many at once no more than the limit get through', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene, { daily_limit: 3 })
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => ask(scene)))
  assert.equal(results.filter((one) => one.status === 'fulfilled').length, 3)
  assert.equal(scene.openai.seen.length, 3)
  assert.equal((await usage(scene)).length, 3)
})

eachEngine('failed calls count against the limit, too', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene, { daily_limit: 2 })
  scene.openai.next(refuses(500))
  await ask(scene)
  assert.equal((await refused(ask(scene))).code, 'AI_TOKEN_LIMIT_EXCEEDED')
})

eachEngine('a silent provider is left at the deadline, and its socket is closed', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  scene.openai.always(hangs)
  const begun = Date.now()
  const error = await refused(ask(scene, { deadline: scene.ctx.now() + 700 }))
  assert.equal(error.code, 'AI_REQUEST_TIMEOUT')
  assert.ok(Date.now() - begun < 1500)
  assert.ok(await isClosed(scene.openai.seen[0]))
})

eachEngine('a silent key leaves half of the time to the next', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  const backup = await aKey(scene, { priority: 2 })
  scene.openai.next(hangs)
  const answer = await ask(scene, { deadline: scene.ctx.now() + 2000 })
  assert.equal(answer.token_id, backup.id)
  assert.ok(answer.ms >= 900 && answer.ms < 1800)
})

eachEngine('a deadline that has passed costs no call', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  assert.equal((await refused(ask(scene, { deadline: scene.ctx.now() }))).code, 'AI_REQUEST_TIMEOUT')
  assert.equal(scene.openai.seen.length, 0)
  assert.deepEqual(await usage(scene), [])
})

eachEngine('an answer still being spoken at the deadline is left, and its key is the one blamed', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  scene.openai.next(says('слово '.repeat(100), { pause_ms: 50 }))
  assert.equal((await refused(ask(scene, { deadline: scene.ctx.now() + 700 }))).code, 'AI_REQUEST_TIMEOUT')
  assert.ok(await isClosed(scene.openai.seen[0]))
  assert.deepEqual(
    (await usage(scene)).map((row) => row.outcome),
    ['deadline'],
  )
  const { failures } = await scene.ctx.db.selectFrom('ai_tokens').select('failures').executeTakeFirstOrThrow()
  assert.equal(failures, 1)
})

eachEngine('a fault that used up the limit is told as a fault', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene, { daily_limit: 1 })
  scene.openai.next(refuses(500))
  assert.equal((await refused(ask(scene))).code, 'AI_PROVIDER_UNAVAILABLE')
})

eachEngine('who no longer wants the answer stops the model, and the key is not blamed', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  await aKey(scene, { priority: 2 })
  scene.openai.next(hangsAfter('Мы откры'))
  const stop = new AbortController()
  const reason = new Error('an operator has stepped in')
  await assert.rejects(ask(scene, { signal: stop.signal, onText: () => stop.abort(reason) }), reason)
  assert.ok(await isClosed(scene.openai.seen[0]))
  assert.equal(scene.openai.seen.length, 1)
  assert.deepEqual(
    (await usage(scene)).map((row) => row.outcome),
    ['aborted'],
  )
})

eachEngine('an error of the listener is thrown on, and the usage is still recorded', async (base) => {
  await using scene = await aScene(base)
  await aKey(scene)
  const onText = () => {
    throw new RangeError('screen is full')
  }
  await assert.rejects(ask(scene, { onText }), RangeError)
  assert.deepEqual(
    (await usage(scene)).map((row) => row.outcome),
    ['aborted'],
  )
})

eachEngine('no key at all is said at once', async (base) => {
  await using scene = await aScene(base)
  assert.equal((await refused(ask(scene))).code, 'AI_PROVIDER_UNAVAILABLE')
  assert.equal((await refused(ask(scene, { model: 'no-such-model' }))).code, 'AI_PROVIDER_UNAVAILABLE')
})

eachEngine('asking for the embedded engine is a mistake of the caller', async (base) => {
  await using scene = await aScene(base)
  await assert.rejects(ask(scene, { model: 'builtin' }), (error) => !(error instanceof AppError))
})

eachEngine('YandexGPT is asked at its own address, by folder, with its request log off', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene, { provider: 'yandex', model_access: ['yandexgpt'], token: 'AQVN-test-key-0001' })
  assert.equal((await ask(scene, { model: 'yandexgpt' })).token_id, key.id)
  const [seen] = scene.openai.seen
  assert.equal(seen?.path, '/yandex/chat/completions')
  assert.equal(seen?.body.model, 'gpt://b1gfolder/yandexgpt/latest')
  assert.equal(seen?.headers['x-data-logging-enabled'], 'false')
})

eachEngine('a key with its own address is used there and only there', async (base) => {
  await using scene = await aScene(base)
  await using other = await aScene(base)
  await aKey(scene, { base_url: other.openai.base_url, model_access: ['deepseek-chat'] })
  assert.equal((await ask(scene, { model: 'deepseek-chat' })).model, 'deepseek-chat')
  assert.equal(other.openai.seen.length, 1)
  assert.equal(scene.openai.seen.length, 0)
})

eachEngine('a local model needs no key, costs nothing and is recorded', async (base) => {
  await using scene = await aScene(base)
  scene.ollama.next(saysLocally('Да, открыты'))
  const answer = await ask(scene, { model: 'ollama/llama3.2' })
  assert.deepEqual([answer.text, answer.provider, answer.token_id, answer.cost], ['Да, открыты', 'ollama', null, 0])
  assert.equal(scene.ollama.seen[0]?.body.model, 'llama3.2')
  assert.deepEqual(
    (await usage(scene)).map((row) => [row.provider, row.outcome]),
    [['ollama', 'ok']],
  )
})

eachEngine('a local server is asked again after a fault, not for a model it lacks', async (base) => {
  await using scene = await aScene(base)
  scene.ollama.next(refusesLocally(503, 'server busy'))
  assert.equal((await ask(scene, { model: 'ollama/llama3.2' })).attempts.length, 2)
  scene.ollama.next(refusesLocally(404, 'model "x" not found'))
  assert.equal((await refused(ask(scene, { model: 'ollama/x' }))).code, 'AI_PROVIDER_UNAVAILABLE')
  assert.equal(scene.ollama.seen.length, 3)
})

eachEngine('waiting for a turn at the local model counts against the deadline', async (base) => {
  await using scene = await aScene(base)
  scene.ollama.always(saysLocally('раз два три четыре пять', { pause_ms: 300 }))
  const first = ask(scene, { model: 'ollama/llama3.2' })
  await until(() => scene.ollama.seen.length === 1)
  const second = await refused(ask(scene, { model: 'ollama/llama3.2', deadline: scene.ctx.now() + 700 }))
  assert.equal(second.code, 'AI_REQUEST_TIMEOUT')
  assert.equal((await first).text, 'раз два три четыре пять')
  assert.equal(scene.ollama.seen.length, 1)
})

eachEngine('usage belongs to the tenant it was made for, and outlives the key', async (base) => {
  await using scene = await aScene(base)
  const key = await aKey(scene)
  const { id } = await scene.ctx.db
    .insertInto('users')
    .values({ email: 'a@b.c', password_hash: '', email_confirmed_at: null, last_login_at: null, created_at: 1 })
    .returning('id')
    .executeTakeFirstOrThrow()
  await ask(scene, { tenant_id: id })
  await scene.ctx.db.deleteFrom('ai_tokens').where('id', '=', key.id).execute()
  assert.deepEqual(
    (await usage(scene)).map((row) => [row.tenant_id, row.token_id]),
    [[id, null]],
  )
})

async function refused(answer: Promise<unknown>): Promise<AppError> {
  const error = await answer.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(error instanceof AppError, `expected a decision, got ${error}`)
  assert.ok(!JSON.stringify(error).includes(KEY))
  return error
}
