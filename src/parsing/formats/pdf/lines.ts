import type { Place } from './tags.ts'

/** A piece of text as the page places it: `y` grows upwards, `size` is the height of the letters; `place` is what the page's tags say. */
export type Glyphs = {
  text: string
  x: number
  y: number
  width: number
  size: number
  endsLine: boolean
  place: Place
}

/** One line of a page, or one row of a tagged table; with its cells when tags or wide gaps divide it. */
export type Line = {
  text: string
  cells: string[]
  x: number
  y: number
  endX: number
  size: number
  place: Place
  page: number
}

// In parts of the letters' height: a word's gap, a column's gap (justified text mostly stays below), and how far a line may waver.
const WORD_GAP = 0.15
const CELL_GAP = 1.5
const SAME_LINE = 0.5

/** Joins the pieces of one page into lines, in the order in which the page draws them. */
export function linesOf(pieces: Glyphs[], page: number): Line[] {
  const lines: Line[] = []
  let line: Line | undefined
  for (const piece of pieces) {
    const isBlank = piece.text.trim() === ''
    if (line && !isBlank && !isSameLine(line, piece)) line = closeLine(lines, line)
    if (!isBlank) line = line ? extend(line, piece) : begin(piece, page)
    else if (line && piece.text !== '') line.text += ' '
    if (piece.endsLine && line?.place.row === undefined) line = closeLine(lines, line)
  }
  closeLine(lines, line)
  return lines
}

function isSameLine(line: Line, piece: Glyphs): boolean {
  if (line.place.row !== undefined || piece.place.row !== undefined) return line.place.row === piece.place.row
  return line.place.item === piece.place.item && !isBelow(line, piece)
}

function isBelow(line: Line, piece: Glyphs): boolean {
  return Math.abs(piece.y - line.y) > Math.max(line.size, piece.size) * SAME_LINE
}

function begin({ text, x, y, width, size, place }: Glyphs, page: number): Line {
  // Empty cells draw nothing, so the first words of a row may stand in any column.
  return { text, cells: Array<string>(place.column ?? 0).fill(''), x, y, endX: x + width, size, place, page }
}

function extend(line: Line, piece: Glyphs): Line {
  const gap = piece.x - line.endX
  if (line.place.row === undefined) {
    const isBullet = line.text.trim().length <= 3 && line.cells.length === 0
    if (gap > Math.max(line.size, piece.size) * CELL_GAP && !isBullet) startCell(line, piece, line.cells.length + 1)
    else line.text = joinWords(line.text, piece, gap)
  } else if (piece.place.column !== line.place.column) startCell(line, piece, piece.place.column ?? 0)
  else line.text = isBelow(line, piece) ? joinLines(line.text.trimEnd(), piece.text) : joinWords(line.text, piece, gap)
  line.endX = line.place.row === undefined ? Math.max(line.endX, piece.x + piece.width) : piece.x + piece.width
  line.y = line.place.row === undefined ? line.y : piece.y
  line.size = Math.max(line.size, piece.size)
  return line
}

function startCell(line: Line, piece: Glyphs, column: number): void {
  line.cells.push(line.text.trim())
  while (line.cells.length < column) line.cells.push('')
  line.text = piece.text
  line.place = { ...line.place, column: piece.place.column ?? column }
}

function joinWords(text: string, piece: Glyphs, gap: number): string {
  return gap > piece.size * WORD_GAP && !text.endsWith(' ') ? `${text} ${piece.text}` : text + piece.text
}

// Symbol fonts keep their bullets among the characters for private use.
const FONT_BULLET = /^[\ue000-\uf8ff]\s*/

function closeLine(lines: Line[], line: Line | undefined): undefined {
  if (!line) return
  const isRow = line.cells.length > 0 || line.place.row !== undefined
  const cells = isRow ? [...line.cells, line.text.trim()] : []
  const text = isRow ? cells.filter((cell) => cell !== '').join(' ') : line.text.trim()
  lines.push({ ...line, cells, text: text.replace(FONT_BULLET, '• ') })
}

// Fewer pages prove nothing about what repeats.
const PAGES_TO_COMPARE = 3

/** Without the running heads and feet: first and last lines of a page that, but for figures, stand on more than half of the pages. */
export function withoutRunningLines(pages: Line[][]): Line[][] {
  if (pages.length < PAGES_TO_COMPARE) return pages
  const counts = new Map<string, number>()
  for (const lines of pages)
    for (const key of new Set(edgesOf(lines).map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1)
  return pages.map((lines) => {
    const running = new Set(edgesOf(lines).filter((line) => counts.get(keyOf(line))! > pages.length / 2))
    return lines.filter((line) => !running.has(line))
  })
}

function edgesOf(lines: Line[]): Line[] {
  return lines.length <= 2 ? lines : [...lines.slice(0, 1), ...lines.slice(-1)]
}

function keyOf(line: Line): string {
  return line.text.replace(/\d+/g, '#')
}

// Words that keep their hyphen wherever a line ends.
const HYPHENATED =
  /(?:^|[^\p{L}])(?:интернет|онлайн|офлайн|веб|мини|из|кое|вице|экс|смс|sms|e|self|well|non)-$|^(?:то|либо|нибудь|таки)(?!\p{L})/iu
const BROKEN_WORD = /\p{L}[-\u00ad\u2010]$/u

/** Two lines of one paragraph as one text: a word divided at the line's end is put together. */
export function joinLines(text: string, next: string): string {
  if (!BROKEN_WORD.test(text) || !/^\p{Ll}/u.test(next)) return `${text} ${next}`
  const isKept = !text.endsWith('\u00ad') && (HYPHENATED.test(text.slice(-12)) || HYPHENATED.test(next.slice(0, 7)))
  return isKept ? text + next : text.slice(0, -1) + next
}
