import { wordsOf } from './normalise.ts'
import { stem } from './stems.ts'

const NAMED = /(?<![\p{L}\d])(?:\p{Ll}?\p{Lu}\p{Ll}[\p{L}-]*|[\p{L}-]*\d[\p{L}\d-]*)/gu
const SENTENCE_START = /(^|[.!?…:»"«(]\s*|\n\s*)$/u

/** The stems of what a text names: words with a capital letter within a sentence, and everything with a digit in it. The first word of a sentence is no sign. */
export function namesIn(text: string): string[] {
  const names: string[] = []
  for (const { 0: word, index } of text.matchAll(NAMED)) {
    const begins = SENTENCE_START.test(text.slice(Math.max(0, index - 4), index))
    if (!begins || /\d/.test(word)) names.push(...wordsOf(word).map(stem))
  }
  return names
}
