import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { OutsideFailed, OutsideRefused } from '../../src/outside/failures.ts'
import { type Http, type Limits, openHttp } from '../../src/outside/http.ts'
import { type ChatRequest, type Openai, openOpenai } from '../../src/outside/openai.ts'
import {
  cutsAfter,
  embeds,
  endless,
  endsEarly,
  type FakeOpenai,
  frame,
  hangs,
  hangsAfter,
  isClosed,
  openFakeOpenai,
  redirectsTo,
  refuses,
  resets,
  type Step,
  says,
  sends,
} from '../helpers/fake-openai.ts'

const KEY = 'sk-test-1234567890abcdef'
const QUICK: Partial<Limits> = { first_ms: 150, idle_ms: 150 } // silence is told apart from slowness within a test's patience

type Scene = AsyncDisposable & { fake: FakeOpenai; http: Http; openai: Openai; request: ChatRequest; heard: string[] }

async function aScene(limits: Partial<Limits> = {}): Promise<Scene> {
  const fake = await openFakeOpenai()
  const http = openHttp()
  const heard: string[] = []
  const turns = [{ role: 'user' as const, content: 'Когда вы открыты?' }]
  const onText = (piece: string) => void heard.push(piece)
  const request = {
    base_url: fake.base_url,
    key: KEY,
    model: 'gpt-4o',
    turns,
    max_tokens: 50,
    temperature: 0.2,
    onText,
  }
  return {
    fake,
    http,
    heard,
    request,
    openai: openOpenai(http, limits),
    [Symbol.asyncDispose]: async () => {
      await http.close()
      await fake[Symbol.asyncDispose]()
    },
  }
}

test('an answer is heard piece by piece and returned whole with its counts', async () => {
  await using scene = await aScene()
  scene.fake.next(says('Мы открыты с 9 до 18.'))
  const answer = await scene.openai.chat(scene.request)
  assert.deepEqual(answer, {
    text: 'Мы открыты с 9 до 18.',
    prompt_tokens: 11,
    completion_tokens: 7,
    finish_reason: 'stop',
  })
  assert.ok(scene.heard.length > 3)
  assert.equal(scene.heard.join(''), answer.text)
  const [seen] = scene.fake.seen
  assert.equal(seen?.headers.authorization, `Bearer ${KEY}`)
  assert.deepEqual(seen?.body.stream_options, { include_usage: true })
})

const WELL_FORMED: [string, Step, string][] = [
  ['frames cut at every byte', says('Ёлка 🎄 стоит', { packets: 'bytes' }), 'Ёлка 🎄 стоит'],
  ['CRLF line ends', says('Да', { line_end: '\r\n' }), 'Да'],
  ['CRLF cut at every byte', says('Да, 🎄', { line_end: '\r\n', packets: 'bytes' }), 'Да, 🎄'],
  ['comments between frames', says('Да', { before: [': OPENROUTER PROCESSING', 'event: x\nid: 7'] }), 'Да'],
  ['no usage chunk', says('Да', { usage: false }), 'Да'],
  ['no [DONE] after a finish reason', says('Да', { done: false }), 'Да'],
  ['[DONE] without a finish reason', says('Да', { finish_reason: null }), 'Да'],
  ['control and escape characters', says('Да\u001b[31m\u0007!\n\tНет'), 'Да[31m!\n\tНет'],
  ['nothing at all', says(''), ''],
  [
    'one JSON object instead of a stream',
    sends(JSON.stringify({ choices: [{ message: { content: 'Да' }, finish_reason: 'stop' }] }), 'application/json'),
    'Да',
  ],
]

for (const [name, step, text] of WELL_FORMED) {
  test(`an answer is understood with ${name}`, async () => {
    await using scene = await aScene()
    scene.fake.next(step)
    assert.equal((await scene.openai.chat(scene.request)).text, text)
  })
}

test('an answer cut by its length says so', async () => {
  await using scene = await aScene()
  scene.fake.next(says('Мы откры', { finish_reason: 'length' }))
  assert.equal((await scene.openai.chat(scene.request)).finish_reason, 'length')
})

test('a missing usage chunk leaves the counts unknown, not zero', async () => {
  await using scene = await aScene()
  scene.fake.next(says('Да', { usage: false }))
  const { prompt_tokens, completion_tokens } = await scene.openai.chat(scene.request)
  assert.deepEqual([prompt_tokens, completion_tokens], [null, null])
})

test('a server that is silent after the finish reason costs a short grace, not the answer', async () => {
  await using scene = await aScene()
  scene.fake.next((res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write(`${frame({ delta: { content: 'Да' } })}\n\n${frame({ delta: {}, finish_reason: 'stop' })}\n\n`)
  })
  const begun = Date.now()
  assert.equal((await scene.openai.chat(scene.request)).text, 'Да')
  assert.ok(Date.now() - begun < 4000)
})

