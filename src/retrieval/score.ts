import { bm25 } from '../words/bm25.ts'
import { heaviestSpan, type Mark } from '../words/spans.ts'
import { matcher } from './match.ts'
import { contentOf, idfIn, type Lane, type LaneNumbers, type Query, type Term } from './query.ts'

/** What scoring needs to know of a passage. */
export type Candidate = {
  passage_id: number
  source_id: number
  title: string
  title_stems: string[]
  text_stems: string[]
  cosine: number | null
}

/**
 * A candidate with what was found in it: `asked` is the share of the question it holds, `covered` the share of the stored question
 * that was asked for, `close` the share of the question within a sentence or its heading (0 for Q&A), `missed` the share of its heaviest word that is not there.
 */
export type Scored<C extends Candidate = Candidate> = {
  candidate: C
  score: number
  lexical: number
  asked: number
  covered: number
  close: number
  missed: number
}

type Weighed = { whatIs: ReadonlyMap<string, number>; weights: number[] }

const STOP_WEIGHT = 0.5 // "how much" and "how long" do differ, but never as much as nouns do
const TITLE_WEIGHT: Record<Lane, number> = { qa: 2, doc: 1 } // a stored question says more than its answer, a heading as much as its text
// Of a score: BM25, word likeness (which also sees related forms), and for documents how close together the words stand.
const SHARES: Record<Lane, { lexical: number; soft: number; close: number }> = {
  qa: { lexical: 0.65, soft: 0.35, close: 0 },
  doc: { lexical: 0.54, soft: 0.29, close: 0.17 },
}
const CLOSE = 14 // words, about a sentence
const COVERED_SHARE = 0.35 // of a Q&A pair's likeness is how much of the stored question was asked
const SAME_TEXT = 0.8 // of the shorter text's stems stand in the longer one
const LEAST_TEXT = 12 // stems; shorter texts share most of theirs by chance
const PHRASING_WEIGHTS = [1, 0.5, 0.3, 0.2, 0.1] // several phrasings that match a little outweigh a single one: 2 to 7 points of R@1
const COSINE_SHARE = 0.5 // where there are vectors; words are kept for numbers, codes and names

type Field<C extends Candidate> = { candidates: C[]; pool?: Candidate[] }

/**
 * Scores one lane's candidates for a query, best first; scores are 0…1 and only comparable within this call.
 * `pool` are all candidates the question has in either lane: how near a vector is shows only among them.
 */
export function scoreCandidates<C extends Candidate>(
  query: Query,
  numbers: LaneNumbers,
  { candidates, pool }: Field<C>,
): Scored<C>[] {
  const { lane } = numbers
  const likeness = likenessTo(query, numbers)
  const scored = candidates.map((candidate) => ({ candidate, score: 0, ...likeness(candidate) }))
  const best = Math.max(...scored.map(({ lexical }) => lexical), Number.MIN_VALUE)
  const nearness = spread(pool ?? candidates)
  const shares = SHARES[lane]
  for (const one of scored) {
    const words = shares.lexical * (one.lexical / best) + shares.soft * softness(lane, one) + shares.close * one.close
    const near = nearness(one.candidate)
    one.score = near === null ? words : (1 - COSINE_SHARE) * words + COSINE_SHARE * near
  }
  return scored.sort((a, b) => b.score - a.score || a.candidate.passage_id - b.candidate.passage_id)
}

/** Candidates with one answer (the phrasings of a Q&A pair, equal texts): the best of them, and the titles of all. */
export type Group<C extends Candidate = Candidate> = { best: Scored<C>; score: number; titles: string[] }

/** Adds up the phrasings of one answer, so that several that match well outweigh one; best group first, scores 0…1. */
export function groupByAnswer<C extends Candidate>(scored: Scored<C>[]): Group<C>[] {
  const groups = [...Map.groupBy(scored, ({ candidate }) => answerKey(candidate)).values()]
  const summed = groups.map((members) => ({
    best: members[0]!,
    score: weighted(members.map(({ score }) => score)),
    titles: members.map(({ candidate }) => candidate.title),
  }))
  const most = Math.max(...summed.map(({ score }) => score), 1)
  return summed.map((group) => ({ ...group, score: group.score / most })).sort((a, b) => b.score - a.score)
}

/** Whether two groups are one text told twice, as in the PDF and the DOCX of the same rules; then neither is the other's rival. */
export function sayTheSame(one: Group, other: Group): boolean {
  const [small, large] = [one, other]
    .map(({ best }) => new Set(best.candidate.text_stems))
    .sort((a, b) => a.size - b.size) as [Set<string>, Set<string>]
  return small.size >= LEAST_TEXT && small.intersection(large).size >= SAME_TEXT * small.size
}

