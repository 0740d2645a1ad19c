import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { toBytes } from '../words/vectors.ts'
import type { Place, StemRow, VectorRow, VectorSet, WeightedStems } from './store.ts'

// One pair of full-text tables an assistant and lane: bm25 then counts only what belongs together, and questions apart from answers.
const FIELDS = ['title', 'text'] as const
type Field = (typeof FIELDS)[number]

/** Makes what a lane's first passage needs; a repeat does nothing. */
export async function openLane(db: Db, place: Place): Promise<void> {
  for (const field of FIELDS) {
    // The stems arrive ready-made, so the tokenizer only has to split at spaces; the text itself lies in `passages`.
    await sql`create virtual table if not exists ${table(place, field)} using fts5(
      stems, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')`.execute(db)
  }
}

/** Drops a lane's full-text tables. */
export async function dropLane(db: Db, place: Place): Promise<void> {
  for (const field of FIELDS) await sql`drop table if exists ${table(place, field)}`.execute(db)
}

/** Makes passages findable by their stems; the lane must be open. */
export async function indexStems(db: Db, place: Place, rows: StemRow[]): Promise<void> {
  for (const field of FIELDS) {
    const filled = rows.filter((row) => row[field] !== '').map((row) => [row.id, row[field]])
    await sql`insert into ${table(place, field)} (rowid, stems)
      select value ->> 0, value ->> 1 from json_each(${JSON.stringify(filled)})`.execute(db)
  }
}

/** Takes passages out of the full-text tables. */
export async function unindexStems(db: Db, place: Place, ids: number[]): Promise<void> {
  // A rowid compared with a JS number (a REAL) is ignored by FTS5; json_each gives true integers.
  for (const field of FIELDS) await sql`delete from ${table(place, field)} where rowid in ${someIds(ids)}`.execute(db)
}

/** The passages of a lane that match any of the stems best, by title and by text: up to `limit` of each. */
export async function matchingPassages(db: Db, place: Place, { stems, limit }: WeightedStems): Promise<number[]> {
  if (stems.length === 0) return []
  const words = stems.map(({ stem }) => `"${stem}"`).join(' OR ')
  const best = (field: Field) => sql`select id from (
    select rowid as id from ${table(place, field)} where ${table(place, field)} match ${words} order by rank limit ${sql.lit(limit)})`
  const { rows } = await sql<{ id: number }>`${best('title')} union ${best('text')}`.execute(db)
  return rows.map((row) => row.id)
}

/** Adds to (or takes from) the number of passages that hold each stem; stems nobody holds any more are forgotten. */
export async function countStems(db: Db, place: Place, changes: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...changes].map(([stem, change]) => [stem, reverse(stem), change])
  await sql`insert into passage_stems (assistant_id, lane, stem, reversed, passages)
    select ${place.assistant_id}, ${place.lane}, value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(rows)}) where true
    on conflict (assistant_id, stem, lane) do update set passages = passages + excluded.passages`.execute(db)
  const lost = [...changes].filter(([, change]) => change < 0).map(([stem]) => stem)
  if (lost.length === 0) return
  await sql`delete from passage_stems where assistant_id = ${place.assistant_id} and lane = ${place.lane}
    and stem in ${someStems(lost)} and passages <= 0`.execute(db)
}

/** Ids as the right side of `in`; the statement's text stays the same however many there are. */
export function someIds(ids: number[]): RawBuilder<number> {
  return sql`(select value from json_each(${JSON.stringify(ids)}))`
}

/** Stems as the right side of `in`. */
export function someStems(stems: string[]): RawBuilder<string> {
  return sql`(select value from json_each(${JSON.stringify(stems)}))`
}

/** Whether a column of stems starts with `prefix`. */
export function startsWith(column: 'stem' | 'reversed', prefix: string): RawBuilder<SqlBool> {
  // A range, so that the index serves it: U+10FFFF stands after any letter.
  return sql`${sql.ref(column)} >= ${prefix} and ${sql.ref(column)} < ${`${prefix}\u{10ffff}`}`
}

/** Makes the index of one fingerprint's vectors; a repeat does nothing. */
export async function openVectors(db: Db, set: VectorSet): Promise<void> {
  // The default chunk of 1,024 slots would cost every small assistant 3 MB; 64 is as fast.
  await sql`create virtual table if not exists ${vectorTable(set)} using vec0(
    assistant_id integer partition key, lane text partition key, passage_id integer primary key,
    vector float[${sql.lit(set.dimensions)}] distance_metric=cosine, chunk_size=64)`.execute(db)
}

/** Drops the index of one fingerprint's vectors. */
export async function dropVectors(db: Db, set: VectorSet): Promise<void> {
  await sql`drop table if exists ${vectorTable(set)}`.execute(db)
}

/** Adds vectors to the index; those of the same passages are replaced. */
export async function indexVectors(db: Db, set: VectorSet, rows: VectorRow[]): Promise<void> {
  // INSERT OR REPLACE is broken in vec0, and it takes only true integers.
  await unindexVectors(
    db,
    set,
    rows.map((row) => row.passage_id),
  )
  for (const { passage_id, assistant_id, lane, vector } of rows) {
    await sql`insert into ${vectorTable(set)} (assistant_id, lane, passage_id, vector)
      values (${BigInt(assistant_id)}, ${lane}, ${BigInt(passage_id)}, ${vector})`.execute(db)
  }
}

/** Takes passages out of the index. */
export async function unindexVectors(db: Db, set: VectorSet, ids: number[]): Promise<void> {
  for (const id of ids) await sql`delete from ${vectorTable(set)} where passage_id = ${BigInt(id)}`.execute(db)
}

/** The passages of a lane whose vectors lie nearest by cosine. */
export async function nearestPassages(
  db: Db,
  place: Place,
  near: { set: VectorSet; values: Float32Array; limit: number },
): Promise<number[]> {
  const { rows } = await sql<{ passage_id: number }>`select passage_id from ${vectorTable(near.set)}
    where vector match ${toBytes(near.values)} and k = ${sql.lit(near.limit)}
    and assistant_id = ${BigInt(place.assistant_id)} and lane = ${place.lane}`.execute(db)
  return rows.map((row) => row.passage_id)
}

function reverse(stem: string): string {
  return [...stem].reverse().join('')
}

function table({ assistant_id, lane }: Place, field: Field) {
  return sql.table(`passages_${BigInt(assistant_id)}_${lane}_${field}`)
}

function vectorTable({ id }: VectorSet) {
  return sql.table(`vectors_${BigInt(id)}`)
}
