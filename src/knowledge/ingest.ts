import { rm } from 'node:fs/promises'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { publish } from '../events/publish.ts'
import type { Chunk } from '../parsing/chunk.ts'
import { parseFile } from '../parsing/parse.ts'
import { isAccident, ParsingFailed, REASONS } from '../parsing/reasons.ts'
import { deleteQuestionsOf } from '../questions/questions.ts'
import { passagesAdded } from '../retrieval/events.ts'
import { addPassages, forgetAssistant, removePassages } from '../retrieval/index-passages.ts'
import type { DocumentDeleted, DocumentUploaded } from './events.ts'
import * as store from './store.ts'
import { fileOf } from './uploads.ts'

const BATCH = 32 // passages a transaction: some milliseconds, so questions go on being answered
const ALL = { is_admin: true, tenant_id: 0 }

/** Reads a document and makes it findable. A repeat begins anew and ends the same; a file that cannot be read ends `failed` with the reason. */
export async function ingestDocument(
  ctx: Context,
  { tenant_id, assistant_id, document_id }: DocumentUploaded,
): Promise<void> {
  const document = await store.findDocument(ctx.db, ALL, document_id)
  if (!document?.file || document.status !== 'processing') return
  const source = { assistant_id, lane: 'doc' as const, source_id: document_id }
  await removeAll(ctx, source)
  try {
    const file = fileOf(ctx, document.file)
    const onProgress = (progress: number) => void noteProgress(ctx, tenant_id, document_id, progress)
    let count = 0
    for await (const chunks of parseFile({ file, name: document.filename, onProgress })) {
      for (let at = 0; at < chunks.length; at += BATCH) await addChunks(ctx, source, chunks.slice(at, at + BATCH))
      count += chunks.length
    }
    await complete(ctx, { tenant_id, assistant_id, document_id }, count)
  } catch (error) {
    if (!(error instanceof ParsingFailed)) throw error
    await removeAll(ctx, source)
    if (isAccident(error)) throw error
    await fail(ctx, { tenant_id, document_id }, error)
  }
}

/** Says that a document could not be read after all tries. */
export async function giveUpDocument(ctx: Context, about: DocumentUploaded, error: unknown): Promise<void> {
  await removeAll(ctx, { assistant_id: about.assistant_id, lane: 'doc', source_id: about.document_id })
  await fail(ctx, about, error instanceof ParsingFailed ? error : new ParsingFailed('crashed', error))
}

/** Lets go of what a deleted document left behind. A repeat finds nothing and is harmless. */
export async function clearDocument(ctx: Context, { assistant_id, document_id, file }: DocumentDeleted): Promise<void> {
  await removeAll(ctx, { assistant_id, lane: 'doc', source_id: document_id })
  if (file) await rm(fileOf(ctx, file), { force: true })
}

/** Lets go of everything a deleted assistant knew. A repeat goes on where it stopped. */
export async function clearAssistant(
  ctx: Context,
  { tenant_id, assistant_id }: { tenant_id: number; assistant_id: number },
): Promise<void> {
  while ((await inTransaction(ctx, (ctx) => forgetAssistant(ctx, assistant_id))) > 0);
  await deleteQuestionsOf(ctx, tenant_id, assistant_id)
  for (;;) {
    const documents = await store.documentsOfAssistant(ctx.db, tenant_id, assistant_id, BATCH)
    if (documents.length === 0) return
    for (const document of documents) {
      if (document.file) await rm(fileOf(ctx, document.file), { force: true })
      await store.deleteDocument(ctx.db, { tenant_id, is_admin: false }, document.id)
    }
  }
}

async function addChunks(
  ctx: Context,
  source: { assistant_id: number; lane: 'doc'; source_id: number },
  chunks: Chunk[],
): Promise<void> {
  await inTransaction(ctx, (ctx) =>
    addPassages(
      ctx,
      chunks.map((chunk) => ({ ...source, ...chunk })),
    ),
  )
  await new Promise((resolve) => setImmediate(resolve))
}

async function removeAll(ctx: Context, of: { assistant_id: number; lane: 'doc'; source_id: number }): Promise<void> {
  while ((await inTransaction(ctx, (ctx) => removePassages(ctx, { ...of, limit: BATCH }))) > 0) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function complete(ctx: Context, about: DocumentUploaded, chunks_count: number): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const change = { status: 'completed' as const, error: null, progress: 1, chunks_count, updated_at: ctx.now() }
    await store.changeDocument(ctx.db, about.tenant_id, about.document_id, change)
    await publish(ctx, passagesAdded, { tenant_id: about.tenant_id, assistant_id: about.assistant_id })
  })
}

async function fail(
  ctx: Context,
  about: { tenant_id: number; document_id: number },
  failure: ParsingFailed,
): Promise<void> {
  ctx.log.info({ err: failure, document_id: about.document_id }, 'a document could not be read')
  const error = REASONS[failure.reason][ctx.config.locale]
  await store.changeDocument(ctx.db, about.tenant_id, about.document_id, {
    status: 'failed',
    error,
    chunks_count: 0,
    updated_at: ctx.now(),
  })
}

async function noteProgress(ctx: Context, tenant_id: number, id: number, progress: number): Promise<void> {
  await store
    .changeDocument(ctx.db, tenant_id, id, { progress: Math.min(0.99, progress) })
    .catch((err) => ctx.log.warn({ err }, 'progress not noted'))
}
