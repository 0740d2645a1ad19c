import { listAssistants } from '../assistants/assistants.ts'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { publish } from '../events/publish.ts'
import { embedder, embedPassages } from '../llm/embed.ts'
import { type PassagesAdded, passagesAdded } from '../retrieval/events.ts'
import { addVectors, forgetVectors, passagesWithoutVector } from '../retrieval/index-passages.ts'
import { recall, remember } from '../system/settings.ts'

const BATCH = 32
const LAST_EMBEDDER = 'embedder.fingerprint'
const ALL_ASSISTANTS = { limit: 10_000, offset: 0 }

/** Gives every passage of an assistant the vector of the present embedder and lets other embedders' vectors go. A repeat goes on where it stopped. */
export async function embedMissing(ctx: Context, { assistant_id }: PassagesAdded): Promise<void> {
  const by = embedder(ctx)
  while ((await inTransaction(ctx, (ctx) => forgetVectors(ctx, { assistant_id, keep: by?.fingerprint ?? null }))) > 0);
  if (!by) return
  for (;;) {
    const passages = await inTransaction(ctx, (ctx) =>
      passagesWithoutVector(ctx, { assistant_id, fingerprint: by.fingerprint, limit: BATCH }),
    )
    if (passages.length === 0) return
    const vectors = await embedPassages(
      ctx,
      passages.map(({ title, text }) => `${title}\n${text}`),
    )
    // Words go on answering; the task is tried again later.
    if (!vectors) throw new Error('the embedder did not answer')
    const rows = passages.map(({ passage_id }, at) => ({ passage_id, values: vectors[at]!.values }))
    await inTransaction(ctx, (ctx) => addVectors(ctx, { assistant_id, fingerprint: by.fingerprint, vectors: rows }))
  }
}

/** Asks for missing vectors of every assistant: at start, when the embedder may have changed. Without an embedder, now and before, there is nothing to ask. */
export async function embedAllMissing(ctx: Context): Promise<void> {
  const present = embedder(ctx)?.fingerprint ?? ''
  const former = (await recall(ctx, LAST_EMBEDDER)) ?? ''
  if (present === '' && former === '') return
  for (const assistant of await listAssistants(ctx, undefined, ALL_ASSISTANTS)) {
    const about = { tenant_id: assistant.tenant_id, assistant_id: assistant.id }
    await inTransaction(ctx, (ctx) => publish(ctx, passagesAdded, about))
  }
  await remember(ctx, LAST_EMBEDDER, present)
}