const bigFrame = `${frame({ delta: { content: 'я'.repeat(1_000_000) } })}\n\n`
const megabyteOfZeros = gzipSync(Buffer.alloc(64 * 1024 * 1024))
const FAILURES: [string, Step, string][] = [
  ['a connection that is reset', resets, 'network'],
  ['silence before the headers', hangs, 'timeout'],
  ['silence before the first word', hangsAfter(''), 'timeout'],
  ['silence in the middle', hangsAfter('Мы открыты'), 'timeout'],
  ['a stream of nothing but comments', says('Да', { before: Array(40).fill(': ping'), pause_ms: 20 }), 'timeout'],
  ['a cut within a character', cutsAfter('Мы откры'), 'network'],
  ['an end without a finish', endsEarly('Мы откры'), 'cut'],
  ['an HTML page', sends('<html>sk-test-1234567890abcdef</html>'), 'cut'],
  ['an HTML page that claims to be JSON', sends('<html></html>', 'application/json'), 'garbage'],
  ['a frame that is no JSON', sends(`data: {"choices": ${KEY}\n\n`, 'text/event-stream'), 'garbage'],
  ['a frame of another shape', sends('data: {"choices": 5}\n\n', 'text/event-stream'), 'garbage'],
  ['an answer of two megabytes', sends(bigFrame, 'text/event-stream'), 'too_large'],
  ['an answer that never ends', endless(`${frame({ delta: { content: 'бла '.repeat(50) } })}\n\n`), 'too_large'],
  ['an endless line', endless('data: '.padEnd(4096, 'x')), 'too_large'],
  ['endless frames without text', endless(`data: {"x":"${'y'.repeat(8000)}"}\n\n`), 'too_large'],
  ['a packed bomb', sends(megabyteOfZeros, 'text/event-stream', { 'content-encoding': 'gzip' }), 'too_large'],
]

for (const [name, step, reason] of FAILURES) {
  test(`${name} is a failure, closes the socket and tells nobody the key`, async () => {
    await using scene = await aScene(reason === 'timeout' ? QUICK : {})
    scene.fake.next(step)
    const error = await scene.openai.chat(scene.request).catch((error: unknown) => error)
    assert.ok(error instanceof OutsideFailed, String(error))
    assert.equal(error.reason, reason)
    assertNoSecret(error)
    assert.ok(await isClosed(scene.fake.seen[0]))
  })
}

const REFUSALS: [string, Step, { status: number; code: string | null; retry_after_ms: number | null }][] = [
  ['401', refuses(401, { code: 'invalid_api_key' }), { status: 401, code: 'invalid_api_key', retry_after_ms: null }],
  ['403', refuses(403), { status: 403, code: 'error', retry_after_ms: null }],
  ['404', refuses(404, { code: 'model_not_found' }), { status: 404, code: 'model_not_found', retry_after_ms: null }],
  [
    '429 for the rate',
    refuses(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '7' }),
    { status: 429, code: 'rate_limit_exceeded', retry_after_ms: 7000 },
  ],
  [
    '429 with milliseconds',
    refuses(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '7', 'retry-after-ms': '250' }),
    { status: 429, code: 'rate_limit_exceeded', retry_after_ms: 250 },
  ],
  [
    '429 for the purse',
    refuses(429, { type: 'insufficient_quota', code: 'insufficient_quota' }),
    { status: 429, code: 'insufficient_quota', retry_after_ms: null },
  ],
  ['500', refuses(500), { status: 500, code: 'error', retry_after_ms: null }],
  ['502 with a page', sendsStatus(502), { status: 502, code: null, retry_after_ms: null }],
  ['503', refuses(503, {}, { 'retry-after': '1' }), { status: 503, code: 'error', retry_after_ms: 1000 }],
  ['a code that echoes the key', refuses(400, { code: KEY }), { status: 400, code: 'error', retry_after_ms: null }],
  [
    'an error inside the stream',
    sends(`data: {"error":{"message":"${KEY}","code":"rate_limit_exceeded"}}\n\n`, 'text/event-stream'),
    { status: 429, code: 'rate_limit_exceeded', retry_after_ms: null },
  ],
  [
    'a numeric error inside the stream',
    sends('data: {"error":{"message":"x","code":502}}\n\n', 'text/event-stream'),
    { status: 502, code: null, retry_after_ms: null },
  ],
]

for (const [name, step, expected] of REFUSALS) {
  test(`a refusal is told with its status and code: ${name}`, async () => {
    await using scene = await aScene()
    scene.fake.next(step)
    const error = await scene.openai.chat(scene.request).catch((error: unknown) => error)
    assert.ok(error instanceof OutsideRefused, String(error))
    const { status, code, retry_after_ms } = error
    assert.deepEqual({ status, code, retry_after_ms }, expected)
    assertNoSecret(error)
  })
}

test('a redirect is not followed, so the key goes nowhere else', async () => {
  await using scene = await aScene()
  await using other = await openFakeOpenai()
  scene.fake.next(redirectsTo(`${other.base_url}/chat/completions`))
  await assert.rejects(scene.openai.chat(scene.request), { name: 'OutsideRefused', status: 307 })
  assert.equal(other.seen.length, 0)
})

