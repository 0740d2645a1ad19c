import { dice, trigrams } from '../words/typos.ts'
import type { Lane, Term } from './query.ts'

const ALIKE = 0.4 // trigram likeness below this is chance
const ANSWER_ONLY = 0.5 // a question's word found only in the answer counts half

/** How well each term of a question is found in a passage, and each stem of its title in the question, 0…1: exactly, as a near spelling, or as a word alike. Compares each distinct title stem with the question only once, however many candidates share it. */
export function matcher(terms: Term[]) {
  const termTrigrams = terms.map((term) => trigrams(term.stem))
  const known = new Map<string, number[]>()
  const likenessOf = (stem: string) => {
    const seen = known.get(stem)
    if (seen) return seen
    const own = trigrams(stem)
    const fresh = terms.map((term, i) =>
      term.stem === stem ? 1 : likeness(term.stem, stem, dice(termTrigrams[i]!, own)),
    )
    known.set(stem, fresh)
    return fresh
  }
  return (lane: Lane, title: ReadonlySet<string>, text: ReadonlySet<string>) => {
    const rows = [...title].map(likenessOf)
    const inText = lane === 'qa' ? ANSWER_ONLY : 1
    const best = (i: number) => rows.reduce((most, row) => Math.max(most, row[i]!), 0)
    return {
      terms: terms.map((term, i) => Math.max(best(i), inText * textMatch(term, text))),
      title: rows.map((row) => Math.max(0, ...row)),
    }
  }
}

function textMatch(term: Term, text: ReadonlySet<string>): number {
  if (text.has(term.stem)) return 1
  return term.near.reduce((most, near) => (text.has(near.stem) ? Math.max(most, near.weight) : most), 0)
}

function likeness(a: string, b: string, overlap: number): number {
  const mayBeForms = a[0] === b[0] || a[1] === b[1]
  return mayBeForms && overlap > ALIKE ? overlap : 0
}
