import { type Selectable, sql } from 'kysely'
import { type Db, engineOf } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import * as postgres from './postgres.ts'
import type { Lane } from './query.ts'
import * as sqlite from './sqlite.ts'

export type Place = { assistant_id: number; lane: Lane }
export type StemRow = { id: number; title: string; text: string }
export type Averages = { average_title: number; average_text: number }
export type WeightedStems = Averages & { stems: { stem: string; weight: number }[]; limit: number }
export type VectorSet = { id: number; dimensions: number }
export type VectorRow = Place & { passage_id: number; vector: Uint8Array }
export type PassageRow = Selectable<Schema['passages']>
export type Frequency = { stem: string; lane: Lane; passages: number }

// The sign keeps SQLite from walking all rows of the assistant instead of fetching the few ids asked for.
const theAssistant = sql<number>`+assistant_id`

const SHOWN = ['id', 'assistant_id', 'lane', 'source_id', 'position', 'title', 'text'] as const
const COLUMNS = [...SHOWN, 'title_stems', 'text_stems'] as const // by name: on Postgres the table has more

/** What differs between the engines: full text, counting, lists, the index of vectors. */
export function engineFor(db: Db): typeof sqlite {
  return engineOf(db) === 'postgres' ? postgres : sqlite
}

/** Stores passages and returns their ids in the order given. */
export async function insertPassages(db: Db, passages: Omit<PassageRow, 'id'>[]): Promise<number[]> {
  const rows = await db.insertInto('passages').values(passages).returning('id').execute()
  return rows.map((row) => row.id).sort((a, b) => a - b) // ids rise in the order of insertion, rows may come back in any
}

/** A source's first passages, at most `limit`. */
export const passagesOf = (db: Db, of: Place & { source_id?: number; limit: number }): Promise<PassageRow[]> =>
  db
    .selectFrom('passages')
    .select(COLUMNS)
    .where('assistant_id', '=', of.assistant_id)
    .where('lane', '=', of.lane)
    .$if(of.source_id !== undefined, (q) => q.where('source_id', '=', of.source_id!))
    .orderBy('source_id')
    .orderBy('position')
    .limit(of.limit)
    .execute()

/** The passages with these ids, if they belong to the place; in no order. */
export const passagesById = (db: Db, place: Place, ids: number[]): Promise<PassageRow[]> =>
  db
    .selectFrom('passages')
    .select(COLUMNS)
    .where('id', 'in', engineFor(db).someIds(ids))
    .where(theAssistant, '=', place.assistant_id)
    .where('lane', '=', place.lane)
    .execute()

/** The lanes of these passages, of those that belong to the assistant. */
export const lanesOf = (db: Db, of: { assistant_id: number; ids: number[] }) =>
  db
    .selectFrom('passages')
    .select(['id', 'lane'])
    .where('id', 'in', engineFor(db).someIds(of.ids))
    .where(theAssistant, '=', of.assistant_id)
    .execute()

/** Deletes passages with their vectors' plain rows. */
export const deletePassages = (db: Db, place: Place, ids: number[]) =>
  db
    .deleteFrom('passages')
    .where('id', 'in', engineFor(db).someIds(ids))
    .where(theAssistant, '=', place.assistant_id)
    .execute()

/** What each lane of an assistant holds in all. */
export const laneTotals = (db: Db, assistant_id: number) =>
  db.selectFrom('passage_lanes').selectAll().where('assistant_id', '=', assistant_id).execute()

/** Adds to (or takes from) a lane's totals. */
export const changeTotals = (db: Db, change: Place & { passages: number; title_words: number; text_words: number }) =>
  db
    .insertInto('passage_lanes')
    .values(change)
    .onConflict((oc) =>
      oc.columns(['assistant_id', 'lane']).doUpdateSet((eb) => ({
        passages: eb('passage_lanes.passages', '+', eb.ref('excluded.passages')),
        title_words: eb('passage_lanes.title_words', '+', eb.ref('excluded.title_words')),
        text_words: eb('passage_lanes.text_words', '+', eb.ref('excluded.text_words')),
      })),
    )
    .execute()

/** Forgets the totals of a lane. */
export const deleteTotals = (db: Db, place: Place) =>
  db.deleteFrom('passage_lanes').where('assistant_id', '=', place.assistant_id).where('lane', '=', place.lane).execute()

