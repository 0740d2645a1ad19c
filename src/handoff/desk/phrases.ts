import { z } from 'zod'
import type { Context, TxContext } from '../../context.ts'
import * as store from '../store.ts'

const MAX_PHRASES = 200 // a shop's own words for its people, not a corpus

export const Phrases = z.object({ phrases: z.array(z.string().trim().min(2).max(100)).max(MAX_PHRASES) })

/** The tenant's own phrases that call a human, besides those that everybody's words have. */
export async function handoffPhrases(ctx: Context | TxContext, tenant_id: number): Promise<string[]> {
  const row = await store.findSettings(ctx.db, tenant_id)
  return row ? (JSON.parse(row.phrases) as string[]) : []
}

/** Replaces them; what stands twice is kept once. */
export async function setHandoffPhrases(ctx: Context, tenant_id: number, phrases: string[]): Promise<string[]> {
  const kept = [...new Set(phrases)]
  await store.putSettings(ctx.db, tenant_id, JSON.stringify(kept))
  return kept
}
