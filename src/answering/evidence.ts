import { z } from 'zod'
import type { Context, TxContext } from '../context.ts'
import type { Scope } from '../db/tenant.ts'
import { errors as common } from '../errors.ts'
import * as store from './store.ts'
import type { Thought } from './think.ts'

const Passage = z.object({
  passage_id: z.int(),
  lane: z.enum(['qa', 'doc']),
  document_id: z.int().nullable(),
  external_id: z.string().nullable(),
  title: z.string(),
  text: z.string(),
  score: z.number(),
  lexical: z.number(),
  cosine: z.number().nullable(),
})

/** All that led to an answer: passages with their scores, the route, tokens, cost and times. */
export const Evidence = z
  .object({
    message_id: z.int(),
    question_id: z.int(),
    question: z.string(),
    understood: z.string(),
    answered: z.boolean(),
    outcome: z.enum(['answer', 'suggest', 'unknown']),
    confidence: z.number(),
    route: z.string(),
    cited: z.array(z.int()),
    passages: z.array(Passage),
    prompt_tokens: z.int().nullable(),
    completion_tokens: z.int().nullable(),
    cost: z.number().nullable().meta({ description: 'Копейки, оценка' }),
    attempts: z.array(
      z.object({
        provider: z.string(),
        model: z.string(),
        token_id: z.int().nullable(),
        cause: z.string().nullable(),
        ms: z.number(),
      }),
    ),
    ms: z.object({ retrieval: z.number(), answer: z.number(), first_token: z.number().nullable() }),
  })
  .meta({ id: 'Evidence' })
export type Evidence = z.infer<typeof Evidence>

/** Keeps what led to an answer, in the transaction that stores the answer. */
export async function keepEvidence(
  ctx: TxContext,
  about: { tenant_id: number; message_id: number; question_id: number; question: string },
  thought: Thought,
): Promise<void> {
  const { completion, sources, failed_attempts, ms, ...rest } = thought
  const record: Evidence = Evidence.parse({
    ...rest,
    ...about,
    cited: sources.map(({ passage }) => passage.passage_id),
    prompt_tokens: completion?.prompt_tokens ?? null,
    completion_tokens: completion?.completion_tokens ?? null,
    cost: completion?.cost ?? null,
    attempts: completion?.attempts ?? failed_attempts,
    ms: { ...ms, first_token: completion?.first_token_ms ?? null },
  })
  await store.insertEvidence(ctx.db, {
    message_id: about.message_id,
    tenant_id: about.tenant_id,
    record: JSON.stringify(record),
  })
}

/** Why an answer says what it says; NOT_FOUND for a message that is no answer or another tenant's. */
export async function explain(ctx: Context, scope: Scope, message_id: number): Promise<Evidence> {
  const row = await store.findEvidence(ctx.db, scope, message_id)
  if (!row) throw common.NOT_FOUND({ message_id })
  return Evidence.parse(JSON.parse(row.record))
}
