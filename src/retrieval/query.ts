import { readings } from '../words/layouts.ts'
import { wordsOf } from '../words/normalise.ts'
import { stem } from '../words/stems.ts'
import { isStopWord } from '../words/stop-words.ts'
import { editDistance } from '../words/typos.ts'

export type Lane = 'qa' | 'doc'

/** A stem a question asks for; `near` are the spellings it may have been meant as, when nobody ever wrote the stem itself. */
export type Term = { stem: string; length: number; is_stop: boolean; near: WeightedStem[] }
export type WeightedStem = { stem: string; weight: number }
export type Query = { question: string; terms: Term[] }

/** How many passages of one lane hold each stem (only the stems asked for), and what the lane holds in all. */
export type LaneNumbers = {
  lane: Lane
  passages: number
  title_words: number
  text_words: number
  frequency: ReadonlyMap<string, number>
}

const LONGEST_QUESTION = 5_000 // characters; the longest message a visitor may send
const MOST_TERMS = 40 // a long letter is searched by its rarest words; more only adds noise and time
const MOST_NEAR = 3 // spellings kept for one unknown word: the fourth was never the right one
const SHORTEST_MISSPELT = 4 // letters; three-letter words have too many neighbours
// Passages; up to here function words are looked up too: "how long" and "how much" differ by nothing else, and what shares only
// those is the rival that keeps a lone match from looking sure. Beyond, they cost documents more time than they are worth.
const SMALL_LANE: Record<Lane, number> = { qa: 5_000, doc: 1_000 }
const SMALLEST_LANE = 30 // passages a lane counts as at least: of two pages no word is common, and none is five times as telling as another
const LARGE_LANE = 20_000 // passages; below this even frequent words are cheap to look up
const TOO_FREQUENT = 0.03 // share of passages; dropping such words costs 0.1 points of R@1 and saves three quarters of the time
const ALWAYS_KEPT = 2 // the rarest words are looked up however frequent they are

/** The ways a question can be read (itself first, then other keyboard layouts), each as terms in order, repeats left out. */
export function readQuestion(question: string): Query[] {
  return readings(question.slice(0, LONGEST_QUESTION)).map((text) => ({ question: text.trim(), terms: termsOf(text) }))
}

/** The reading with most words that the base or the language knows; the question as typed wins a tie. Long ones keep their rarest words. */
export function chooseReading(queries: Query[], frequency: (stem: string) => number): Query {
  const known = (query: Query) => query.terms.filter((term) => term.is_stop || frequency(term.stem) > 0).length
  const best = queries.reduce((a, b) => (known(b) > known(a) ? b : a))
  if (best.terms.length <= MOST_TERMS) return best
  const useful = best.terms.filter((term) => !term.is_stop && frequency(term.stem) > 0)
  const terms = useful.sort((a, b) => frequency(a.stem) - frequency(b.stem)).slice(0, MOST_TERMS)
  return { question: best.question, terms }
}

/** Whether a word the base has never seen may be a slip of the fingers in one it has. */
export function maybeMisspelt(term: Term): boolean {
  return !term.is_stop && term.length >= SHORTEST_MISSPELT && !/\p{N}/u.test(term.stem)
}

/** The stems nearest to a misspelt one, with the weight each deserves: best by edits, then by how often the base uses it. */
export function nearestStems(misspelt: string, candidates: ReadonlyMap<string, number>): WeightedStem[] {
  const max = allowedEdits(misspelt)
  return [...candidates]
    .map(([stem, frequency]) => ({ stem, frequency, edits: editDistance(misspelt, stem, max) }))
    .filter(({ edits }) => edits > 0 && edits <= max)
    .sort((a, b) => a.edits - b.edits || b.frequency - a.frequency || (a.stem < b.stem ? -1 : 1))
    .slice(0, MOST_NEAR)
    .map(({ stem, edits }) => ({ stem, weight: edits === 1 ? 0.7 : 0.45 }))
}

/** The terms that carry meaning; all of them when none does ("а где вы?"). */
export function contentOf(query: Query): Term[] {
  const content = query.terms.filter((term) => !term.is_stop)
  return content.length > 0 ? content : query.terms
}

/** Where the stems that a misspelt one may stand for are found: one edit leaves one half of a word whole, two leave one of its thirds. */
export function similarTo(misspelt: string): { start: string; end: string; shortest: number; longest: number } {
  const edits = allowedEdits(misspelt)
  const part = Math.max(2, Math.floor(misspelt.length / (edits + 1)))
  return {
    start: misspelt.slice(0, part),
    end: misspelt.slice(-part),
    shortest: misspelt.length - edits,
    longest: misspelt.length + edits,
  }
}

/** Everything looked for with its weight in a lane: the content words, and what the unknown ones may have been meant as. */
export function wantedStems(query: Query, lane: LaneNumbers): WeightedStem[] {
  return contentOf(query).flatMap((term) => [
    { stem: term.stem, weight: idfIn(lane, term.stem) },
    ...term.near.map((near) => ({ stem: near.stem, weight: near.weight * idfIn(lane, near.stem) })),
  ])
}

/** How telling a stem is in a lane: the usual inverse document frequency, highest for a stem the lane has never seen. */
export function idfIn(lane: LaneNumbers, stem: string): number {
  const frequency = lane.frequency.get(stem) ?? 0
  const others = Math.max(SMALLEST_LANE, lane.passages) - frequency
  return Math.log(1 + (Math.max(0, others) + 0.5) / (frequency + 0.5))
}

/** The stems to look candidates up by in this lane: those it knows, and near spellings; in a large lane without the most frequent. */
export function stemsToMatch(query: Query, lane: LaneNumbers): string[] {
  const isLarge = lane.passages > LARGE_LANE
  const terms = lane.passages <= SMALL_LANE[lane.lane] ? query.terms : contentOf(query)
  const exact = terms.map((term) => term.stem).filter((stem) => lane.frequency.has(stem))
  exact.sort((a, b) => lane.frequency.get(a)! - lane.frequency.get(b)!)
  const isUseful = (stem: string, i: number) =>
    i < ALWAYS_KEPT || lane.frequency.get(stem)! < TOO_FREQUENT * lane.passages
  const kept = isLarge ? exact.filter(isUseful) : exact
  const near = terms.flatMap((term) => term.near.map(({ stem }) => stem)).filter((stem) => lane.frequency.has(stem))
  return [...new Set([...kept, ...near])]
}

function termsOf(text: string): Term[] {
  const terms = new Map<string, Term>()
  for (const word of wordsOf(text)) {
    const found = stem(word)
    if (!terms.has(found)) terms.set(found, { stem: found, length: word.length, is_stop: isStopWord(word), near: [] })
  }
  return [...terms.values()]
}

// How many edits a word of this length may be away from the one that was meant.
function allowedEdits(stem: string): number {
  return stem.length <= 6 ? 1 : 2
}
