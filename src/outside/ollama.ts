import { ReadableStream } from 'node:stream/web'
import { Ollama as OllamaClient } from 'ollama'
import { z } from 'zod'
import { DAY, MINUTE, SECOND } from '../lib/time.ts'
import { type ChatAnswer, type ChatTurn, collectText, parsed, toVectors } from './answers.ts'
import { OutsideFailed, OutsideRefused } from './failures.ts'
import { type Answer, type Http, type Limits, send } from './http.ts'
import { parseJson, readBytes, readLines } from './reading.ts'
import { turnstile } from './turnstile.ts'

export type OllamaChat = {
  model: string
  turns: ChatTurn[]
  max_tokens?: number | undefined
  temperature?: number | undefined
  signal?: AbortSignal
  onText?: ((piece: string) => void) | undefined
  /** How long to wait for the first word, if shorter than usual; the time in our own queue is not counted. */
  first_ms?: number | undefined
}
export type OllamaEmbed = { model: string; input: string[]; dimensions?: number | undefined; signal?: AbortSignal }
/** One step of a download; the byte counts are null for steps that have none. */
export type PullProgress = { status: string; completed: number | null; total: number | null }
export type OllamaPull = { model: string; signal?: AbortSignal; onProgress?: (progress: PullProgress) => void }
export type LocalModel = { name: string; bytes: number }

export type Ollama = {
  chat(request: OllamaChat): Promise<ChatAnswer>
  embed(request: OllamaEmbed): Promise<Float32Array[]>
  listModels(signal?: AbortSignal): Promise<LocalModel[]>
  /** Resolves once the model is there; a repeat of a finished download is quick and harmless. */
  pull(request: OllamaPull): Promise<void>
}

export type OllamaOptions = { base_url: string; parallel: number; limits?: Partial<Limits> }

const SYSTEM = 'ollama'
// Passages and twelve turns come to about 5000 tokens; the server's own default of 4096 would silently forget the beginning.
const CONTEXT_TOKENS = 8192
const MEGABYTE = 1024 * 1024

const CHAT_LIMITS: Limits = {
  first_ms: 90 * SECOND, // a cold model is read from disk first
  idle_ms: 30 * SECOND, // a slow processor still gives a token a second
  total_ms: 120 * SECOND,
  max_bytes: 16 * MEGABYTE, // a line of about 150 bytes carries about 4 bytes of text
}
const EMBED_LIMITS: Limits = { ...CHAT_LIMITS, max_bytes: 16 * MEGABYTE } // 64 vectors of 4096 numbers are 6 MB as text
const LIST_LIMITS: Limits = { first_ms: 5 * SECOND, idle_ms: 5 * SECOND, total_ms: 10 * SECOND, max_bytes: MEGABYTE }
// Checking the sum of a 40 GB file is silent for minutes; progress lines of a whole day stay below 100 MB.
const PULL_LIMITS: Limits = { first_ms: MINUTE, idle_ms: 15 * MINUTE, total_ms: DAY, max_bytes: 128 * MEGABYTE }

const Part = z.object({
  message: z.object({ content: z.string(), thinking: z.string().nullish() }).optional(),
  done: z.boolean(),
  done_reason: z.string().max(64).nullish(),
  prompt_eval_count: z.int().nonnegative().nullish().catch(null),
  eval_count: z.int().nonnegative().nullish().catch(null),
})
const Embeddings = z.object({ embeddings: z.array(z.array(z.number())) })
const Tags = z.object({
  models: z.array(z.object({ name: z.string().max(200), size: z.number().nonnegative().catch(0) })),
})
const Progress = z.object({
  status: z.string().max(500),
  completed: z.number().nonnegative().nullish(),
  total: z.number().nonnegative().nullish(),
})

/** A client of one local Ollama server. At most `parallel` chats (and as many embeddings) are under way; others wait their turn until their signal aborts. */
export function openOllama(http: Http, { base_url, parallel, limits }: OllamaOptions): Ollama {
  const line: Line = { http, base_url }
  const chatLimits = { ...CHAT_LIMITS, ...limits }
  const [enterChat, enterEmbed] = [turnstile(SYSTEM, parallel), turnstile(SYSTEM, parallel)]
  return {
    chat: async (request) => {
      using _turn = await enterChat(request.signal)
      return await chat(line, { ...chatLimits, first_ms: request.first_ms ?? chatLimits.first_ms }, request)
    },
    embed: async (request) => {
      using _turn = await enterEmbed(request.signal)
      return await embed(line, request)
    },
    listModels: (signal) => listModels(line, signal),
    pull: (request) => pull(line, request),
  }
}

