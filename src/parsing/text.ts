import { cleanText } from '../lib/text.ts'

// Soft hyphens, zero-width characters and direction marks: invisible, they only break words apart or disguise them.
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g
const LINE_END = /\r\n?|[\u0085\u2028\u2029]/g
const SPACE = /[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g
// Leaders of a table of contents and drawn rules: three marks say as much as three hundred.
const LEADERS = /\.{4,}|…{4,}|_{4,}|·{4,}|={4,}|\*{4,}|~{4,}|-{4,}|–{4,}|—{4,}/g

/** Text as it is stored: NFC, well-formed, nothing invisible, single spaces, no empty lines; line ends stay. */
export function normaliseText(text: string): string {
  const plain = cleanText(text)
    .replace(LINE_END, '\n')
    .replace(INVISIBLE, '')
    .replace(LEADERS, (marks) => marks.slice(0, 3))
  const lines = plain.replace(SPACE, ' ').split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

/** The same on one line. */
export function normaliseLine(text: string): string {
  return normaliseText(text).replaceAll('\n', ' ')
}

const BOMS: [label: string, bytes: number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** Bytes as text: a byte order mark decides, then valid UTF-8, then the charset that the file declares, then a guess. */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  const bom = BOMS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))
  if (bom) return new TextDecoder(bom[0]).decode(bytes)
  const utf8 = tryDecode(bytes, 'utf-8')
  if (utf8 !== undefined) return utf8
  return (declared && tryDecode(bytes, declared)) || new TextDecoder(guessCharset(bytes)).decode(bytes)
}

function tryDecode(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    // An unknown charset or bytes that are not in it: both mean "not this one".
    return undefined
  }
}

// The letters that make up half of any Russian text. Read with a wrong table they become rare letters, capitals or signs.
const FREQUENT = /[оеаинтсрвл]/g
const CYRILLIC_CHARSETS = ['windows-1251', 'koi8-r', 'ibm866']
// Enough to tell the charsets apart.
const SAMPLE_BYTES = 64 * 1024

/** The 8-bit charset of a text that is not UTF-8: the Cyrillic one whose letters look most like Russian, or windows-1252. */
function guessCharset(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  if (isWestern(sample)) return 'windows-1252'
  const scored = CYRILLIC_CHARSETS.map((charset) => {
    const text = new TextDecoder(charset).decode(sample)
    return { charset, score: count(text, FREQUENT) + count(text.toLowerCase(), FREQUENT) / 2 }
  })
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).charset
}

// In "café" a high byte stands among Latin letters; in Russian text high bytes stand together.
function isWestern(bytes: Uint8Array): boolean {
  let high = 0
  let lonely = 0
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! < 0xc0) continue
    high++
    if ((bytes[i - 1] ?? 0) < 0xc0 && (bytes[i + 1] ?? 0) < 0xc0) lonely++
  }
  return high > 0 && lonely / high > 0.6
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

// Readable are letters, figures, marks and signs of assigned characters; not private use, replacement or unassigned ones.
const UNREADABLE = /[\p{Co}\p{Cn}\p{Cc}\ufffd]/gu
// What Russian in windows-1251 looks like when it is read as Latin-1: "Ïðèâåò".
const MOJIBAKE = /[À-ÿ]/g
const LETTER = /\p{L}/gu

// Some pages: a wrong font or encoding shows at once.
const SAMPLE_CHARS = 20_000

/** True when a text is so full of unknown or mistaken characters that nobody could read it. Looks at its beginning only. */
export function isUnreadable(text: string): boolean {
  const visible = text.slice(0, SAMPLE_CHARS).replace(/\s+/g, '')
  if (visible === '') return false
  const letters = count(visible, LETTER)
  // A sign in ten that cannot be shown spoils every sentence.
  if (count(visible, UNREADABLE) / visible.length > 0.1) return true
  // No language writes half of its letters with accents.
  return letters > 20 && count(visible, MOJIBAKE) / letters > 0.5
}
