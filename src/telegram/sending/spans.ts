/** A stretch of text with what it looks like; a link is its address. */
export type Mark = 'b' | 'i' | 's' | 'code' | 'pre' | { href: string }
export type Span = { text: string; marks: Mark[] }

/** UTF-16 units of one message, counted without its marks (Bot API, sendMessage). */
export const MAX_MESSAGE = 4096

const ENDS = [/\n\n(?!.*\n\n)/s, /\n(?!.*\n)/s, /[.!?…]\s(?!.*[.!?…]\s)/s, /\s(?!.*\s)/s]
const TOO_EARLY = 0.5 // a cut before the middle would make more parts than the text needs

/** The words alone. */
export function plainOf(spans: Span[]): string {
  return spans.map(({ text }) => text).join('')
}

/** Telegram's HTML, only with the tags above, each span closed in itself: balanced whatever the text. */
export function htmlOf(spans: Span[]): string {
  return spans.map(htmlOfSpan).join('')
}

function htmlOfSpan({ text, marks }: Span): string {
  const tags = outerMarks(marks)
  const open = tags.map((mark) => (typeof mark === 'string' ? `<${mark}>` : `<a href="${escaped(mark.href)}">`))
  const close = tags.toReversed().map((mark) => (typeof mark === 'string' ? `</${mark}>` : '</a>'))
  return [...open, escaped(text), ...close].join('')
}

// Nothing may stand inside or around code; each other mark counts once.
function outerMarks(marks: Mark[]): Mark[] {
  const code = marks.find((mark) => mark === 'code' || mark === 'pre')
  if (code) return [code]
  const link = marks.find((mark) => typeof mark === 'object')
  return [...new Set(marks.filter((mark) => typeof mark === 'string')), ...(link ? [link] : [])]
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

/** Cuts spans into parts of at most `max` UTF-16 units: after a paragraph, a line, a sentence or a word, never inside a letter. */
export function splitSpans(spans: Span[], max: number): Span[][] {
  const text = plainOf(spans)
  const parts: Span[][] = []
  for (let from = 0; from < text.length; ) {
    const to = from + cutOf(text.slice(from, from + max + 1), max)
    const part = trimmed(slice(spans, from, to))
    if (part.length > 0) parts.push(part)
    from = to
  }
  return parts
}

function cutOf(text: string, max: number): number {
  if (text.length <= max) return text.length
  for (const end of ENDS) {
    const found = end.exec(text.slice(0, max))
    if (found && found.index > max * TOO_EARLY) return found.index + found[0].length
  }
  const isPair = /^[\uD800-\uDBFF]$/.test(text[max - 1]!) && /^[\uDC00-\uDFFF]/.test(text[max]!)
  return isPair ? max - 1 : max
}

function slice(spans: Span[], from: number, to: number): Span[] {
  let at = 0
  return spans.flatMap(({ text, marks }) => {
    const begin = at
    at += text.length
    const piece = text.slice(Math.max(0, from - begin), Math.max(0, to - begin))
    return piece === '' ? [] : [{ text: piece, marks }]
  })
}

// Telegram cuts blanks at both ends itself, and refuses what is nothing else.
function trimmed(spans: Span[]): Span[] {
  const text = plainOf(spans)
  return slice(spans, text.length - text.trimStart().length, text.trimEnd().length)
}
