import type { Context, TxContext } from '../context.ts'
import type { Db } from '../db/database.ts'
import { cosine, toValues } from '../words/vectors.ts'
import { confidenceOf, type Outcome, outcomeOf, preferenceOf, signsOf } from './confidence.ts'
import { errors } from './index-passages.ts'
import {
  chooseReading,
  idfIn,
  type Lane,
  type LaneNumbers,
  maybeMisspelt,
  nearestStems,
  type Query,
  readQuestion,
  similarTo,
  stemsToMatch,
  type Term,
  type WeightedStem,
  wantedStems,
} from './query.ts'
import { type Candidate, type Group, groupByAnswer, sayTheSame, scoreCandidates } from './score.ts'
import * as store from './store.ts'

export type Found = {
  passage_id: number
  lane: Lane
  source_id: number
  position: number
  title: string
  text: string
  /** 0…1, comparable between lanes: how likely this one answers, the owner's own answers raised. */
  score: number
  lexical: number
  cosine: number | null
}

export type Findings = {
  outcome: Outcome
  confidence: number
  lane: Lane | null
  /** A Q&A pair that matches so well that its answer is the answer. */
  verbatim: Found | null
  /** Both lanes, best first; of the phrasings of one pair only the best. */
  found: Found[]
  /** The question as understood, its keyboard layout put right. */
  question: string
  /** What was looked for, and how telling each stem is: what `bestWindows` needs. */
  terms: WeightedStem[]
}

type Asked = {
  assistant_id: number
  question: string
  limit?: number
  vector?: { fingerprint: string; values: Float32Array }
}
type Row = Omit<store.PassageRow, 'title_stems' | 'text_stems'> & Candidate
type LaneQuestion = { asked: Asked; query: Query; numbers: LaneNumbers; candidates: Row[] }
type Totals = { lane: Lane; passages: number; title_words: number; text_words: number }
type Near = { set: store.VectorSet; values: Float32Array }
type LaneFindings = { lane: Lane; confidence: number; preference: number; groups: Group<Row>[]; terms: WeightedStem[] }

const CANDIDATES = 50 // of each table; the right passage is among them in all but 1 in 100 questions
const SHOWN = 10
const MISSPELT_WORDS = 6 // of one question that are looked up among similar ones

const NOTHING: Omit<Findings, 'question'> = {
  outcome: 'unknown',
  confidence: 0,
  lane: null,
  verbatim: null,
  found: [],
  terms: [],
}

/** What an assistant knows about a question, its words alone or with a vector; nothing at all is an honest `unknown`, never an error. */
export async function findPassages(ctx: Context | TxContext, asked: Asked): Promise<Findings> {
  const totals = await store.laneTotals(ctx.db, asked.assistant_id)
  const { query, numbers } = await understand(ctx.db, asked, totals)
  const lanes: LaneQuestion[] = []
  for (const one of numbers) lanes.push(await findCandidates(ctx.db, { asked, query, numbers: one }))
  const pool = lanes.flatMap(({ candidates }) => candidates)
  const searched = lanes.map((lane, at) => judge(lane, lanes[1 - at]?.numbers, pool))
  return merge(query, searched, asked.limit ?? SHOWN)
}

// Reads the question in the layout the base knows best and looks for what its unknown words were meant to be.
async function understand(db: Db, { assistant_id, question }: Asked, totals: Totals[]) {
  const readings = readQuestion(question)
  const stems = [...new Set(readings.flatMap(({ terms }) => terms.map(({ stem }) => stem)))]
  const rows = await store.stemFrequencies(db, assistant_id, stems)
  const known = new Map<string, number>()
  for (const row of rows) known.set(row.stem, (known.get(row.stem) ?? 0) + row.passages)
  const query = chooseReading(readings, (stem) => known.get(stem) ?? 0)
  const unknown = query.terms.filter((term) => !known.has(term.stem) && maybeMisspelt(term)).slice(0, MISSPELT_WORDS)
  for (const term of unknown) rows.push(...(await findNear(db, assistant_id, term)))
  const filled = totals.filter(({ passages }) => passages > 0)
  return { query, numbers: filled.map((total) => numbersOf(total, rows)) }
}

// Gives the term its near spellings and returns how often they occur.
async function findNear(db: Db, assistant_id: number, term: Term): Promise<store.Frequency[]> {
  const rows = await store.similarStems(db, assistant_id, similarTo(term.stem))
  const frequency = new Map<string, number>()
  for (const row of rows) frequency.set(row.stem, (frequency.get(row.stem) ?? 0) + row.passages)
  term.near = nearestStems(term.stem, frequency)
  return rows.filter((row) => term.near.some(({ stem }) => stem === row.stem))
}

function averagesOf({ passages, title_words, text_words }: LaneNumbers): store.Averages {
  return { average_title: title_words / passages, average_text: text_words / passages }
}