/** In how many passages of each lane these stems occur; those that occur nowhere are left out. */
export const stemFrequencies = (db: Db, assistant_id: number, stems: string[]) =>
  db
    .selectFrom('passage_stems')
    .select(['stem', 'lane', 'passages'])
    .where('assistant_id', '=', assistant_id)
    .where('stem', 'in', engineFor(db).someStems(stems))
    .execute()

/** The stems of an assistant that begin with `start` or end with `end` and have about this length. */
export const similarStems = (
  db: Db,
  assistant_id: number,
  like: { start: string; end: string; shortest: number; longest: number },
) => {
  const candidates = () =>
    db
      .selectFrom('passage_stems')
      .select(['stem', 'lane', 'passages'])
      .where('assistant_id', '=', assistant_id)
      .where(sql<number>`length(stem)`, '>=', like.shortest)
      .where(sql<number>`length(stem)`, '<=', like.longest)
  const { startsWith } = engineFor(db)
  return candidates()
    .where(startsWith('stem', like.start))
    .union(candidates().where(startsWith('reversed', [...like.end].reverse().join(''))))
    .execute()
}

/** The set of a fingerprint's vectors, if there is one. */
export const findVectorSet = (db: Db, fingerprint: string) =>
  db.selectFrom('vector_sets').selectAll().where('fingerprint', '=', fingerprint).executeTakeFirst()

/** Every set of vectors there is: one for each model and size ever used. */
export const listVectorSets = (db: Db) => db.selectFrom('vector_sets').selectAll().execute()

/** Names a new set of vectors. */
export const insertVectorSet = (db: Db, set: { fingerprint: string; dimensions: number }) =>
  db.insertInto('vector_sets').values(set).returningAll().executeTakeFirstOrThrow()

/** Stores one vector, replacing the passage's earlier one of the same set. */
export const putVector = (
  db: Db,
  row: { passage_id: number; vector_set_id: number; assistant_id: number; vector: Uint8Array },
) =>
  db
    .insertInto('passage_vectors')
    .values(row)
    .onConflict((oc) => oc.columns(['passage_id', 'vector_set_id']).doUpdateSet({ vector: row.vector }))
    .execute()

/** The vectors of these passages in one set. */
export const vectorsOf = (db: Db, of: { assistant_id: number; vector_set_id: number; ids: number[] }) =>
  db
    .selectFrom('passage_vectors')
    .select(['passage_id', 'vector'])
    .where('passage_id', 'in', engineFor(db).someIds(of.ids))
    .where('vector_set_id', '=', of.vector_set_id)
    .where(theAssistant, '=', of.assistant_id)
    .execute()

/** Passages of an assistant that have no vector in the set, by id, after a given one. */
export const passagesLackingVector = (
  db: Db,
  of: { assistant_id: number; vector_set_id: number; after: number; limit: number },
) =>
  db
    .selectFrom('passages as p')
    .leftJoin('passage_vectors as v', (join) =>
      join.onRef('v.passage_id', '=', 'p.id').on('v.vector_set_id', '=', of.vector_set_id),
    )
    .select(['p.id as passage_id', 'p.lane', 'p.title', 'p.text'])
    .where('p.assistant_id', '=', of.assistant_id)
    .where('p.id', '>', of.after)
    .where('v.passage_id', 'is', null)
    .orderBy('p.id')
    .limit(of.limit)
    .execute()

/** Passages with a vector in a set: an assistant's, or anyone's when none is named. */
export const passagesInSet = (db: Db, of: { vector_set_id: number; assistant_id?: number; limit: number }) =>
  db
    .selectFrom('passage_vectors')
    .select('passage_id')
    .where('vector_set_id', '=', of.vector_set_id)
    .$if(of.assistant_id !== undefined, (q) => q.where('assistant_id', '=', of.assistant_id!))
    .limit(of.limit)
    .execute()

/** Forgets a set that has no vectors. */
export const deleteVectorSet = (db: Db, id: number) => db.deleteFrom('vector_sets').where('id', '=', id).execute()

/** Deletes passages' vectors of one set. */
export const deleteVectors = (db: Db, of: { assistant_id: number; vector_set_id: number; ids: number[] }) =>
  db
    .deleteFrom('passage_vectors')
    .where('passage_id', 'in', engineFor(db).someIds(of.ids))
    .where('vector_set_id', '=', of.vector_set_id)
    .where(theAssistant, '=', of.assistant_id)
    .execute()
