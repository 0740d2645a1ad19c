import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { cosine, toValues } from '../words/vectors.ts'
import type { Place, StemRow, VectorRow, VectorSet, WeightedStems } from './store.ts'

const PAGE = 1000 // vectors compared at a time: about 4 MB at 1,024 dimensions, and the event loop breathes between pages

/** Makes the indexes that the first passage of all needs, one set for every lane; a repeat does nothing. */
export async function openLane(db: Db, _place: Place): Promise<void> {
  const { rows } = await sql<{
    found: string | null
  }>`select to_regclass('passages_by_title_stem')::text as found`.execute(db)
  if (rows[0]?.found) return
  // Columns of their own, because the planner takes splitting a text for free and would rather split every row than use an index.
  for (const field of ['title', 'text']) {
    const [list, index] = [sql.ref(`${field}_list`), sql.ref(`passages_by_${field}_stem`)]
    await sql`alter table passages add column if not exists ${list} text[]
      generated always as (string_to_array(${sql.ref(`${field}_stems`)}, ' ')) stored`.execute(db)
    await sql`create index if not exists ${index} on passages using gin (${list})`.execute(db)
  }
  await sql`create index if not exists passage_stems_by_start on passage_stems (assistant_id, stem collate "C")`.execute(
    db,
  )
}

/** Nothing is kept beside the rows themselves. */
export async function dropLane(_db: Db, _place: Place): Promise<void> {}

/** The indexes follow the rows. */
export async function indexStems(_db: Db, _place: Place, _rows: StemRow[]): Promise<void> {}

/** The indexes follow the rows. */
export async function unindexStems(_db: Db, _place: Place, _ids: number[]): Promise<void> {}

/** The passages of a lane that match any of the stems best, by title and by text: up to `limit` of each. */
export async function matchingPassages(db: Db, place: Place, ask: WeightedStems): Promise<number[]> {
  if (ask.stems.length === 0) return []
  const stems = ask.stems.map(({ stem }) => stem)
  const weights = ask.stems.map(({ weight }) => weight)
  // BM25 with every word counted once: the lists are re-ranked afterwards, so it only has to bring in the right hundred.
  const best = (column: RawBuilder<string[]>, average: number) => sql`(
    select id from passages where assistant_id = ${place.assistant_id} and lane = ${place.lane} and ${column} && ${stems}::text[]
    order by (select sum(w) from unnest(${stems}::text[], ${weights}::float8[]) as asked (s, w) where s = any(${column}))
      / (1.3 + 0.9 * cardinality(${column}) / ${Math.max(1, average)}::float8) desc, id
    limit ${ask.limit})`
  const title = best(sql`title_list`, ask.average_title)
  const text = best(sql`text_list`, ask.average_text)
  const { rows } = await sql<{ id: number }>`${title} union ${text}`.execute(db)
  return rows.map((row) => row.id)
}

/** Adds to (or takes from) the number of passages that hold each stem; stems nobody holds any more are forgotten. */
export async function countStems(db: Db, place: Place, changes: ReadonlyMap<string, number>): Promise<void> {
  const stems = [...changes.keys()]
  await sql`insert into passage_stems (assistant_id, lane, stem, reversed, passages)
    select ${place.assistant_id}::bigint, ${place.lane}, s, reverse(s), n from unnest(${stems}::text[], ${[...changes.values()]}::bigint[]) as changed (s, n)
    on conflict (assistant_id, stem, lane) do update set passages = passage_stems.passages + excluded.passages`.execute(
    db,
  )
  const lost = stems.filter((stem) => changes.get(stem)! < 0)
  if (lost.length === 0) return
  await sql`delete from passage_stems where assistant_id = ${place.assistant_id} and lane = ${place.lane}
    and stem in ${someStems(lost)} and passages <= 0`.execute(db)
}

/** Ids as the right side of `in`; the statement's text stays the same however many there are. */
export function someIds(ids: number[]): RawBuilder<number> {
  return sql`(select unnest(${ids}::bigint[]))`
}

/** Stems as the right side of `in`. */
export function someStems(stems: string[]): RawBuilder<string> {
  return sql`(select unnest(${stems}::text[]))`
}

/** Whether a column of stems starts with `prefix`. */
export function startsWith(column: 'stem' | 'reversed', prefix: string): RawBuilder<SqlBool> {
  // A range by bytes, whatever language the database sorts in: U+10FFFF stands after any letter.
  return sql`${sql.ref(column)} collate "C" >= ${prefix} and ${sql.ref(column)} collate "C" < ${`${prefix}\u{10ffff}`}`
}

/** Vectors are compared where they lie, so there is no index to make. */
export async function openVectors(_db: Db, _set: VectorSet): Promise<void> {}

/** See openVectors. */
export async function dropVectors(_db: Db, _set: VectorSet): Promise<void> {}

/** See openVectors. */
export async function indexVectors(_db: Db, _set: VectorSet, _rows: VectorRow[]): Promise<void> {}

/** See openVectors. */
export async function unindexVectors(_db: Db, _set: VectorSet, _ids: number[]): Promise<void> {}

/** The passages of a lane whose vectors lie nearest by cosine: every one of the assistant's vectors is compared, page by page. */
export async function nearestPassages(
  db: Db,
  place: Place,
  near: { set: VectorSet; values: Float32Array; limit: number },
): Promise<number[]> {
  let best: { id: number; cosine: number }[] = []
  for (let after = 0; ; ) {
    const rows = await vectorPage(db, place, { set: near.set, after })
    const compared = rows.map((row) => ({ id: row.passage_id, cosine: cosine(near.values, toValues(row.vector)) }))
    best = [...best, ...compared].sort((a, b) => b.cosine - a.cosine).slice(0, near.limit)
    if (rows.length < PAGE) return best.map(({ id }) => id)
    after = rows.at(-1)!.passage_id
  }
}

async function vectorPage(db: Db, place: Place, { set, after }: { set: VectorSet; after: number }) {
  const { rows } = await sql<{ passage_id: number; vector: Uint8Array }>`select v.passage_id, v.vector
    from passage_vectors v join passages p on p.id = v.passage_id
    where v.assistant_id = ${place.assistant_id} and v.vector_set_id = ${set.id} and p.lane = ${place.lane} and v.passage_id > ${after}
    order by v.passage_id limit ${PAGE}`.execute(db)
  return rows
}
