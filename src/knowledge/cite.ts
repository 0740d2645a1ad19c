import type { Context } from '../context.ts'
import { questionsById } from '../questions/questions.ts'
import type { Found } from '../retrieval/search.ts'
import * as store from './store.ts'

/** A found passage with the names its owner gave to where it comes from. */
export type Citable = Found & { document_id: number | null; external_id: string | null }

/** Names the sources of found passages, in their order; passages whose source was deleted meanwhile are left out. */
export async function citable(ctx: Pick<Context, 'db'>, assistant_id: number, found: Found[]): Promise<Citable[]> {
  const ids = (lane: Found['lane']) => [
    ...new Set(found.filter((one) => one.lane === lane).map((one) => one.source_id)),
  ]
  const [docs, pairs] = [ids('doc'), ids('qa')]
  const documents = docs.length > 0 ? await store.documentNames(ctx.db, assistant_id, docs) : []
  const questions = await questionsById(ctx, assistant_id, pairs)
  const known = {
    doc: new Map(documents.map((row) => [row.id, row.external_id])),
    qa: new Map([...questions].map(([id, row]) => [id, row.external_id])),
  }
  return found.flatMap((one) => {
    const external_id = known[one.lane].get(one.source_id)
    return external_id === undefined
      ? []
      : [{ ...one, external_id, document_id: one.lane === 'doc' ? one.source_id : null }]
  })
}
