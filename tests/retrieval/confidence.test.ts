import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confidenceOf, outcomeOf, preferenceOf, type Signs, signsOf } from '../../src/retrieval/confidence.ts'
import { type LaneNumbers, readQuestion } from '../../src/retrieval/query.ts'
import type { Candidate, Group } from '../../src/retrieval/score.ts'

const signs = (more: Partial<Signs> = {}): Signs => ({
  gap_lexical: 0.5,
  gap_score: 0.3,
  asked: 0.8,
  covered: 0.6,
  strange: 0,
  brief: 0.2,
  standing: null,
  is_bare: false,
  is_another: false,
  ...more,
})
const candidate = (cosine: number | null): Candidate => ({
  passage_id: 1,
  source_id: 1,
  title: '',
  title_stems: [],
  text_stems: [],
  cosine,
})
const group = (lexical: number, score: number, cosine: number | null = null): Group => ({
  titles: [],
  score,
  best: { candidate: candidate(cosine), score, lexical, asked: 0.9, covered: 0.7, close: 0, missed: 0 },
})
const numbers = (lane: 'qa' | 'doc'): LaneNumbers => ({
  lane,
  passages: 10,
  title_words: 10,
  text_words: 10,
  frequency: new Map([['цен', 3]]),
})
const query = readQuestion('Какая цена?')[0]!

test('there are three outcomes, and their borders belong to the surer one', () => {
  assert.deepEqual([0.19, 0.2, 0.49, 0.5].map(outcomeOf), ['unknown', 'suggest', 'suggest', 'answer'])
})

test('each sign moves confidence the way it should', () => {
  const base = confidenceOf(signs())
  for (const more of [{ gap_lexical: 0.9 }, { gap_score: 0.9 }, { asked: 1 }, { covered: 1 }])
    assert.ok(confidenceOf(signs(more)) > base)
  for (const less of [{ strange: 1 }, { brief: 0.5 }]) assert.ok(confidenceOf(signs(less)) < base)
})

test('a full match without a rival is answered, a faint one among rivals is not known', () => {
  assert.equal(outcomeOf(confidenceOf(signs({ gap_lexical: 1, gap_score: 1, asked: 1, covered: 1 }))), 'answer')
  assert.equal(
    outcomeOf(confidenceOf(signs({ gap_lexical: 0.02, gap_score: 0.02, asked: 0.2, covered: 0.1 }))),
    'unknown',
  )
})

test('a greeting is only answered by a stored greeting', () => {
  assert.equal(confidenceOf(signs({ is_bare: true, asked: 1, gap_lexical: 1, covered: 0.3 })), 0)
  assert.ok(confidenceOf(signs({ is_bare: true, asked: 1, gap_lexical: 1, covered: 1 })) > 0.5)
})

test('a vector that stands out lifts a paraphrase to a suggestion, not to an answer', () => {
  const paraphrase = signs({ asked: 0.1, covered: 0.1, gap_lexical: 0.3 })
  assert.equal(outcomeOf(confidenceOf(paraphrase)), 'unknown')
  assert.equal(outcomeOf(confidenceOf({ ...paraphrase, standing: 6 })), 'suggest')
  assert.ok(confidenceOf(signs({ standing: 0 })) < confidenceOf(signs()))
})

test('a lone match is as far ahead as it is complete; an equal rival leaves no gap', () => {
  const best = group(8, 0.9)
  assert.equal(signsOf({ query, numbers: numbers('qa'), best, rival: undefined, pool: [] }).gap_lexical, 0.9)
  const equal = signsOf({ query, numbers: numbers('qa'), best, rival: group(8, 0.9), pool: [] })
  assert.deepEqual([equal.gap_lexical, equal.gap_score], [0, 0])
})

test('how much was covered is known of stored questions only', () => {
  const covered = (lane: 'qa' | 'doc') =>
    signsOf({ query, numbers: numbers(lane), best: group(8, 0.9), rival: undefined, pool: [] }).covered
  assert.equal(covered('qa'), 0.7)
  assert.equal(covered('doc'), 0.35)
})

test('a vector stands out only among enough others', () => {
  const standing = (size: number) => {
    const pool = [candidate(0.9), ...Array.from({ length: size }, (_, i) => candidate(0.5 + (i % 5) / 100))]
    return signsOf({ query, numbers: numbers('qa'), best: group(8, 0.9, 0.9), rival: undefined, pool }).standing
  }
  assert.equal(standing(5), null)
  assert.ok(standing(40)! > 4)
})

test("the owner's own answer wins over an equally sure document, but not over a much surer one", () => {
  assert.ok(preferenceOf('qa', 0.5) > preferenceOf('doc', 0.5))
  assert.ok(preferenceOf('qa', 0.3) < preferenceOf('doc', 0.6))
  assert.deepEqual([preferenceOf('qa', 0), preferenceOf('qa', 1), preferenceOf('doc', 0.4)], [0, 1, 0.4])
})

test('a match about another thing is at best a suggestion, however well the rest agrees', () => {
  const perfect = { gap_lexical: 1, gap_score: 1, asked: 1, covered: 1 }
  assert.equal(outcomeOf(confidenceOf(signs({ ...perfect, is_another: true }))), 'suggest')
})
