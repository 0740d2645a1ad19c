import { stem } from '../../words/stems.ts'
import type { Class } from './lexicon.ts'
import type { Sentence, Token } from './tokens.ts'

/** The words of a sentence from `from` up to, not including, `to`. */
export type Match = { from: number; to: number }
type Test = (token: Token) => boolean
type Mark = 'fill' | 'any' | 'opens' | 'closes' | 'begins' | 'ends' | 'ends well'
type Word = { kind: 'word'; test: Test; isOptional: boolean }
type Element = Word | { kind: Mark }

/** One compiled pattern; see `compile`. */
export type Pattern = { elements: Element[]; head: number }

const MARKS: Readonly<Record<string, Mark>> = {
  '~': 'fill',
  '..': 'any',
  '[': 'opens',
  ']': 'closes',
  '^': 'begins',
  $: 'ends',
  '!': 'ends well',
}
const MOST_FILL = 6 // "оператора, будьте добры, если не трудно, сейчас": more is another thought
const MOST_ANY = 3
const MOST_AROUND = 14 // a bare request is short

/**
 * A pattern is words in order: `<a|b>` one of a class, `a|b` one of these words (`*`: any ending), `?` after it may be missing; `~` up to six words that say nothing,
 * `..` up to three of any kind; `[` `]` nothing else in the sentence, `^` `$` in the clause, `!` nothing after it that makes another thing of it.
 */
export function compile(source: string): Pattern {
  const elements = source.split(' ').map(compileElement)
  return { elements, head: elements.findIndex(({ kind }) => kind === 'word') }
}

/** The first place where a pattern stands in a sentence. */
export function find({ elements, head }: Pattern, sentence: Sentence): Match | undefined {
  const first = elements[head] as Word
  const from = first.isOptional ? () => true : first.test
  for (const [at, token] of sentence.tokens.entries()) {
    if (!from(token) || !elements.slice(0, head).every(({ kind }) => isAtEdge(kind, sentence, at))) continue
    const to = follow(elements, { element: head, at }, sentence)
    if (to !== undefined && to > at) return { from: at, to }
  }
  return undefined
}

/** Whether a word says nothing about what is asked for. */
export function isFill({ is }: Token): boolean {
  return is.has('fill') || is.has('living')
}

function follow(elements: Element[], place: { element: number; at: number }, sentence: Sentence): number | undefined {
  const { element, at } = place
  const one = elements[element]
  if (!one) return at
  const next = (to: number) => follow(elements, { element: element + 1, at: to }, sentence)
  if (one.kind === 'fill' || one.kind === 'any') return leap(one.kind, at, sentence, next)
  if (one.kind !== 'word') return isAtEdge(one.kind, sentence, at) ? next(at) : undefined
  const token = sentence.tokens[at]
  const found = token && one.test(token) ? next(at + 1) : undefined
  return found ?? (one.isOptional ? next(at) : undefined)
}

function leap(
  kind: 'fill' | 'any',
  at: number,
  { tokens }: Sentence,
  next: (to: number) => number | undefined,
): number | undefined {
  const most = kind === 'fill' ? MOST_FILL : MOST_ANY
  for (let skipped = 0; skipped <= most; skipped++) {
    const found = next(at + skipped)
    if (found !== undefined) return found
    const token = tokens[at + skipped]
    if (!token || (kind === 'fill' ? !isFill(token) : token.clause !== tokens[at]!.clause)) return undefined
  }
  return undefined
}

function isAtEdge(kind: Element['kind'], { tokens }: Sentence, at: number): boolean {
  const clause = tokens[kind === 'begins' ? at : at - 1]?.clause
  const around = (part: Token[]) =>
    part.length <= MOST_AROUND && part.every((token) => isFill(token) || token.is.has('actor'))
  if (kind === 'opens') return around(tokens.slice(0, at))
  if (kind === 'closes') return around(tokens.slice(at))
  if (kind === 'begins')
    return tokens.slice(Math.max(0, at - MOST_AROUND), at).every((token) => token.clause !== clause || isFill(token))
  if (kind === 'ends')
    return tokens.slice(at, at + MOST_AROUND).every((token) => token.clause !== clause || isFill(token))
  const after = tokens[at]
  return !after || after.clause !== clause || isFill(after) || after.is.has('after')
}

function compileElement(cell: string): Element {
  const mark = MARKS[cell]
  if (mark) return { kind: mark }
  const isOptional = cell.endsWith('?')
  const body = isOptional ? cell.slice(0, -1) : cell
  const options = body.replace(/^<|>$/g, '').split('|')
  return { kind: 'word', isOptional, test: body.startsWith('<') ? ofClasses(options as Class[]) : oneOf(options) }
}

function ofClasses(classes: Class[]): Test {
  return ({ is }) => classes.some((name) => is.has(name))
}

function oneOf(options: string[]): Test {
  const words = new Set(options.filter((option) => !option.endsWith('*')))
  const stems = new Set(options.filter((option) => option.endsWith('*')).map((option) => stem(option.slice(0, -1))))
  return ({ word }) => words.has(word) || (stems.size > 0 && stems.has(stem(word)))
}
