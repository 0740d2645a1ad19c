import { normalise } from '../../words/normalise.ts'
import { type Class, classesOf, phraseAt } from './lexicon.ts'

export type Token = { word: string; is: ReadonlySet<Class>; clause: number }
export type Sentence = { tokens: Token[]; isQuestion: boolean }

// Words with inner hyphens and apostrophes; ends of a sentence; ends of a clause.
const PIECE = /[\p{L}\p{N}]+(?:['’`-][\p{L}\p{N}]+)*|[.!?\n]+|[“,;:()—–]|-/gu
const QUOTED = /«[^«»]*»|"[^"]*"|“[^“”]*”|„[^„“”]*[“”]/gu
const QUOTATION = ' “ ' // no word of any list, and no separator: something stands there that is not the visitor's own word
const STRETCHED = /(.)\1{2,}/gu
// After these the rest of a sentence is what somebody else wrote.
const CITING: ReadonlySet<string> = new Set(
  'написано сказано указано говорится пишут прописано says written reads stated'.split(' '),
)
const LOOKALIKES = new Map([...'aceopxykmthb'].map((latin, i) => [latin, 'асеорхукмтнв'[i]!]))
const LONGEST_WORD = 40

/** The sentences of a text with what each word does in a request; words in quotation marks count as one unknown, unless there are no others. */
export function sentencesIn(text: string, options: { repair: boolean }): Sentence[] {
  const own = text.replace(QUOTED, QUOTATION)
  const pieces = normalise(/[\p{L}\p{N}]/u.test(own) ? own : text).match(PIECE) ?? []
  const sentences: Sentence[] = []
  let words: Spoken[] = []
  let clause = 0
  for (const piece of [...pieces, '.']) {
    const [first] = piece
    if (isWord(first!)) words.push({ word: spell(piece), clause })
    else clause++
    if (!'.!?\n'.includes(first!) || words.length === 0) continue
    sentences.push({ tokens: readWords(withoutCited(words), options), isQuestion: piece.includes('?') })
    words = []
  }
  return sentences
}

type Spoken = { word: string; clause: number }

function readWords(words: Spoken[], options: { repair: boolean }): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < words.length; ) {
    const { word, clause } = words[at]!
    const phrase = phraseAt(words, at)
    tokens.push(phrase ? { ...phrase, clause } : { word, clause, is: classesOf(word, options) })
    at += phrase?.length ?? 1
  }
  return tokens
}

function withoutCited(words: Spoken[]): Spoken[] {
  const at = words.findIndex(({ word }) => CITING.has(word))
  return at === -1 ? words : words.slice(0, at + 1)
}

function isWord(first: string): boolean {
  return first === QUOTATION.trim() || /[\p{L}\p{N}]/u.test(first)
}

function spell(piece: string): string {
  const word = piece.slice(0, LONGEST_WORD).replace(/['’`]/g, '').replace(STRETCHED, '$1')
  const isMixed = /[а-я]/.test(word) && /[a-z]/.test(word)
  return isMixed ? word.replace(/[a-z]/g, (letter) => LOOKALIKES.get(letter) ?? letter) : word
}
