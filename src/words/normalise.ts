// A word longer than this is a link, a key or noise: nobody asks with it, and it would only bloat the vocabulary.
const LONGEST_WORD = 40

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g
// Every combining accent but U+0306, which makes й of и; ё loses its dots here, as people drop them when they type.
const ACCENTS = /[\u0300-\u0305\u0307-\u036f]/g
const WORD = /[\p{L}\p{N}]+/gu

/** The one spelling words are compared in: compatibility forms folded, accents and invisible characters gone, lower case, ё as е. */
export function normalise(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, '')
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase()
}

/** The words of a text in order, normalised: runs of letters and digits, each at most 40 characters. Anything else separates. */
export function wordsOf(text: string): string[] {
  const words = normalise(text).match(WORD) ?? []
  return words.map((word) => (word.length > LONGEST_WORD ? word.slice(0, LONGEST_WORD).toWellFormed() : word))
}
