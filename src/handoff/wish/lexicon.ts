import { normalise } from '../../words/normalise.ts'
import { stem } from '../../words/stems.ts'
import { correct } from './slips.ts'
import { type Class, VOCABULARY } from './vocabulary.ts'

export type { Class }

type Phrase = { word: string; is: ReadonlySet<Class>; length: number }

const NONE: ReadonlySet<Class> = new Set()
const LONGEST_PHRASE = 4

const exact = new Map<string, Set<Class>>()
const stemmed = new Map<string, Set<Class>>()
const heads = new Set<string>() // the words, or stems, a phrase may begin with

for (const [name, cells] of Object.entries(VOCABULARY))
  for (const cell of cells.trim().split(/\s+/)) enter(normalise(cell).replaceAll("'", ''), name as Class)

/** What a word does in a request, by itself, by its stem, or, with `repair`, as the likely slip of one that matters. */
export function classesOf(word: string, { repair }: { repair: boolean }): ReadonlySet<Class> {
  const known = exact.get(word) ?? stemmed.get(stem(word))
  if (known || !repair) return known ?? NONE
  const meant = correct(word)
  return (meant && (exact.get(meant) ?? stemmed.get(stem(meant)))) || NONE
}

/** The longest phrase of the vocabulary that begins at a place, if one does. */
export function phraseAt(words: readonly { word: string }[], at: number): Phrase | undefined {
  const first = words[at]!.word
  if (!heads.has(first) && !heads.has(stem(first))) return undefined
  for (let length = Math.min(LONGEST_PHRASE, words.length - at); length > 1; length--) {
    const part = words.slice(at, at + length).map(({ word }) => word)
    const is = exact.get(part.join('_')) ?? stemmed.get(part.map(stem).join('_'))
    if (is) return { word: part.join(' '), is, length }
  }
  return undefined
}

function enter(cell: string, name: Class): void {
  const takesEndings = cell.endsWith('*')
  const parts = cell
    .split('_')
    .map((part) => (part.endsWith('*') ? stem(part.slice(0, -1)) : takesEndings ? stem(part) : part))
  const table = takesEndings ? stemmed : exact
  const key = parts.join('_')
  if (parts.length > 1) heads.add(parts[0]!)
  table.set(key, (table.get(key) ?? new Set<Class>()).add(name))
}