function numbersOf({ lane, passages, title_words, text_words }: Totals, rows: store.Frequency[]): LaneNumbers {
  const frequency = new Map(rows.filter((row) => row.lane === lane).map((row) => [row.stem, row.passages]))
  return { lane, passages, title_words, text_words, frequency }
}

// What the words bring in and what the vector brings in, each with its cosine where there are vectors.
async function findCandidates(
  db: Db,
  { asked, query, numbers }: Omit<LaneQuestion, 'candidates'>,
): Promise<LaneQuestion> {
  const place = { assistant_id: asked.assistant_id, lane: numbers.lane }
  const engine = store.engineFor(db)
  const near = asked.vector && (await vectorsLike(db, asked.vector))
  const stems = stemsToMatch(query, numbers).map((stem) => ({ stem, weight: idfIn(numbers, stem) }))
  const byWords = await engine.matchingPassages(db, place, { stems, limit: CANDIDATES, ...averagesOf(numbers) })
  const byVector = near ? await engine.nearestPassages(db, place, { ...near, limit: CANDIDATES }) : []
  const rows = await store.passagesById(db, place, [...new Set([...byWords, ...byVector])])
  const cosines = near ? await cosinesOf(db, place, { ...near, ids: rows.map((row) => row.id) }) : undefined
  const candidates = rows.map((row) => toCandidate(row, cosines?.get(row.id) ?? null))
  return { asked, query, numbers: await withTitles(db, candidates, { place, numbers }), candidates }
}

// How much of a stored question was asked is weighed by how rare its words are, so those not asked for must be counted as well.
async function withTitles(db: Db, candidates: Row[], { place, numbers }: { place: store.Place; numbers: LaneNumbers }) {
  if (place.lane === 'doc') return numbers
  const titles = new Set(candidates.flatMap((candidate) => candidate.title_stems))
  const stems = [...titles].filter((stem) => !numbers.frequency.has(stem))
  const rows = await store.stemFrequencies(db, place.assistant_id, stems)
  const found = rows.filter((row) => row.lane === place.lane).map((row) => [row.stem, row.passages] as const)
  return { ...numbers, frequency: new Map([...numbers.frequency, ...found]) }
}

// Without a single vector of this fingerprint the words must do; a vector of another size is the caller's mistake.
async function vectorsLike(db: Db, { fingerprint, values }: NonNullable<Asked['vector']>) {
  const set = await store.findVectorSet(db, fingerprint)
  if (!set) return undefined
  if (set.dimensions !== values.length)
    throw errors.VECTOR_SIZE_MISMATCH({ expected: set.dimensions, given: values.length })
  return { set, values }
}

async function cosinesOf(db: Db, place: store.Place, { set, values, ids }: Near & { ids: number[] }) {
  const rows = await store.vectorsOf(db, { assistant_id: place.assistant_id, vector_set_id: set.id, ids })
  return new Map(rows.map((row) => [row.passage_id, cosine(values, toValues(row.vector))]))
}

function toCandidate(row: store.PassageRow, cosine: number | null): Row {
  return { ...row, passage_id: row.id, title_stems: split(row.title_stems), text_stems: split(row.text_stems), cosine }
}

function judge(
  { query, numbers, candidates }: LaneQuestion,
  others: LaneNumbers | undefined,
  pool: Row[],
): LaneFindings {
  const groups = groupByAnswer(scoreCandidates(query, numbers, { candidates, pool }))
  const [best, ...rest] = groups
  const rival = best && rest.find((group) => !sayTheSame(best, group))
  const confidence = best ? confidenceOf(signsOf({ query, numbers, others, best, rival, pool })) : 0
  const preference = preferenceOf(numbers.lane, confidence)
  return { lane: numbers.lane, confidence, preference, groups, terms: wantedStems(query, numbers) }
}

// The preferred lane decides; the other lane's findings stand among its own, each by its lane's preference.
function merge(query: Query, searched: LaneFindings[], limit: number): Findings {
  const lanes = searched.filter(({ groups }) => groups.length > 0).sort((a, b) => b.preference - a.preference)
  const best = lanes[0]
  if (!best) return { ...NOTHING, question: query.question }
  const found = lanes.flatMap((lane) => lane.groups.slice(0, limit).map((group) => toFound(lane, group)))
  found.sort((a, b) => b.score - a.score)
  const outcome = outcomeOf(best.confidence)
  const verbatim = outcome === 'answer' && best.lane === 'qa' ? found[0]! : null
  const { confidence, lane, terms } = best
  return { outcome, confidence, lane, verbatim, found: found.slice(0, limit), question: query.question, terms }
}

function toFound({ lane, preference, groups }: LaneFindings, { best, score }: Group<Row>): Found {
  const { candidate, lexical } = best
  const { passage_id, source_id, position, title, text, cosine } = candidate
  const share = score / (groups[0]!.score || 1)
  return { passage_id, lane, source_id, position, title, text, score: preference * share, lexical, cosine }
}

function split(joined: string): string[] {
  return joined === '' ? [] : joined.split(' ')
}
