import type { TxContext } from '../context.ts'
import { defineErrors } from '../errors.ts'
import { stemsOf } from '../words/stems.ts'
import { toBytes } from '../words/vectors.ts'
import type { Lane } from './query.ts'
import * as store from './store.ts'

/**
 * A piece of text to be found. Lane `qa`: one row a phrasing, title = the question, text = the answer, source_id = the Q&A pair.
 * Lane `doc`: title = "document › heading › heading", text = the chunk, source_id = the document.
 */
export type NewPassage = {
  assistant_id: number
  lane: Lane
  source_id: number
  position: number
  title: string
  text: string
}
export type PassageSource = { assistant_id: number; lane: Lane; source_id: number }

export const errors = defineErrors({
  VECTOR_SIZE_MISMATCH: [
    409,
    'Размер вектора не совпадает с размером остальных векторов этой модели',
    'The vector has another size than the other vectors of this model',
  ],
})

const REMOVED_AT_ONCE = 64 // rows; 6 to 10 ms, so that nobody else waits noticeably

/** Makes passages findable within this transaction and returns their ids in order. A repeat adds them again; give at most 64 at once. */
export async function addPassages(ctx: TxContext, passages: NewPassage[]): Promise<number[]> {
  if (passages.length === 0) return []
  const rows = passages.map(toRow)
  const ids = await store.insertPassages(ctx.db, rows)
  const stored = rows.map((row, i) => ({ ...row, id: ids[i]! }))
  for (const group of Map.groupBy(stored, placeKey).values()) await indexRows(ctx, group)
  return ids
}

/** Takes a source's passages away, at most `limit` (64) of them, and returns how many it took; repeat until 0. */
export async function removePassages(ctx: TxContext, of: PassageSource & { limit?: number }): Promise<number> {
  return removeRows(ctx, of, await store.passagesOf(ctx.db, { ...of, limit: of.limit ?? REMOVED_AT_ONCE }))
}

/** Takes away what an assistant has, all lanes and their tables, some rows at a time; returns how many it took, repeat until 0. */
export async function forgetAssistant(ctx: TxContext, assistant_id: number): Promise<number> {
  let removed = 0
  for (const lane of ['qa', 'doc'] as const) {
    const place = { assistant_id, lane }
    const rows = await store.passagesOf(ctx.db, { ...place, limit: REMOVED_AT_ONCE - removed })
    removed += await removeRows(ctx, place, rows)
    if (removed === REMOVED_AT_ONCE) return removed
    await store.deleteTotals(ctx.db, place)
    await store.engineFor(ctx.db).dropLane(ctx.db, place)
  }
  return removed
}

/**
 * Stores vectors of an assistant's passages; a repeat replaces them, passages that are gone meanwhile are skipped.
 * Refuses (VECTOR_SIZE_MISMATCH, nothing stored) a vector of another size than the fingerprint's first.
 */
export async function addVectors(
  ctx: TxContext,
  given: { assistant_id: number; fingerprint: string; vectors: { passage_id: number; values: Float32Array }[] },
): Promise<void> {
  const first = given.vectors[0]
  if (!first) return
  const known = await store.findVectorSet(ctx.db, given.fingerprint)
  const dimensions = known?.dimensions ?? first.values.length
  const wrong = given.vectors.find(({ values }) => values.length !== dimensions || values.length === 0)
  if (wrong) throw errors.VECTOR_SIZE_MISMATCH({ expected: dimensions, given: wrong.values.length })
  const set = known ?? (await store.insertVectorSet(ctx.db, { fingerprint: given.fingerprint, dimensions }))
  await store.engineFor(ctx.db).openVectors(ctx.db, set)
  await storeVectors(ctx, set, given)
}

/** Passages of an assistant still without a vector of this fingerprint, by id; `after` skips those up to an id. */
export async function passagesWithoutVector(
  ctx: Pick<TxContext, 'db'>,
  of: { assistant_id: number; fingerprint: string; limit: number; after?: number },
): Promise<{ passage_id: number; lane: Lane; title: string; text: string }[]> {
  const set = await store.findVectorSet(ctx.db, of.fingerprint)
  return store.passagesLackingVector(ctx.db, {
    assistant_id: of.assistant_id,
    vector_set_id: set?.id ?? 0,
    after: of.after ?? 0,
    limit: of.limit,
  })
}

/**
 * Forgets an assistant's vectors of every fingerprint but `keep`, at most `limit` (64) at a time; returns how many, repeat until 0.
 * A fingerprint nobody has vectors of any more is forgotten with its index, which alone gives its space back.
 */
