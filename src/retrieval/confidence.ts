import { speaksOfAnother } from './another.ts'
import { contentOf, idfIn, type Lane, type LaneNumbers, type Query } from './query.ts'
import type { Candidate, Group } from './score.ts'

export type Outcome = 'answer' | 'suggest' | 'unknown'

/** What speaks for the best candidate, each 0…1; `standing`: by how many deviations its vector stands out, null without vectors; `is_bare`: nothing but function words was asked; `is_another`: see another.ts. */
export type Signs = {
  gap_lexical: number
  gap_score: number
  asked: number
  covered: number
  strange: number
  brief: number
  standing: number | null
  is_bare: boolean
  is_another: boolean
}

type Ranking = {
  query: Query
  numbers: LaneNumbers
  others?: LaneNumbers | undefined
  best: Group
  rival: Group | undefined
  pool: Candidate[]
}

// Of a hundred answers given at these thresholds 92 to 99 were right, and 1 to 3 of a hundred questions without an answer got one
// (CLINC150 and halved XQuAD, none of which the coefficients were fitted on).
const ANSWER_FROM = 0.5
const SUGGEST_FROM = 0.2

// A logistic fitted once on TyDi, StackFAQ, CovidFAQ and Banking77; refits on other mixtures were no better where answers are few.
const WEIGHTS = { gap_lexical: 3.0, gap_score: 0.6, asked: 3.4, covered: 3.7, strange: -0.2, brief: -4.3 } as const
const INTERCEPT = -3.84
const DOCUMENT_COVERED = 0.35 // a chunk is no question to be covered; this is what stored questions have on average

// Questions with an answer stand 3.6 to 5.1 out (median), those without 2.0; so between the two a vector begins to speak for it.
// It may lift a paraphrase without one common word to a suggestion, hardly to an answer: no two models spread alike.
const USUAL_STANDING = 3.5
const LEAST_LIFT = -1
const MOST_LIFT = 2.5
const LEAST_POOL = 20 // candidates; among fewer nothing can stand out by three deviations

// A page of text resembles any question a little. Of Banking77 put beside 4,098 encyclopaedia chunks this gives back 7 points of R@1,
// and takes half a point from the chunks' own questions.
const OWN_WORDS_ODDS = 2

// Never an answer, at best a suggestion: of halved XQuAD's questions without an answer 0.0 and 0.8 of a hundred are then answered
// instead of 0.8 and 2.7, for 4 and 8 of a hundred answers less.
const ANOTHER = 0.45

// "Добрый день!" is no question about whatever page greets its reader; only a stored question of just those words answers it.
const BARE_COVERED = 0.8

/** What the ranking of one lane says about its first candidate; `rival` is the best one with a different answer. */
export function signsOf({ query, numbers, others, best, rival, pool }: Ranking): Signs {
  const content = contentOf(query)
  const idf = content.map((term) => idfIn(numbers, term.stem))
  const isStrange = content.map(({ stem, near }) => !numbers.frequency.has(stem) && near.length === 0)
  return {
    // Where nothing else was found, how far it is ahead says nothing; then it is as sure as it is complete.
    gap_lexical: rival ? gap(best.best.lexical, rival.best.lexical) : best.best.asked,
    gap_score: rival ? gap(best.score, rival.score) : best.best.asked,
    asked: best.best.asked,
    covered: numbers.lane === 'qa' ? best.best.covered : best.best.lexical > 0 ? DOCUMENT_COVERED : 0,
    strange: sum(idf.filter((_, i) => isStrange[i])) / (sum(idf) || 1),
    brief: 1 / (1 + content.length),
    standing: standingOf(best.best.candidate, pool),
    is_another: speaksOfAnother({ query, numbers, others, group: best }),
    is_bare: query.terms.every((term) => term.is_stop),
  }
}

/** How likely it is that the best candidate answers the question, 0…1. */
export function confidenceOf(signs: Signs): number {
  if (signs.is_bare && signs.covered < BARE_COVERED) return 0
  const words = Object.entries(WEIGHTS).map(([sign, weight]) => weight * signs[sign as keyof typeof WEIGHTS])
  const confidence = 1 / (1 + Math.exp(-(INTERCEPT + sum(words) + lift(signs.standing))))
  return signs.is_another ? ANOTHER * confidence : confidence
}

/** How much a lane's first candidate is preferred to the other lane's: its confidence, raised where the owner wrote the answer himself. */
export function preferenceOf(lane: Lane, confidence: number): number {
  const odds = lane === 'qa' ? OWN_WORDS_ODDS : 1
  return (odds * confidence) / (1 - confidence + odds * confidence)
}

/** What to do with an answer of this confidence: give it, offer it among others, or admit not to know. */
export function outcomeOf(confidence: number): Outcome {
  if (confidence >= ANSWER_FROM) return 'answer'
  return confidence >= SUGGEST_FROM ? 'suggest' : 'unknown'
}

function lift(standing: number | null): number {
  return standing === null ? 0 : Math.min(MOST_LIFT, Math.max(LEAST_LIFT, standing - USUAL_STANDING))
}

function standingOf({ cosine }: Candidate, pool: Candidate[]): number | null {
  const cosines = pool.flatMap((candidate) => (candidate.cosine === null ? [] : [candidate.cosine]))
  if (cosine === null || cosines.length < LEAST_POOL) return null
  const mean = sum(cosines) / cosines.length
  const deviation = Math.sqrt(sum(cosines.map((value) => (value - mean) ** 2)) / cosines.length)
  return deviation === 0 ? null : (cosine - mean) / deviation
}

function gap(best: number, rival: number): number {
  return best > 0 ? Math.min(1, Math.max(0, (best - rival) / best)) : 0
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
