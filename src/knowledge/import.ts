import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { publish } from '../events/publish.ts'
import { sha256 } from '../lib/crypto.ts'
import { cleanText } from '../lib/text.ts'
import { type Chunk, chunkBlocks } from '../parsing/chunk.ts'
import { deleteQuestion, findImportedQuestion, insertQuestion } from '../questions/questions.ts'
import { passagesAdded } from '../retrieval/events.ts'
import { addPassages, removePassages } from '../retrieval/index-passages.ts'
import * as store from './store.ts'

type Target = { id: number; tenant_id: number }
export type Imported = { added: number; chunks: number; failed: { line: number; reason: string }[] }

const BATCH = 48 // lines a transaction: a running server waits some ten milliseconds for it at most
const MAX_LINE = 1_000_000
const WHOLE = 2000 // a text this short was cut by its author already; cutting it again would only lose context

const ExternalId = z.union([z.string().min(1).max(200), z.number().transform(String)])
const TextLine = z.object({
  id: ExternalId,
  title: z.string().max(500).default(''),
  text: z.string().min(1).max(500_000),
})
const PairLine = z.object({
  id: ExternalId,
  question: z.string().trim().min(1).max(500),
  answer: z.string().max(5000).default(''),
  tags: z.array(z.string().max(100)).max(50).default([]),
})
type Line = { text: z.infer<typeof TextLine> } | { pair: z.infer<typeof PairLine> }

/**
 * Imports texts and question–answer pairs, one JSON object a line; `id` is kept as external_id and the same id again replaces.
 * A bad line is listed with its reason and the rest goes on. Returns what was added.
 */
export async function importLines(
  ctx: Context,
  assistant: Target,
  file: string,
  onProgress: (done: number) => void = () => {},
): Promise<Imported> {
  const result: Imported = { added: 0, chunks: 0, failed: [] }
  let batch: Line[] = []
  const flush = async () => {
    const lines = batch
    batch = []
    result.chunks += await inTransaction(ctx, (ctx) => storeLines(ctx, assistant, lines))
    result.added += lines.length
    onProgress(result.added)
  }
  let number = 0
  for await (const raw of createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number++
    if (raw.trim() === '') continue
    const line = readLine(raw)
    if ('reason' in line) result.failed.push({ line: number, reason: line.reason })
    else batch.push(line)
    if (batch.length >= BATCH) await flush()
  }
  if (batch.length > 0) await flush()
  const { tenant_id, id: assistant_id } = assistant
  if (result.added > 0) await inTransaction(ctx, (ctx) => publish(ctx, passagesAdded, { tenant_id, assistant_id }))
  return result
}

function readLine(raw: string): Line | { reason: string } {
  if (raw.length > MAX_LINE) return { reason: `longer than ${MAX_LINE} characters` }
  try {
    const value: unknown = JSON.parse(raw)
    const isPair = typeof value === 'object' && value !== null && 'question' in value
    return isPair ? { pair: PairLine.parse(value) } : { text: TextLine.parse(value) }
  } catch (error) {
    if (error instanceof z.ZodError)
      return { reason: error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') }
    return { reason: 'not JSON' }
  }
}

async function storeLines(ctx: TxContext, assistant: Target, lines: Line[]): Promise<number> {
  let chunks = 0
  for (const line of lines)
    chunks += 'pair' in line ? await storePair(ctx, assistant, line.pair) : await storeText(ctx, assistant, line.text)
  return chunks
}

async function storePair(
  ctx: TxContext,
  assistant: Target,
  { id, ...pair }: z.infer<typeof PairLine>,
): Promise<number> {
  const known = await findImportedQuestion(ctx, assistant.id, id)
  if (known) await deleteQuestion(ctx, { tenant_id: assistant.tenant_id, is_admin: false }, known.id)
  await insertQuestion(ctx, assistant, { ...pair, external_id: id })
  return 1
}

async function storeText(ctx: TxContext, assistant: Target, line: z.infer<typeof TextLine>): Promise<number> {
  const chunks = chunksOf(line)
  const document_id = await putDocument(ctx, assistant, line, chunks.length)
  await addPassages(
    ctx,
    chunks.map((chunk) => ({ assistant_id: assistant.id, lane: 'doc', source_id: document_id, ...chunk })),
  )
  return chunks.length
}

async function putDocument(
  ctx: TxContext,
  assistant: Target,
  line: z.infer<typeof TextLine>,
  chunks_count: number,
): Promise<number> {
  const known = await store.findDocumentByExternalId(ctx.db, assistant.id, line.id)
  if (known) {
    await removePassages(ctx, { assistant_id: assistant.id, lane: 'doc', source_id: known.id })
    await store.deleteDocument(ctx.db, { tenant_id: assistant.tenant_id, is_admin: false }, known.id)
  }
  const now = ctx.now()
  const row = await store.insertDocument(ctx.db, {
    tenant_id: assistant.tenant_id,
    assistant_id: assistant.id,
    external_id: line.id,
    filename: cleanText(line.title) || line.id,
    size: Buffer.byteLength(line.text),
    content_type: 'text/plain',
    // Of the id as well: two imported texts may say the same under different ids.
    sha256: sha256(`${line.id}\0${line.title}\0${line.text}`),
    file: null,
    status: 'completed',
    error: null,
    progress: 1,
    chunks_count,
    created_at: now,
    updated_at: now,
  })
  return row!.id
}

function chunksOf({ title, text }: z.infer<typeof TextLine>): Chunk[] {
  const clean = cleanText(text)
  if (clean.length <= WHOLE) return [{ title: cleanText(title), text: clean, position: 0 }]
  return [
    ...chunkBlocks(
      clean.split(/\n{2,}/).map((part) => ({ headings: [], kind: 'text' as const, text: part })),
      cleanText(title),
    ),
  ]
}