async function chat(line: Line, limits: Limits, request: OllamaChat): Promise<ChatAnswer> {
  using talk = openTalk(line, limits, request.signal)
  const { model, turns: messages, max_tokens: num_predict, temperature } = request
  const options = { num_predict, temperature, num_ctx: CONTEXT_TOKENS }
  // Thinking aloud takes minutes on a small processor, and the passages hold the answer already.
  const parts = talk.hear(() => talk.client.chat({ model, messages, stream: true, think: false, options }))
  const said = collectText(SYSTEM, request.onText)
  for await (const received of parts) {
    const part = parsed(SYSTEM, Part, received)
    if (part.message?.content) said.add(part.message.content)
    if (part.message?.content || part.message?.thinking) talk.wait(limits.idle_ms)
    if (part.done) return toAnswer(said.text(), part)
  }
  throw new OutsideFailed(SYSTEM, 'cut')
}

function toAnswer(text: string, last: z.infer<typeof Part>): ChatAnswer {
  return {
    text,
    prompt_tokens: last.prompt_eval_count ?? null,
    completion_tokens: last.eval_count ?? null,
    finish_reason: last.done_reason ?? 'stop',
  }
}

async function embed(line: Line, { model, input, dimensions, signal }: OllamaEmbed): Promise<Float32Array[]> {
  using talk = openTalk(line, EMBED_LIMITS, signal)
  const received = await talk.ask(() => talk.client.embed({ model, input, truncate: true, dimensions }))
  const { embeddings } = parsed(SYSTEM, Embeddings, received)
  if (embeddings.length !== input.length) throw new OutsideFailed(SYSTEM, 'garbage')
  return toVectors(SYSTEM, embeddings)
}

async function listModels(line: Line, signal: AbortSignal | undefined): Promise<LocalModel[]> {
  using talk = openTalk(line, LIST_LIMITS, signal)
  const { models } = parsed(SYSTEM, Tags, await talk.ask(() => talk.client.list()))
  return models.map(({ name, size }) => ({ name, bytes: size }))
}

async function pull(line: Line, { model, signal, onProgress }: OllamaPull): Promise<void> {
  using talk = openTalk(line, PULL_LIMITS, signal)
  for await (const received of talk.hear(() => talk.client.pull({ model, stream: true }))) {
    const { status, completed = null, total = null } = parsed(SYSTEM, Progress, received)
    talk.wait(PULL_LIMITS.idle_ms)
    onProgress?.({ status, completed, total })
  }
}

type Line = { http: Http; base_url: string }
type Talk = Disposable & {
  client: OllamaClient
  wait(ms: number): void
  ask<T>(call: () => Promise<T>): Promise<T>
  hear<T>(call: () => Promise<AsyncIterable<T>>): AsyncGenerator<T>
}

/** The package's client for one call, over our own pool with our caps and signal; its errors become ours. */
function openTalk({ http, base_url }: Line, limits: Limits, signal: AbortSignal | undefined): Talk {
  let answer: Answer | undefined
  let inLines = false
  const reach = async (url: string | URL | Request, { method = 'GET', headers, body }: RequestInit = {}) => {
    const sent = {
      url: String(url),
      method,
      headers: headers as Record<string, string>,
      body: body as string | undefined,
    }
    answer = await send(http, { system: SYSTEM, ...sent, signal, limits })
    const pieces = inLines ? checkedLines(answer) : readBytes(answer)
    return new Response(ReadableStream.from(pieces) as unknown as BodyInit)
  }
  return {
    client: new OllamaClient({ host: base_url, fetch: reach }),
    wait: (ms) => answer?.wait(ms),
    ask: (call) => call().catch((error) => Promise.reject(translated(error))),
    hear: async function* (call) {
      inLines = true
      try {
        yield* await call()
      } catch (error) {
        throw translated(error)
      }
    },
    [Symbol.dispose]: () => answer?.[Symbol.dispose](),
  }
}

/** Lines are checked before the package sees them: it would print what is no JSON to the console and go on. */
async function* checkedLines(answer: Answer): AsyncGenerator<Uint8Array> {
  for await (const line of readLines(answer)) {
    if (line.trim() === '') continue
    parseJson(SYSTEM, line)
    yield Buffer.from(`${line}\n`)
  }
}

/** What the package itself throws means an answer that broke off, with their error line or without a last one; its text is theirs and is dropped. */
function translated(error: unknown): Error {
  if (error instanceof OutsideRefused || error instanceof OutsideFailed) return error
  return new OutsideFailed(SYSTEM, error instanceof SyntaxError || error instanceof TypeError ? 'garbage' : 'cut')
}
