import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { MINUTE, SECOND } from '../lib/time.ts'
import { OutsideFailed } from '../outside/failures.ts'
import { throughRoutes } from './failover.ts'
import type { Model } from './models.ts'
import type { Route } from './pool.ts'

/** What turns text into vectors here; vectors of different fingerprints must never be compared. */
export type Embedder = { fingerprint: string; model: Model; dimensions: number | undefined; scheme: Scheme }
export type Vector = { fingerprint: string; values: Float32Array }

type Scheme = { name: string; query: string; passage: string }
type Kind = 'query' | 'passage'

const QUESTION_WAIT = 2 * SECOND // words alone answer well enough that a visitor need not wait longer
const BATCH_WAIT = 2 * MINUTE // a cold local model on a small processor
const REMEMBERED = 256 // questions: a megabyte at 1024 numbers each
const MAX_QUESTION = 2000 // UTF-16 units; what comes after says nothing new about the topic
const MAX_PASSAGE = 8000 // about 2000 tokens, far above our chunks and below every model's limit

// As the model cards ask; a model used without its prefixes finds noticeably worse.
const SCHEMES: [RegExp, Scheme][] = [
  [/(^|[^a-z0-9])e5([^a-z0-9]|$)/i, { name: 'e5', query: 'query: ', passage: 'passage: ' }],
  [/nomic-embed/i, { name: 'nomic', query: 'search_query: ', passage: 'search_document: ' }],
  [/embeddinggemma/i, { name: 'gemma', query: 'task: search result | query: ', passage: 'title: none | text: ' }],
  [/text-search-doc/, { name: 'yandex', query: '', passage: '' }], // a pair of models instead of prefixes
]
const PLAIN: Scheme = { name: 'plain', query: '', passage: '' }

/** The configured embedder, or null when words alone are to answer. */
export function embedder({ config }: Pick<Context, 'config'>): Embedder | null {
  const { 'embedder.provider': provider, 'embedder.model': name, 'embedder.dimensions': dimensions } = config
  if (provider === 'none' || !name) return null
  const scheme = SCHEMES.find(([pattern]) => pattern.test(name))?.[1] ?? PLAIN
  const url = config[provider === 'ollama' ? 'ollama.url' : 'openai.base_url']
  const fingerprint = [provider, url, name, dimensions ?? 'own', scheme.name].join('|')
  const model: Model = { name, provider, model: name, label: name, price_multiplier: 1 }
  return { fingerprint, model, dimensions, scheme }
}

/** The vector of a question within two seconds, or null (logged) when there is no embedder or it fails: then words alone answer. */
export async function embedQuestion(ctx: Context, text: string): Promise<Vector | null> {
  const by = embedder(ctx)
  const question = text.trim().slice(0, MAX_QUESTION).toWellFormed()
  if (!by || question === '') return null
  const memory = memoryOf(ctx)
  const known = recall(memory.questions, `${by.fingerprint}\n${question}`)
  if (known) return { fingerprint: by.fingerprint, values: known }
  const found = await orNull(ctx, () => embed(ctx, by, { kind: 'query', texts: [question], wait: QUESTION_WAIT }))
  if (!found?.[0]) return null
  remember(memory.questions, `${by.fingerprint}\n${question}`, found[0])
  return { fingerprint: by.fingerprint, values: found[0] }
}

/** One vector for each text, in their order, or null (logged) when there is no embedder or it fails; a repeat costs anew. */
export async function embedPassages(ctx: Context, texts: string[]): Promise<Vector[] | null> {
  const by = embedder(ctx)
  if (!by) return null
  const passages = texts.map((text) => text.slice(0, MAX_PASSAGE).toWellFormed())
  return orNull(ctx, async () => {
    const vectors: Vector[] = []
    for (const batch of batchesOf(passages, batchSize(by))) {
      const values = await embed(ctx, by, { kind: 'passage', texts: batch, wait: BATCH_WAIT })
      vectors.push(...values.map((one) => ({ fingerprint: by.fingerprint, values: one })))
    }
    return vectors
  })
}

type Ask = { kind: Kind; texts: string[]; wait: number }

async function embed(ctx: Context, by: Embedder, { kind, texts, wait }: Ask): Promise<Float32Array[]> {
  const want = { model: by.model, purpose: 'embed' as const, tenant_id: null, deadline: ctx.now() + wait }
  const input = texts.map((text) => by.scheme[kind] + text)
  const { answer } = await throughRoutes<Embedded>(ctx, want, async (route, { signal }) => {
    const vectors = await callRoute(ctx, route, { by, kind, input, signal })
    assertDimensions(ctx, by, vectors)
    return { vectors }
  })
  return answer.vectors
}

type Embedded = { vectors: Float32Array[]; prompt_tokens?: null }
type Request = { by: Embedder; kind: Kind; input: string[]; signal: AbortSignal }

function callRoute(ctx: Context, route: Route, { by, kind, input, signal }: Request): Promise<Float32Array[]> {
  const { dimensions } = by
  if (route.provider === 'ollama') return ctx.outside.ollama.embed({ model: route.model, input, dimensions, signal })
  const { base_url, key, headers } = route
  const model = kind === 'query' ? route.model.replace('text-search-doc', 'text-search-query') : route.model
  return ctx.outside.openai.embed({ base_url, key, headers, model, input, dimensions, signal })
}

/** The first answer of a fingerprint fixes its length for this run; the stored vectors hold it across restarts. */
function assertDimensions(ctx: Context, by: Embedder, vectors: Float32Array[]): void {
  const { lengths } = memoryOf(ctx)
  const expected = by.dimensions ?? lengths.get(by.fingerprint) ?? vectors[0]?.length
  if (vectors.some((vector) => vector.length !== expected)) throw new OutsideFailed(by.model.provider, 'garbage')
  lengths.set(by.fingerprint, expected!)
}

async function orNull<T>(ctx: Context, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    // Vectors only help; every answer can be found by words.
    if (!(error instanceof AppError)) throw error
    ctx.log.warn({ reason: error.code, attempts: error.details.attempts }, 'text was not embedded, words alone answer')
    return null
  }
}

/** Yandex takes one text a call; a local model works in small bites, so that a question gets its turn between two. */
function batchSize({ model, scheme }: Embedder): number {
  if (scheme.name === 'yandex') return 1
  return model.provider === 'ollama' ? 8 : 64
}

function batchesOf<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

type Memory = { questions: Map<string, Float32Array>; lengths: Map<string, number> }

const memories = new WeakMap<object, Memory>()

// Kept beside the clients that gave the vectors, so that two appliances in one process do not share it.
function memoryOf({ outside }: Context): Memory {
  const memory = memories.get(outside) ?? { questions: new Map(), lengths: new Map() }
  memories.set(outside, memory)
  return memory
}

function recall(questions: Memory['questions'], key: string): Float32Array | undefined {
  const found = questions.get(key)
  if (!found) return undefined
  questions.delete(key)
  questions.set(key, found) // the most recent is the last to be forgotten
  return found
}

function remember(questions: Memory['questions'], key: string, vector: Float32Array): void {
  questions.set(key, vector)
  if (questions.size > REMEMBERED) questions.delete(questions.keys().next().value!)
}
