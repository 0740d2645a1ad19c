import { wordsOf } from '../words/normalise.ts'
import { type Span, sentencesOf } from '../words/sentences.ts'
import { stem } from '../words/stems.ts'
import type { WeightedStem } from './query.ts'

/** A piece of one text: whole sentences, with an ellipsis where one was too long to show whole. */
export type Window = { index: number; text: string; start: number; end: number }
type Question = { question: string; terms: WeightedStem[] }
type Unit = Span & { stems: ReadonlySet<string>; holdsNumber: boolean; names: ReadonlySet<string> }
type Expected = 'number' | 'name' | null

const TYPE_BONUS = 0.12 // of the question's weight, for a number or name where one was asked for
const LENGTH_BONUS = 0.1 // of it, for filling the room: what stands around an answer often is the answer
const SAME_START = 0.7 // of the longer stem; "удал" and "удален" are one word, "стол" and "столиц" are not
const FORM_WEIGHT = 0.8

const ASKS_NUMBER =
  /(?:^|\s)(?:сколько|когда|почем|скольки|how (?:many|much|long|old|far|often|big|tall)|when|(?:какая|какова) (?:цена|стоимость|сумма)|(?:в )?како[мй] (?:год|году|день|дата|размер|номер)|what (?:year|time|date|day|percent|percentage|number|price))(?:\s|$|\?)/iu
const ASKS_NAME =
  /(?:^|\s)(?:кто|кого|кому|кем|где|куда|откуда|чей|чья|who|whom|whose|where|как (?:зовут|называется|звали)|(?:в )?как(?:ой|ом|ая) (?:город|городе|стране|страна|компания|человек)|what (?:city|country|company|team|person)|which (?:city|country|company|team))(?:\s|$|\?)/iu

/**
 * The best piece of each of the first `windows` texts, in the order of the texts: whole sentences of at most `limit` characters that hold most of what
 * was asked, and a number or a name where one was asked for. A text that holds nothing of it gives its beginning; an empty one gives nothing.
 */
export function bestWindows(
  asked: Question,
  texts: { text: string }[],
  { limit, windows }: { limit: number; windows: number },
): Window[] {
  const expected = expectedIn(asked.question)
  const known = new Set(wordsOf(asked.question))
  return texts.slice(0, windows).flatMap(({ text }, index) => {
    const units = unitsOf(text, limit).map((span) => toUnit(text, span, known))
    const best = bestRun(units, { terms: asked.terms, expected, limit })
    return best ? [{ index, ...best, text: cut(text, best) }] : []
  })
}

function expectedIn(question: string): Expected {
  if (ASKS_NUMBER.test(question)) return 'number'
  return ASKS_NAME.test(question) ? 'name' : null
}

// Sentences, the too long ones in pieces.
function unitsOf(text: string, limit: number): Span[] {
  return sentencesOf(text).flatMap((span) => split(text, span, limit - 2))
}

// Cuts at the last comma or dash that fits, else at the last space, else anywhere.
function split(text: string, { start, end }: Span, limit: number): Span[] {
  const pieces: Span[] = []
  let from = start
  while (end - from > limit) {
    const piece = text.slice(from, from + limit)
    const clause = Math.max(
      ...[', ', '; ', ': ', ' — ', ' - '].map((mark) => piece.lastIndexOf(mark) + mark.length - 1),
    )
    const to = from + (clause > limit / 3 ? clause : Math.max(piece.lastIndexOf(' '), 0) || limit)
    pieces.push({ start: from, end: to })
    from = to
  }
  return [...pieces, { start: from, end }]
}

function toUnit(text: string, span: Span, known: ReadonlySet<string>): Unit {
  const words = wordsOf(text.slice(span.start, span.end))
  const isNew = (word: string) => wordsOf(word).every((part) => !known.has(part))
  const capitals = text.slice(span.start, span.end).match(/(?<=\S\s)[«"(]?\p{Lu}[\p{L}-]+/gu) ?? []
  return {
    ...span,
    stems: new Set(words.map(stem)),
    holdsNumber: words.some((word) => /^\d/.test(word) && !known.has(word)),
    names: new Set(capitals.filter(isNew)),
  }
}

type Measure = { terms: WeightedStem[]; expected: Expected; limit: number }

function bestRun(units: Unit[], measure: Measure): Span | undefined {
  let best: { span: Span; value: number } | undefined
  for (let from = 0; from < units.length; from++) {
    for (let to = from; to < units.length && units[to]!.end - units[from]!.start <= measure.limit; to++) {
      const value = worthOf(units.slice(from, to + 1), measure)
      if (!best || value > best.value) best = { span: { start: units[from]!.start, end: units[to]!.end }, value }
    }
  }
  return best?.span
}

function worthOf(run: Unit[], { terms, expected, limit }: Measure): number {
  const all = terms.reduce((sum, term) => sum + term.weight, 0) || 1
  const found = terms.reduce(
    (sum, term) => sum + term.weight * Math.max(...run.map((unit) => holds(unit.stems, term.stem))),
    0,
  )
  const isExpected =
    expected === 'number'
      ? run.some((unit) => unit.holdsNumber)
      : expected === 'name' && run.some((unit) => unit.names.size > 0)
  const length = run.at(-1)!.end - run[0]!.start
  return found / all + (isExpected ? TYPE_BONUS : 0) + (LENGTH_BONUS * length) / limit
}

function holds(stems: ReadonlySet<string>, wanted: string): number {
  if (stems.has(wanted)) return 1
  for (const stem of stems) if (haveSameStart(stem, wanted)) return FORM_WEIGHT
  return 0
}

function haveSameStart(a: string, b: string): boolean {
  const needed = Math.max(4, Math.ceil(SAME_START * Math.max(a.length, b.length)))
  return a.length >= needed && b.length >= needed && a.slice(0, needed) === b.slice(0, needed)
}

function cut(text: string, { start, end }: Span): string {
  const before = sentencesOf(text).some((sentence) => sentence.start < start && sentence.end > start) ? '…' : ''
  const after = sentencesOf(text).some((sentence) => sentence.start < end && sentence.end > end) ? '…' : ''
  return before + text.slice(start, end).trim().toWellFormed() + after
}
