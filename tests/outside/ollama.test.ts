import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import { OutsideFailed, OutsideRefused } from '../../src/outside/failures.ts'
import { type Limits, openHttp } from '../../src/outside/http.ts'
import { type Ollama, type OllamaChat, openOllama, type PullProgress } from '../../src/outside/ollama.ts'
import {
  breaksAfter,
  embedsLocally,
  type FakeOllama,
  openFakeOllama,
  refusesLocally,
  saysLocally,
  streams,
} from '../helpers/fake-ollama.ts'
import { endless, hangs, isClosed, resets, type Step, sends } from '../helpers/fake-openai.ts'

const QUICK: Partial<Limits> = { first_ms: 150, idle_ms: 150 } // silence is told apart from slowness within a test's patience

type Scene = AsyncDisposable & { fake: FakeOllama; ollama: Ollama; request: OllamaChat; heard: string[] }

async function aScene({ parallel = 1, limits = {} as Partial<Limits> } = {}): Promise<Scene> {
  const fake = await openFakeOllama()
  const http = openHttp()
  const heard: string[] = []
  const turns = [{ role: 'user' as const, content: 'Когда вы открыты?' }]
  const request = { model: 'llama3.2', turns, max_tokens: 50, onText: (piece: string) => void heard.push(piece) }
  const ollama = openOllama(http, { base_url: fake.url, parallel, limits })
  const close = async () => {
    await http.close()
    await fake[Symbol.asyncDispose]()
  }
  return { fake, heard, request, ollama, [Symbol.asyncDispose]: close }
}

test('a local answer is heard piece by piece and returned whole with its counts', async () => {
  await using scene = await aScene()
  scene.fake.next(saysLocally('Мы открыты с 9 до 18. 🎄', { split_bytes: true }))
  const answer = await scene.ollama.chat(scene.request)
  assert.deepEqual(answer, {
    text: 'Мы открыты с 9 до 18. 🎄',
    prompt_tokens: 12,
    completion_tokens: 5,
    finish_reason: 'stop',
  })
  assert.ok(scene.heard.length > 3)
  assert.equal(scene.heard.join(''), answer.text)
  const options = scene.fake.seen[0]?.body.options as Record<string, unknown>
  assert.deepEqual(options, { num_predict: 50, num_ctx: 8192 })
  assert.equal(scene.fake.seen[0]?.body.think, false)
})

test('counts that a cached prompt leaves out are unknown, not zero', async () => {
  await using scene = await aScene()
  scene.fake.next(saysLocally('Да', { counts: false }))
  const { prompt_tokens, completion_tokens } = await scene.ollama.chat(scene.request)
  assert.deepEqual([prompt_tokens, completion_tokens], [null, null])
})

const line = (content: string) => `${JSON.stringify({ message: { content }, done: false })}\n`
const NDJSON = 'application/x-ndjson'
const FAILURES: [string, Step, string][] = [
  ['a connection that is reset', resets, 'network'],
  ['silence before the headers', hangs, 'timeout'],
  ['silence in the middle', saysLocally('Мы открыты с утра', { pause_ms: 400 }), 'timeout'],
  ['an end without a last line', saysLocally('Мы откры', { done: false }), 'cut'],
  ['an error line in a good stream', breaksAfter('Мы откры', 'model runner has unexpectedly stopped'), 'cut'],
  ['an HTML page', sends('<html>\n</html>'), 'garbage'],
  ['a line that is no JSON', sends('{"message":\n', NDJSON), 'garbage'],
  ['a line of another shape', streams([{ message: 5, done: false }]), 'garbage'],
  ['a line that is no object', sends('5\n', NDJSON), 'garbage'],
  ['an answer of two megabytes', sends(line('я'.repeat(1_000_000)), NDJSON), 'too_large'],
  ['an answer that never ends', endless(line('бла '.repeat(50)), NDJSON), 'too_large'],
  ['an endless line', endless('x'.repeat(4096), NDJSON), 'too_large'],
]

for (const [name, step, reason] of FAILURES) {
  test(`${name} from the local model is a failure, closes the socket and prints nothing`, async (t) => {
    await using scene = await aScene({ limits: reason === 'timeout' ? QUICK : {} })
    const printed = listenToConsole(t)
    scene.fake.next(step)
    const error = await scene.ollama.chat(scene.request).catch((error: unknown) => error)
    assert.ok(error instanceof OutsideFailed, String(error))
    assert.equal(error.reason, reason)
    assert.ok(await isClosed(scene.fake.seen[0]))
    assert.equal(printed(), 0)
  })
}

test('a model that is not there, a full queue and a broken runner are told with their status', async (t) => {
  await using scene = await aScene()
  const printed = listenToConsole(t)
  for (const status of [404, 429, 500, 502, 503]) {
    scene.fake.next(refusesLocally(status, 'model "x" not found'))
    const error = await scene.ollama.chat(scene.request).catch((error: unknown) => error)
    assert.ok(error instanceof OutsideRefused)
    assert.equal(error.status, status)
  }
  assert.equal(printed(), 0)
})

test('a caller who gives up closes the socket at once', async () => {
  await using scene = await aScene()
  scene.fake.next(saysLocally('раз два три четыре пять', { pause_ms: 200 }))
  const giveUp = new AbortController()
  const answer = scene.ollama.chat({ ...scene.request, signal: giveUp.signal, onText: () => giveUp.abort() })
  await assert.rejects(answer, { name: 'OutsideFailed', reason: 'aborted' })
  assert.ok(await isClosed(scene.fake.seen[0]))
})