export async function forgetVectors(
  ctx: TxContext,
  of: { assistant_id: number; keep: string | null; limit?: number },
): Promise<number> {
  const limit = of.limit ?? REMOVED_AT_ONCE
  for (const set of await store.listVectorSets(ctx.db)) {
    if (set.fingerprint === of.keep) continue
    const forgotten = await forgetVectorsIn(ctx, set, { assistant_id: of.assistant_id, limit })
    if (forgotten > 0) return forgotten
    await forgetEmptySet(ctx, set)
  }
  return 0
}

async function forgetVectorsIn({ db }: TxContext, set: store.VectorSet, of: { assistant_id: number; limit: number }) {
  const rows = await store.passagesInSet(db, { ...of, vector_set_id: set.id })
  const ids = rows.map((row) => row.passage_id)
  await store.engineFor(db).unindexVectors(db, set, ids)
  await store.deleteVectors(db, { assistant_id: of.assistant_id, vector_set_id: set.id, ids })
  return ids.length
}

async function forgetEmptySet({ db }: TxContext, set: store.VectorSet): Promise<void> {
  if ((await store.passagesInSet(db, { vector_set_id: set.id, limit: 1 })).length > 0) return
  await store.engineFor(db).dropVectors(db, set)
  await store.deleteVectorSet(db, set.id)
}

async function indexRows({ db }: TxContext, rows: store.PassageRow[]): Promise<void> {
  const place = rows[0]!
  const engine = store.engineFor(db)
  await engine.openLane(db, place)
  await engine.indexStems(
    db,
    place,
    rows.map(({ id, title_stems, text_stems }) => ({ id, title: title_stems, text: text_stems })),
  )
  await count({ db }, place, { rows, sign: 1 })
}

async function removeRows({ db }: TxContext, place: store.Place, rows: store.PassageRow[]): Promise<number> {
  if (rows.length === 0) return 0
  const ids = rows.map((row) => row.id)
  const engine = store.engineFor(db)
  await engine.unindexStems(db, place, ids)
  for (const set of await store.listVectorSets(db)) await engine.unindexVectors(db, set, ids)
  await count({ db }, place, { rows, sign: -1 })
  await store.deletePassages(db, place, ids)
  return rows.length
}

// Keeps a lane's totals and its stems' frequencies in step with its rows.
async function count(
  { db }: Pick<TxContext, 'db'>,
  { assistant_id, lane }: store.Place,
  { rows, sign }: { rows: store.PassageRow[]; sign: 1 | -1 },
): Promise<void> {
  const changes = new Map<string, number>()
  const total = { passages: sign * rows.length, title_words: 0, text_words: 0 }
  for (const row of rows) {
    const title = stemsIn(row.title_stems)
    const text = stemsIn(row.text_stems)
    total.title_words += sign * title.length
    total.text_words += sign * text.length
    for (const stem of new Set([...title, ...text])) changes.set(stem, (changes.get(stem) ?? 0) + sign)
  }
  await store.changeTotals(db, { assistant_id, lane, ...total })
  await store.engineFor(db).countStems(db, { assistant_id, lane }, changes)
}

async function storeVectors(
  ctx: TxContext,
  set: store.VectorSet,
  given: { assistant_id: number; vectors: { passage_id: number; values: Float32Array }[] },
): Promise<void> {
  const { assistant_id } = given
  const lanes = await store.lanesOf(ctx.db, { assistant_id, ids: given.vectors.map(({ passage_id }) => passage_id) })
  const laneOf = new Map(lanes.map((row) => [row.id, row.lane]))
  const rows = given.vectors.flatMap(({ passage_id, values }) => {
    const lane = laneOf.get(passage_id)
    return lane ? [{ assistant_id, lane, passage_id, vector: toBytes(values) }] : []
  })
  for (const { passage_id, vector } of rows)
    await store.putVector(ctx.db, { passage_id, vector_set_id: set.id, assistant_id, vector })
  await store.engineFor(ctx.db).indexVectors(ctx.db, set, rows)
}

// Postgres refuses NUL and half a surrogate pair; neither can be read anyway.
function toRow({ assistant_id, lane, source_id, position, ...shown }: NewPassage) {
  const title = shown.title.toWellFormed().replaceAll('\0', ' ')
  const text = shown.text.toWellFormed().replaceAll('\0', ' ')
  const stems = { title_stems: stemsOf(title).join(' '), text_stems: stemsOf(text).join(' ') }
  return { assistant_id, lane, source_id, position, title, text, ...stems }
}

function stemsIn(joined: string): string[] {
  return joined === '' ? [] : joined.split(' ')
}

function placeKey({ assistant_id, lane }: store.Place): string {
  return `${assistant_id} ${lane}`
}
