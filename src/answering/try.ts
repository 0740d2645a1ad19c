import type { Assistant } from '../assistants/assistants.ts'
import type { Context } from '../context.ts'
import type { Locale } from '../errors.ts'
import { handoffPhrases } from '../handoff/desk/phrases.ts'
import { recogniseWish } from '../handoff/wish/wish.ts'
import { toIso } from '../lib/time.ts'
import { sourcesOf } from './answer.ts'
import * as store from './store.ts'
import { think } from './think.ts'

/** What a visitor would be answered, with what it stands on; nothing is stored and nobody is called. */
export async function tryQuestion(ctx: Context, assistant: Assistant, asked: { question: string; locale: Locale }) {
  const begun = performance.now()
  const phrases = await handoffPhrases(ctx, assistant.tenant_id)
  const thought = await think(ctx, { assistant, text: asked.question, past: [], locale: asked.locale })
  return {
    answered: thought.answered,
    answer: thought.text,
    confidence: thought.confidence,
    route: thought.route,
    wish: recogniseWish(asked.question, phrases)?.strength === 'hard',
    sources: sourcesOf(thought),
    ms: Math.round(performance.now() - begun),
  }
}

/** The questions to an assistant that got an honest «I don't know» or a guess, newest first: what its owner may want to write answers to. */
export async function listUnanswered(ctx: Context, assistant: Assistant, page: { limit: number; offset: number }) {
  const of = { tenant_id: assistant.tenant_id, assistant_id: assistant.id }
  const rows = await store.unanswered(ctx.db, of, page)
  const shown = rows.map((row) => ({ ...row, created_at: toIso(row.created_at) }))
  return { rows: shown, total: await store.countUnanswered(ctx.db, of) }
}
