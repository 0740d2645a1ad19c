import { readings } from '../../words/layouts.ts'
import { stemsOf } from '../../words/stems.ts'
import { FRUSTRATION } from './frustration.ts'
import { guards } from './guards.ts'
import { find, type Match } from './match.ts'
import { RULES, type Rule } from './patterns.ts'
import { type Sentence, sentencesIn } from './tokens.ts'

export type Wish = { strength: 'hard' | 'soft'; reason: 'keyword' | 'complaint' | 'retries'; matched: string }

const LONGEST = 4096 // what a visitor may send; more is cut
const LONG = 300 // in a longer text a bare noun is part of a story, and a slip or another alphabet is chance
const WINDOW = 5 // visitor messages, the newest among them
const ENOUGH = 2 // soft signs in the window
const REFUSAL = / (не|без|not|no|without|dont)$/ // right before one of the tenant's own phrases

/**
 * Whether a visitor asks for a human, in Russian or English, before any model: slips, stretched letters, the wrong keyboard and Latin letters included.
 * `phrases`: the tenant's own, matched as whole words by stems. A complaint is a hard wish with its own reason; impatience is a soft one.
 */
export function recogniseWish(text: string, phrases: string[] = []): Wish | undefined {
  const bounded = text.slice(0, LONGEST)
  const isLong = bounded.length > LONG
  const sentences = sentencesIn(bounded, { repair: !isLong })
  const wish = findOwn(bounded, phrases) ?? findHard(sentences, isLong)
  if (wish) return wish
  const soft = findFirst([FRUSTRATION], sentences)
  if (soft || isLong) return soft
  return findOtherwiseRead(bounded, sentences)
}

/** A hard wish decides at once; a soft one when another stands among the last five visitor messages, this one included. `recent`: the earlier ones, newest last. */
export function wantsHuman(text: string, recent: string[], phrases: string[] = []): Wish | undefined {
  const wish = recogniseWish(text, phrases)
  if (wish?.strength !== 'soft') return wish
  const before = recent.slice(1 - WINDOW).filter((earlier) => recogniseWish(earlier)?.strength === 'soft')
  return 1 + before.length >= ENOUGH ? wish : undefined
}

function findHard(sentences: Sentence[], isLong: boolean): Wish | undefined {
  return findFirst(isLong ? RULES.filter(({ doubts }) => !doubts.includes('long')) : RULES, sentences)
}

function findFirst(rules: readonly Rule[], sentences: Sentence[]): Wish | undefined {
  for (const { patterns, doubts, strength, reason } of rules)
    for (const sentence of sentences)
      for (const pattern of patterns) {
        const match = find(pattern, sentence)
        if (!match || doubts.some((doubt) => guards[doubt](sentence, match))) continue
        return { strength, reason, matched: wordsOf(sentence, match) }
      }
  return undefined
}

// Another alphabet is only tried where the words as they stand refuse nothing, and only a plain request counts.
function findOtherwiseRead(text: string, sentences: Sentence[]): Wish | undefined {
  if (sentences.some(({ tokens }) => tokens.some(({ is }) => is.has('not')))) return undefined
  for (const reading of readings(text).slice(1)) {
    const wish = findHard(sentencesIn(reading, { repair: true }), false)
    if (wish) return wish
  }
  return undefined
}

function findOwn(text: string, phrases: string[]): Wish | undefined {
  if (phrases.length === 0) return undefined
  const stems = ` ${stemsOf(text).join(' ')} `
  for (const phrase of phrases) {
    const own = stemsOf(phrase).join(' ')
    const at = own === '' ? -1 : stems.indexOf(` ${own} `)
    if (at !== -1 && !REFUSAL.test(stems.slice(0, at))) return { strength: 'hard', reason: 'keyword', matched: phrase }
  }
  return undefined
}

function wordsOf({ tokens }: Sentence, { from, to }: Match): string {
  return tokens
    .slice(from, to)
    .map(({ word }) => word)
    .join(' ')
}
