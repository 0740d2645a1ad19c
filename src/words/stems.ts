import { stemmer as englishStem } from '@orama/stemmers/english'
import { stemmer as russianStem } from '@orama/stemmers/russian'
import { wordsOf } from './normalise.ts'

// Two generations of this many words (about 10 MB when full): a whole vocabulary of one business stays, a hostile flood pushes itself out.
const CACHED_WORDS = 50_000

const CYRILLIC = /[а-я]/
const LATIN = /[a-z]/

let young = new Map<string, string>()
let old = new Map<string, string>()

/** The stem of one normalised word: Snowball Russian where it has Cyrillic letters, English where Latin; anything else is its own stem. */
export function stem(word: string): string {
  const known = young.get(word)
  if (known !== undefined) return known
  const found = old.get(word) ?? work(word)
  if (young.size >= CACHED_WORDS) {
    old = young
    young = new Map()
  }
  young.set(word, found)
  return found
}

/** The stems of a text, in order, stop words and repeats included. */
export function stemsOf(text: string): string[] {
  return wordsOf(text).map(stem)
}

// A stemmer may leave nothing of a very short word; the word itself is then the better stem.
function work(word: string): string {
  if (CYRILLIC.test(word)) return russianStem(word) || word
  if (LATIN.test(word)) return englishStem(word) || word
  return word
}
