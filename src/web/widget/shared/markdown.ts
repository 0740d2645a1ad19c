export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'bold'; spans: Span[] }
  | { kind: 'italic'; spans: Span[] }
  | { kind: 'link'; href: string; text: string }
  | { kind: 'cite'; n: number }

export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'list'; start: number | undefined; items: string[] }

const ITEM = /^\s*(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/

/** Splits a small, safe part of Markdown into blocks: paragraphs, headings, lists, fenced code. */
export function parseBlocks(text: string): Block[] {
  const blocks: Block[] = []
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  let open: Block | undefined
  while (lines.length) {
    const line = lines.shift()!
    if (/^\s*```/.test(line)) {
      blocks.push({ kind: 'code', text: takeFenced(lines) })
      open = undefined
    } else if (!line.trim() || RULE.test(line)) open = undefined
    else open = addLine(blocks, open, line)
  }
  return blocks
}

function takeFenced(lines: string[]): string {
  const end = lines.findIndex((line) => /^\s*```\s*$/.test(line))
  const code = lines.splice(0, end < 0 ? lines.length : end)
  lines.shift()
  return code.join('\n')
}

function addLine(blocks: Block[], open: Block | undefined, line: string): Block {
  const heading = /^\s{0,3}#{1,6}\s+(.*)$/.exec(line)
  if (heading) return push(blocks, { kind: 'heading', text: heading[1]! })
  const item = ITEM.exec(line)
  if (item) {
    const ordered = item[1] !== undefined
    const list = open?.kind === 'list' && (open.start !== undefined) === ordered ? open : undefined
    if (!list) return push(blocks, { kind: 'list', start: ordered ? Number(item[1]) : undefined, items: [item[2]!] })
    list.items.push(item[2]!)
    return list
  }
  if (open?.kind === 'list') {
    open.items[open.items.length - 1] += `\n${line.trim()}`
    return open
  }
  if (open?.kind !== 'paragraph') return push(blocks, { kind: 'paragraph', text: line })
  open.text += `\n${line}`
  return open
}

function push(blocks: Block[], block: Block): Block {
  blocks.push(block)
  return block
}

// Every repetition is bounded or cannot run over its own start, so hostile text costs linear time.
const INLINE = new RegExp(
  [
    '`(?<code>[^`\\n]+)`',
    '\\*\\*(?<bold>[^*\\n]+)\\*\\*',
    '(?<![\\w*])\\*(?=\\S)(?<italic>[^*\\n]{1,500})\\*(?![\\w*])',
    '\\[(?<label>[^[\\]\\n]{1,300})\\]\\((?<href>[^\\s()]{1,2000})\\)',
    '\\[(?<cite>\\d{1,2})\\]',
    '(?<url>https?:\\/\\/[^\\s<>"\'`\\\\[\\]{}|]{1,2000})',
    '(?<mail>[\\w.+-]{1,64}@[\\w-]{1,64}(?:\\.[\\w-]{1,64}){1,4})',
  ].join('|'),
  'gu',
)

/** Splits a line or paragraph into spans. Links keep only http, https and mailto; anything else stays plain text. */
export function parseSpans(text: string): Span[] {
  const spans: Span[] = []
  let end = 0
  for (const match of text.matchAll(INLINE)) {
    const span = toSpan(match.groups!)
    if (!span) continue
    const between = text.slice(end, match.index)
    // The mark of a source hangs on its word, as a footnote does.
    const before = span.kind === 'cite' ? between.trimEnd() : between
    if (before) spans.push({ kind: 'text', text: before })
    spans.push(span)
    end = match.index + (span.kind === 'link' && match.groups!.url ? span.text.length : match[0].length)
  }
  if (end < text.length) spans.push({ kind: 'text', text: text.slice(end) })
  return spans
}

function toSpan(found: Record<string, string | undefined>): Span | undefined {
  if (found.code) return { kind: 'code', text: found.code }
  if (found.bold) return { kind: 'bold', spans: parseSpans(found.bold) }
  if (found.italic) return { kind: 'italic', spans: parseSpans(found.italic) }
  if (found.cite) return { kind: 'cite', n: Number(found.cite) }
  if (found.url) {
    const text = found.url.replace(/[.,;:!?)»”…]+$/u, '')
    return toLink(text, text)
  }
  if (found.mail) return toLink(`mailto:${found.mail}`, found.mail)
  return toLink(found.href!, found.label!)
}

function toLink(href: string, text: string): Span | undefined {
  const url = parseUrl(href)
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return undefined
  return { kind: 'link', href: url.href, text }
}

// URL.canParse is younger than some of the browsers we serve.
function parseUrl(href: string): URL | undefined {
  try {
    return new URL(href)
  } catch {
    return undefined
  }
}

/** The words of an answer without their marks, for reading aloud. */
export function toPlainText(text: string): string {
  return text
    .replace(/\s?\[\d{1,2}\]/g, '')
    .replace(/\[([^[\]\n]{1,300})\]\([^\s()]{1,2000}\)/g, '$1')
    .replace(/[*`#]+/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
