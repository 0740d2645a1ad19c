import { z } from 'zod'
import { SECOND } from '../lib/time.ts'
import { type ChatAnswer, type ChatTurn, type CollectedText, collectText, parsed, toVectors } from './answers.ts'
import { OutsideFailed, OutsideRefused } from './failures.ts'
import { type Answer, type Call, type Http, type Limits, refusalCode, send } from './http.ts'
import { parseJson, readEvents, readJson } from './reading.ts'

/** One chat call. `key` null sends no credential; `headers` are added as they are; `onText` hears each piece as it comes. */
export type ChatRequest = {
  base_url: string
  key: string | null
  model: string
  turns: ChatTurn[]
  max_tokens?: number | undefined
  temperature?: number | undefined
  headers?: Record<string, string>
  signal?: AbortSignal
  onText?: ((piece: string) => void) | undefined
  /** How long to wait for the first word, if shorter than usual. */
  first_ms?: number | undefined
}

export type EmbedRequest = {
  base_url: string
  key: string | null
  model: string
  input: string[]
  dimensions?: number | undefined
  headers?: Record<string, string>
  signal?: AbortSignal
}

export type ListRequest = Pick<EmbedRequest, 'base_url' | 'key' | 'headers' | 'signal'>

export type Openai = {
  chat(request: ChatRequest): Promise<ChatAnswer>
  embed(request: EmbedRequest): Promise<Float32Array[]>
  listModels(request: ListRequest): Promise<string[]>
}

const GRACE = 2 * SECOND // after the finish reason only the usage chunk is missing; it comes at once or not at all
const FAREWELL = 200 // ms after [DONE]: just enough for the connection to end well and be used again
const SYSTEM = 'openai'

const CHAT_LIMITS: Limits = {
  first_ms: 30 * SECOND, // a loaded provider queues; our caller's deadline is usually shorter
  idle_ms: 15 * SECOND,
  total_ms: 120 * SECOND,
  max_bytes: 16 * 1024 * 1024, // a frame of about 250 bytes carries about 4 bytes of text
}
const EMBED_LIMITS: Limits = { first_ms: 60_000, idle_ms: 15_000, total_ms: 60_000, max_bytes: 16 * 1024 * 1024 } // 64 × 4096 numbers as text are 6 MB
const LIST_LIMITS: Limits = { first_ms: 10_000, idle_ms: 10_000, total_ms: 15_000, max_bytes: 2 * 1024 * 1024 } // the largest public list is 0.5 MB
const MAX_MODELS = 2000

const Count = z.int().nonnegative().max(100_000_000).nullish().catch(null)
const Usage = z.object({ prompt_tokens: Count, completion_tokens: Count }).nullish().catch(null)
const Said = z.object({ content: z.string().nullish(), reasoning_content: z.string().nullish().catch(null) }).nullish()
const Choice = z.object({ delta: Said, message: Said, finish_reason: z.string().max(64).nullish() })
const Chunk = z.object({ choices: z.array(Choice).max(16).nullish(), usage: Usage, error: z.unknown().optional() })
const Embeddings = z.object({
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()) })),
})
const Models = z.object({ data: z.array(z.object({ id: z.string().max(200) })) })

/** A client of any server that speaks the OpenAI API (checked against openai-openapi and openai-node); keeps no state but the pool it is given. */
export function openOpenai(http: Http, limits: Partial<Limits> = {}): Openai {
  const chatLimits = { ...CHAT_LIMITS, ...limits }
  return {
    chat: (request) => chat(http, { ...chatLimits, first_ms: request.first_ms ?? chatLimits.first_ms }, request),
    embed: (request) => embed(http, request),
    listModels: (request) => listModels(http, request),
  }
}

/** Streams one answer. Throws `OutsideRefused`, also for an error inside the stream, or `OutsideFailed`; a half answer is never returned. */
async function chat(http: Http, limits: Limits, request: ChatRequest): Promise<ChatAnswer> {
  using answer = await send(http, { ...post(request, 'chat/completions', chatBody(request)), limits })
  const draft: Draft = { ...NO_COUNTS, finish_reason: null, said: collectText(SYSTEM, request.onText) }
  if (isJson(answer)) addChunk(draft, await readJson(answer))
  else await readDraft(answer, draft, limits.idle_ms)
  const { said, finish_reason, ...counts } = draft
  if (finish_reason === null) throw new OutsideFailed(SYSTEM, 'cut')
  return { text: said.text(), ...counts, finish_reason }
}