test('an error of the listener is the listener’s own, and the socket is closed', async () => {
  await using scene = await aScene()
  scene.fake.next(saysLocally('раз два три', { pause_ms: 1000 }))
  const onText = () => {
    throw new RangeError('screen is full')
  }
  await assert.rejects(scene.ollama.chat({ ...scene.request, onText }), RangeError)
  assert.ok(await isClosed(scene.fake.seen[0]))
})

test('one chat at a time is under way, the next begins when it ends', async () => {
  await using scene = await aScene()
  scene.fake.always(saysLocally('раз два', { pause_ms: 40 }))
  const chats = [1, 2, 3].map(() => scene.ollama.chat(scene.request))
  await after(60)
  assert.equal(scene.fake.seen.length, 1)
  assert.equal((await Promise.all(chats)).length, 3)
})

test('as many chats run at once as the server is said to take', async () => {
  await using scene = await aScene({ parallel: 2 })
  scene.fake.always(saysLocally('раз два', { pause_ms: 40 }))
  const chats = [1, 2, 3].map(() => scene.ollama.chat(scene.request))
  await after(60)
  assert.equal(scene.fake.seen.length, 2)
  await Promise.all(chats)
})

test('who gives up in the queue is never sent, and the place goes to the next', async () => {
  await using scene = await aScene()
  scene.fake.always(saysLocally('раз два', { pause_ms: 40 }))
  const first = scene.ollama.chat(scene.request)
  const impatient = scene.ollama.chat({ ...scene.request, signal: AbortSignal.timeout(20) })
  const third = scene.ollama.chat(scene.request)
  await assert.rejects(impatient, { name: 'OutsideFailed', reason: 'aborted' })
  await Promise.all([first, third])
  assert.equal(scene.fake.seen.length, 2)
})

test('a failed chat gives its place back', async () => {
  await using scene = await aScene()
  scene.fake.next(resets)
  await assert.rejects(scene.ollama.chat(scene.request))
  assert.equal((await scene.ollama.chat(scene.request)).text, 'Ответ готов.')
})

test('a question is embedded while a chat is under way', async () => {
  await using scene = await aScene()
  scene.fake.next(saysLocally('раз два три', { pause_ms: 60 }))
  const chat = scene.ollama.chat(scene.request)
  const [vector] = await scene.ollama.embed({ model: 'bge-m3', input: ['вопрос'] })
  assert.equal(vector?.length, 8)
  assert.equal((await chat).text, 'раз два три')
})

const BAD_EMBEDDINGS: [string, Step][] = [
  ['a missing row', embedsLocally((rows) => rows.slice(1))],
  ['vectors of different length', embedsLocally(([a]) => [a, [1, 2]])],
  ['null among the numbers', embedsLocally(([a]) => [a, [1, null, 3]])],
  ['nothing but zeros', embedsLocally((rows) => rows.map(() => [0, 0, 0]))],
  ['NaN, which JSON does not have', sends('{"embeddings":[[NaN],[1]]}', 'application/json')],
  ['an HTML page', sends('<html></html>')],
]

for (const [name, step] of BAD_EMBEDDINGS) {
  test(`local embeddings with ${name} are refused`, async () => {
    await using scene = await aScene()
    scene.fake.next(step)
    const embedded = scene.ollama.embed({ model: 'bge-m3', input: ['а', 'б'] })
    await assert.rejects(embedded, { name: 'OutsideFailed', reason: 'garbage' })
  })
}

test('64 vectors of 1024 numbers fit', async () => {
  await using scene = await aScene()
  const rows = Array.from({ length: 64 }, (_, i) => Array.from({ length: 1024 }, (_, j) => Math.sin(i + j)))
  scene.fake.next(embedsLocally(() => rows))
  const vectors = await scene.ollama.embed({ model: 'bge-m3', input: rows.map(String) })
  assert.deepEqual([vectors.length, vectors[0]?.length], [64, 1024])
})

test('local models are listed with their size', async () => {
  await using scene = await aScene()
  assert.deepEqual((await scene.ollama.listModels())[0], { name: 'llama3.2:latest', bytes: 1000 })
})

test('a pull tells its progress and ends when the model is there', async () => {
  await using scene = await aScene()
  const steps: PullProgress[] = []
  await scene.ollama.pull({ model: 'qwen3:4b', onProgress: (step) => void steps.push(step) })
  assert.deepEqual(steps[0], { status: 'pulling manifest', completed: null, total: null })
  assert.deepEqual(steps[2], { status: 'pulling 6a0746a1ec1a', completed: 100, total: 100 })
  assert.equal(steps.at(-1)?.status, 'success')
  assert.ok(scene.fake.models.includes('qwen3:4b'))
})

test('a pull that breaks off does not pass for done', async () => {
  await using scene = await aScene()
  scene.fake.next(streams([{ status: 'pulling manifest' }, { error: 'no space left on device' }]))
  await assert.rejects(scene.ollama.pull({ model: 'qwen3:4b' }), { name: 'OutsideFailed', reason: 'cut' })
})

function listenToConsole(t: TestContext): () => number {
  const spies = (['log', 'warn', 'error'] as const).map((name) => t.mock.method(console, name, () => {}))
  return () => spies.reduce((sum, spy) => sum + spy.mock.callCount(), 0)
}
