import { namesIn } from '../words/names.ts'
import { contentOf, type LaneNumbers, type Query, type Term } from './query.ts'
import type { Group } from './score.ts'

const SWAPPED = 0.2 // of a question's weight in one word the pair lacks: less is a filler, not another thing
const TELLING = 0.35

type Match = { query: Query; numbers: LaneNumbers; others: LaneNumbers | undefined; group: Group }

/**
 * Whether a match agrees in all but the thing itself: a name or number was asked for that it does not hold, or a stored question names one in
 * whose place something else was asked, or the telling word of the question stands in the documents and in no stored question.
 */
export function speaksOfAnother({ query, numbers, others, group }: Match): boolean {
  const { candidate, missed } = group.best
  const named = group.titles.map((title) => new Set(namesIn(title)))
  // Phrasings that differ in what they name have one answer all the same: «weather in Rome», «weather in Boston».
  if (named.some((names) => names.symmetricDifference(named[0]!).size > 0)) return false
  const spellings = new Map(query.terms.map((term) => [term.stem, spellingsOf(term)]))
  const there = new Set([...candidate.title_stems, ...candidate.text_stems])
  const isThere = (name: string) => (spellings.get(name) ?? [name]).some((stem) => there.has(stem))
  if (!namesIn(query.question).every(isThere)) return true
  if (numbers.lane === 'doc' || missed < SWAPPED) return false
  const asked = new Set([...spellings.values()].flat())
  if (![...named[0]!].every((name) => asked.has(name))) return true
  const isOnlyElsewhere = ({ stem }: Term) => !numbers.frequency.has(stem) && others?.frequency.has(stem)
  return missed >= TELLING && contentOf(query).some(isOnlyElsewhere)
}

function spellingsOf({ stem, near }: Term): string[] {
  return [stem, ...near.map((one) => one.stem)]
}