function chatBody({ model, turns, max_tokens, temperature }: ChatRequest): object {
  // Reasoning models refuse `max_tokens` and any temperature but their own, and left alone think longer than a visitor waits.
  const reasons = /^(o\d|gpt-5)/.test(model)
  const slow = { max_completion_tokens: max_tokens, reasoning_effort: 'low' }
  const settings = reasons ? slow : { max_tokens, temperature }
  return { model, messages: turns, ...settings, stream: true, stream_options: { include_usage: true } }
}

type Counts = Pick<ChatAnswer, 'prompt_tokens' | 'completion_tokens'>
type Draft = Counts & { finish_reason: string | null; said: CollectedText }

const NO_COUNTS: Counts = { prompt_tokens: null, completion_tokens: null }

async function readDraft(answer: Answer, draft: Draft, idle: number): Promise<void> {
  try {
    for await (const data of readEvents(answer)) {
      const finished = draft.finish_reason !== null
      const heard = addFrame(answer, draft, data)
      if (!finished && draft.finish_reason !== null) answer.wait(GRACE)
      else if (!finished && heard) answer.wait(idle)
    }
  } catch (error) {
    // What breaks after the end of the text costs us the token counts, not the answer.
    if (draft.finish_reason === null || !(error instanceof OutsideFailed) || error.reason === 'aborted') throw error
  }
}

function addFrame(answer: Answer, draft: Draft, data: string): boolean {
  if (data.trim() !== '[DONE]') return addChunk(draft, parseJson(SYSTEM, data))
  draft.finish_reason ??= 'stop'
  answer.wait(FAREWELL)
  return false
}

/** Adds one chunk (or one whole answer) to the draft and says whether the model was heard. */
function addChunk(draft: Draft, received: unknown): boolean {
  const { choices, usage, error } = parsed(SYSTEM, Chunk, received)
  if (error) throw streamedRefusal(received)
  Object.assign(draft, usage)
  const choice = choices?.[0]
  const said = choice?.delta ?? choice?.message
  if (said?.content) draft.said.add(said.content)
  if (choice?.finish_reason) draft.finish_reason = choice.finish_reason
  return Boolean(said?.content || said?.reasoning_content)
}

/** An error object in a 200 stream: a numeric code is a status (OpenRouter), a known word means 429, everything else their fault. */
function streamedRefusal(received: unknown): OutsideRefused {
  const code = refusalCode(received)
  const number = (received as { error: { code?: unknown } }).error.code
  const isStatus = typeof number === 'number' && number >= 400 && number < 600
  const status = isStatus ? number : /rate_limit|quota|limit_exceeded/.test(code ?? '') ? 429 : 500
  return new OutsideRefused(SYSTEM, { status, code })
}

/** One vector per text, in the order of the texts. Throws `garbage` when an index is missing, doubled, or a vector is not one. */
async function embed(http: Http, request: EmbedRequest): Promise<Float32Array[]> {
  const { model, input, dimensions } = request
  const body = { model, input, dimensions, encoding_format: 'float' }
  using answer = await send(http, { ...post(request, 'embeddings', body), limits: EMBED_LIMITS })
  const { data } = parsed(SYSTEM, Embeddings, await readJson(answer))
  const ordered = input.map((_, index) => data.find((row) => row.index === index)?.embedding)
  if (data.length !== input.length) throw new OutsideFailed(SYSTEM, 'garbage')
  return toVectors(SYSTEM, ordered)
}

/** The names of the models this key may use. */
async function listModels(http: Http, request: ListRequest): Promise<string[]> {
  using answer = await send(http, { ...address(request, 'models'), method: 'GET', limits: LIST_LIMITS })
  return parsed(SYSTEM, Models, await readJson(answer))
    .data.slice(0, MAX_MODELS)
    .map((model) => model.id)
}

function post(to: ListRequest, path: string, body: object): Omit<Call, 'limits'> {
  return { ...address(to, path), body: JSON.stringify(body) }
}

function address({ base_url, key, headers, signal }: ListRequest, path: string): Omit<Call, 'limits'> {
  return {
    system: SYSTEM,
    url: `${base_url.replace(/\/+$/, '')}/${path}`,
    headers: {
      ...headers,
      'content-type': 'application/json',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
    signal,
  }
}

function isJson(answer: Answer): boolean {
  return (answer.response.headers.get('content-type') ?? '').includes('application/json')
}