function answerKey({ source_id, text_stems }: Candidate): string {
  return text_stems.length > 0 ? text_stems.join(' ') : `source ${source_id}`
}

function weighted(scores: number[]): number {
  return PHRASING_WEIGHTS.reduce((sum, weight, i) => sum + weight * (scores[i] ?? 0), 0)
}

function softness(lane: Lane, { asked, covered }: { asked: number; covered: number }): number {
  return lane === 'qa' ? (1 - COVERED_SHARE) * asked + COVERED_SHARE * covered : asked
}

function likenessTo(query: Query, numbers: LaneNumbers) {
  const { lane } = numbers
  const weights = weightsOf(query, numbers)
  const averageTitle = numbers.title_words / numbers.passages || 1
  const averageText = numbers.text_words / numbers.passages || 1
  const content = contentOf(query).map((term) => ({ term, idf: idfIn(numbers, term.stem) }))
  const match = matcher(content.map(({ term }) => term))
  const weighed = { whatIs: indexOf(content.map(({ term }) => term)), weights: content.map(({ idf }) => idf) }
  return (candidate: Candidate) => {
    const title = new Set(candidate.title_stems)
    const text = new Set(candidate.text_stems)
    const lexical =
      TITLE_WEIGHT[lane] * bm25(weights, candidate.title_stems, averageTitle) +
      bm25(weights, candidate.text_stems, averageText)
    const matches = match(lane, title, text)
    const asked = share(content.map(({ idf }, i) => [idf, matches.terms[i]!]))
    const missed = heaviestMiss(content.map(({ idf }, i) => [idf, matches.terms[i]!]))
    const covered = lane === 'qa' ? share([...title].map((stem, i) => [idfIn(numbers, stem), matches.title[i]!])) : 0
    const close = lane === 'doc' ? closeness(candidate, title, weighed) : 0
    return { lexical, asked, covered, close, missed }
  }
}

// A heading stands close to everything below it, so what it names counts as found.
function closeness({ text_stems }: Candidate, title: ReadonlySet<string>, { whatIs, weights }: Weighed): number {
  const inTitle = new Set([...title].map((stem) => whatIs.get(stem)))
  const marks: Mark[] = []
  for (const [at, stem] of text_stems.entries()) {
    const what = whatIs.get(stem)
    if (what !== undefined && !inTitle.has(what)) marks.push({ at, what })
  }
  const named = weights.reduce((sum, weight, what) => (inTitle.has(what) ? sum + weight : sum), 0)
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return all === 0 ? 0 : (named + heaviestSpan(marks, weights, CLOSE)) / all
}

function indexOf(terms: Term[]): ReadonlyMap<string, number> {
  const near = terms.flatMap((term, what) => term.near.map(({ stem }) => [stem, what] as const))
  return new Map([...near, ...terms.map((term, what) => [term.stem, what] as const)])
}

// How much each stem adds to BM25: exact words by their idf, near spellings less.
function weightsOf(query: Query, numbers: LaneNumbers): Map<string, number> {
  const weights = new Map<string, number>()
  const raise = (stem: string, weight: number) =>
    weights.set(stem, Math.max(weights.get(stem) ?? 0, weight * idfIn(numbers, stem)))
  for (const term of query.terms) {
    raise(term.stem, term.is_stop ? STOP_WEIGHT : 1)
    for (const near of term.near) raise(near.stem, near.weight)
  }
  return weights
}

function share(parts: [weight: number, value: number][]): number {
  let all = 0
  let found = 0
  for (const [weight, value] of parts) {
    all += weight
    found += weight * value
  }
  return all === 0 ? 0 : found / all
}

function heaviestMiss(parts: [weight: number, value: number][]): number {
  const all = parts.reduce((sum, [weight]) => sum + weight, 0)
  return all === 0 ? 0 : Math.max(...parts.map(([weight, value]) => (weight * (1 - value)) / all))
}

// Models differ in where "unrelated" lies (0.1 or 0.7), so a cosine only says how a candidate stands among the others.
function spread(candidates: Candidate[]): (candidate: Candidate) => number | null {
  const cosines = candidates.flatMap(({ cosine }) => (cosine === null ? [] : [cosine]))
  if (cosines.length === 0) return () => null
  const low = Math.min(...cosines)
  const high = Math.max(...cosines)
  return ({ cosine }) => (cosine === null || high === low ? Number(cosine !== null) : (cosine - low) / (high - low))
}
