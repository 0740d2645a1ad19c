import type { Class } from './lexicon.ts'
import type { Match } from './match.ts'
import type { Doubt } from './patterns.ts'
import type { Sentence, Token } from './tokens.ts'

type Guard = (sentence: Sentence, match: Match) => boolean

/** When a pattern that fits is no wish after all. */
export const guards: Readonly<Record<Doubt, Guard>> = {
  // "don't call an agent", "no operator needed", but not "why don't you call one", "not a robot"
  denied: (sentence, match) =>
    clausesOf(sentence, match).some((token) => denies(sentence.tokens, sentence.tokens.indexOf(token))),
  // "mobile operator", "operator manual"
  thing: ({ tokens }, match) =>
    tokens.slice(match.from, match.to).some((token, i) => isThing(tokens, match.from + i, token)),
  // "how much does an operator cost"
  subject: (sentence, match) => clausesOf(sentence, match).some(({ is }) => is.has('about')),
  // "I can connect you to an agent": the assistant's own words
  offer: ({ tokens }, { from, to }) => tokens.slice(Math.max(0, from - 2), to).some(({ is }) => is.has('offer')),
  // "I may call an operator", "call an operator?"
  assistant: (sentence, { from }) =>
    sentence.tokens[from - 1]?.word === 'могу' ||
    (sentence.isQuestion && !sentence.tokens.some(({ is }) => is.has('opener'))),
  // "I am an operator", "does one need a manager?"
  role: (sentence, match) => isSelf(sentence, match) || isNeedAsked(sentence, match),
  long: () => false,
}

function clausesOf({ tokens }: Sentence, { from, to }: Match): Token[] {
  const first = tokens[from]!.clause
  const last = tokens[to - 1]!.clause
  return tokens.filter(({ clause }) => clause >= first && clause <= last)
}

const DENIED: readonly Class[] = [
  'ask',
  'fetch',
  'talk',
  'contact',
  'want',
  'actor',
  'someone',
  'ring',
  'callback',
  'need',
  'complain',
  'file',
  'give',
]
const ALONE: ReadonlySet<string> = new Set('никого никому никакого никакой nobody'.split(' '))
const NOT_REFUSING: ReadonlySet<string> = new Set(
  'могу могли можете может можно получается знаю will can could would get'.split(' '),
)
const WHY: ReadonlySet<string> = new Set('почему why отчего'.split(' '))
const REACH = 3 // words after the negation in which what it denies must stand

function denies(tokens: Token[], at: number): boolean {
  const { is, word, clause } = tokens[at]!
  if (!is.has('not')) return false
  if (ALONE.has(word)) return true
  const rest = tokens.slice(at + 1, at + 1 + REACH).filter((token) => token.clause === clause)
  if (rest.some((token) => token.is.has('bot')) || (rest[0] && NOT_REFUSING.has(rest[0].word))) return false
  if (tokens.slice(0, at).some((token) => token.clause === clause && WHY.has(token.word))) return false
  return rest.some((token) => DENIED.some((name) => token.is.has(name)))
}

function isThing(tokens: Token[], at: number, { is, clause }: Token): boolean {
  if (!is.has('actor') && !is.has('someone')) return false
  const before = tokens[at - 1]
  const after = tokens[at + 1]
  return Boolean(
    (before?.clause === clause && before.is.has('before')) || (after?.clause === clause && after.is.has('next')),
  )
}

const SELF: ReadonlySet<string> = new Set('я мы i im we вы ты you'.split(' '))

function isSelf({ tokens }: Sentence, { from, to }: Match): boolean {
  return tokens.slice(Math.max(0, from - 1), to).some(({ word, is }, i, part) => {
    const next = part.slice(i + 1).find((token) => !token.is.has('living'))
    return SELF.has(word) && !is.has('actor') && next?.is.has('actor') === true
  })
}

function isNeedAsked({ tokens, isQuestion }: Sentence, { from, to }: Match): boolean {
  const part = tokens.slice(from, to)
  if (!part.some(({ is }) => is.has('need'))) return false
  if (part.some(({ word }) => word === 'ли') || tokens[from - 1]?.word === 'ли' || tokens[to]?.word === 'ли')
    return true
  return isQuestion && !tokens.some(({ is }) => is.has('mine'))
}