test('a server that is switched off is a network failure', async () => {
  await using scene = await aScene()
  await scene.fake.switchOff()
  await assert.rejects(scene.openai.chat(scene.request), { name: 'OutsideFailed', reason: 'network' })
})

test('a caller who gives up closes the socket at once', async () => {
  await using scene = await aScene()
  scene.fake.next(hangsAfter('Мы открыты'))
  const giveUp = new AbortController()
  const answer = scene.openai.chat({ ...scene.request, signal: giveUp.signal, onText: () => giveUp.abort() })
  await assert.rejects(answer, { name: 'OutsideFailed', reason: 'aborted' })
  assert.ok(await isClosed(scene.fake.seen[0]))
  await socketsGone(scene.fake)
})

test('an error of the listener is the listener’s, and the socket is closed', async () => {
  await using scene = await aScene()
  scene.fake.next(hangsAfter('Мы открыты'))
  const onText = () => {
    throw new RangeError('screen is full')
  }
  await assert.rejects(scene.openai.chat({ ...scene.request, onText }), RangeError)
  assert.ok(await isClosed(scene.fake.seen[0]))
  await socketsGone(scene.fake)
})

test('answers that end well leave their connection to the next', async () => {
  await using scene = await aScene()
  for (let i = 0; i < 5; i++) await scene.openai.chat(scene.request)
  assert.ok(scene.fake.sockets() <= 2, 'the next call may start while the last socket is being put back')
})

test('a reasoning model is asked in its own words', async () => {
  await using scene = await aScene()
  await scene.openai.chat({ ...scene.request, model: 'o4-mini' })
  const body = scene.fake.seen[0]?.body
  assert.deepEqual([body?.max_completion_tokens, body?.reasoning_effort], [50, 'low'])
  assert.deepEqual([body?.max_tokens, body?.temperature], [undefined, undefined])
})

test('embeddings come back in the order of the texts, whatever order they were sent in', async () => {
  await using scene = await aScene()
  scene.fake.next(embeds((rows) => rows.toReversed()))
  const input = ['а', 'бб', 'ввв']
  const shuffled = await scene.openai.embed({ ...scene.request, input })
  const plain = await scene.openai.embed({ ...scene.request, input })
  assert.deepEqual(shuffled, plain)
  assert.equal(shuffled[0]?.length, 8)
})

const BAD_EMBEDDINGS: [string, Step][] = [
  ['a doubled index', embeds((rows) => rows.map((row) => ({ ...row, index: 0 })))],
  ['a missing row', embeds((rows) => rows.slice(1))],
  ['a row too many', embeds((rows) => [...rows, { index: 2, embedding: rows[0]?.embedding }])],
  [
    'vectors of different length',
    embeds(([a, b]) => [a, { index: 1, embedding: (b!.embedding as number[]).slice(1) }]),
  ],
  ['empty vectors', embeds((rows) => rows.map((row) => ({ ...row, embedding: [] })))],
  ['null among the numbers', embeds((rows) => rows.map((row) => ({ ...row, embedding: [1, null, 3] })))],
  ['numbers too big for a float', embeds((rows) => rows.map((row) => ({ ...row, embedding: [1, 1e300, 3] })))],
  ['nothing but zeros', embeds((rows) => rows.map((row) => ({ ...row, embedding: [0, 0, 0] })))],
  ['NaN, which JSON does not have', sends('{"data":[{"index":0,"embedding":[NaN]}]}', 'application/json')],
  ['an HTML page', sends('<html></html>')],
]

for (const [name, step] of BAD_EMBEDDINGS) {
  test(`embeddings with ${name} are refused`, async () => {
    await using scene = await aScene()
    scene.fake.next(step)
    const embedded = scene.openai.embed({ ...scene.request, input: ['а', 'б'] })
    await assert.rejects(embedded, { name: 'OutsideFailed', reason: 'garbage' })
  })
}

test('the models of a key are listed by name', async () => {
  await using scene = await aScene()
  assert.deepEqual(await scene.openai.listModels(scene.request), ['gpt-4o', 'gpt-4o-mini'])
  assert.equal(scene.fake.seen[0]?.method, 'GET')
})

test('with a proxy every request goes through it', async () => {
  await using proxy = await openFakeOpenai()
  const http = openHttp({ proxy: proxy.url })
  const request = { base_url: 'http://api.example.invalid/v1', key: KEY, model: 'gpt-4o', turns: [] }
  const { text } = await openOpenai(http).chat(request)
  await http.close()
  assert.equal(text, 'Ответ готов.')
  assert.equal(proxy.seen[0]?.path, 'http://api.example.invalid/v1/chat/completions')
})

function sendsStatus(status: number): Step {
  return (res) => void res.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
}

function assertNoSecret(error: Error): void {
  const told = [
    error.message,
    error.stack,
    JSON.stringify(error),
    String(error.cause),
    JSON.stringify(error.cause ?? {}),
  ]
  assert.ok(!told.join('\n').includes(KEY))
}

async function socketsGone(fake: FakeOpenai): Promise<void> {
  for (let i = 0; i < 100 && fake.sockets() > 0; i++) await after(10)
  assert.equal(fake.sockets(), 0)
}
