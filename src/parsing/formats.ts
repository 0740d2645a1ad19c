import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { listEntries } from './formats/office/zip.ts'
import { ParsingFailed } from './reasons.ts'

export type Format = 'pdf' | 'docx' | 'xlsx' | 'html' | 'md' | 'txt' | 'csv'

/** What a file is by its content; its name only tells the kinds of plain text apart. Null when it is none of ours, whatever the name says. */
export async function detectFormat(file: string, name: string): Promise<Format | null> {
  try {
    return await recogniseFormat(file, name)
  } catch (error) {
    if (error instanceof ParsingFailed) return null
    throw error
  }
}

/** The same, but throws ParsingFailed with the reason when the file can't be read as any format. */
export async function recogniseFormat(file: string, name: string): Promise<Format> {
  const head = await readHead(file)
  if (head.length === 0) throw new ParsingFailed('empty')
  if (head.subarray(0, 4).equals(ZIP)) return recogniseArchive(file)
  if (head.subarray(0, 8).equals(OLE)) throw await whyOle(file)
  if (!isText(head)) {
    if (hasPdfMark(head)) return 'pdf'
    throw new ParsingFailed('wrong_format')
  }
  return recogniseText(head, name)
}

const ZIP = Buffer.from('PK\u0003\u0004')
const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex')
// Enough for every mark below: a PDF's may stand within the first kilobyte, and a page's <html> comes early.
const HEAD_BYTES = 8192
// More entries than this are refused later anyway.
const ENTRIES = 2001

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function recogniseArchive(file: string): Promise<Format> {
  const names = await listEntries(file, ENTRIES).catch((cause) => {
    throw new ParsingFailed('damaged', cause)
  })
  if (names.includes('word/document.xml')) return 'docx'
  if (names.includes('xl/workbook.xml')) return 'xlsx'
  // Word may name its main part otherwise ("document2.xml"); the folder tells.
  if (names.some((name) => /^word\/document\d*\.xml$/.test(name))) return 'docx'
  throw new ParsingFailed('wrong_format')
}

// A new Office file with a password is an OLE container with this stream; without it, it's an old DOC or XLS.
async function whyOle(file: string): Promise<ParsingFailed> {
  const handle = await open(file)
  try {
    const encrypted = Buffer.from('EncryptedPackage', 'utf16le')
    // The directory of streams may stand anywhere; container files with a password are searched in whole.
    for await (const piece of handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }))
      if (piece.includes(encrypted)) return new ParsingFailed('password_protected')
    return new ParsingFailed('old_office')
  } finally {
    await handle.close()
  }
}

function hasPdfMark(head: Buffer): boolean {
  return head.subarray(0, 1024).includes('%PDF-')
}

// Text has no zero bytes (but in UTF-16 with its mark) and hardly any control characters.
function isText(head: Buffer): boolean {
  if (isWide(head)) return true
  if (head.includes(0) || head.subarray(0, 5).toString('latin1') === '%PDF-') return false
  const controls = head.filter((byte) => byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 0x1b)
  return controls.length <= head.length / 100
}

function isWide(head: Buffer): boolean {
  const mark = head.subarray(0, 2).toString('hex')
  return mark === 'fffe' || mark === 'feff'
}

// Other formats that are written in letters but aren't texts for people.
const FOREIGN = /^(?:\{\\rtf|%!PS|<\?xml(?![\s\S]*<html)|<svg)/i
// A comment ends at its first "-->" and nowhere else: the pattern has one way to match, so no page can make it slow.
const PAGE = /^(?:\s|<!--(?:(?!-->)[\s\S])*-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body)[\s>]/i
const BY_NAME: Record<string, Format> = {
  '.html': 'html',
  '.htm': 'html',
  '.xhtml': 'html',
  '.md': 'md',
  '.markdown': 'md',
  '.csv': 'csv',
  '.tsv': 'csv',
}

function recogniseText(head: Buffer, name: string): Format {
  const text = new TextDecoder(isWide(head) ? wideCharset(head) : 'utf-8').decode(head).trimStart()
  if (text === '' && head.length < HEAD_BYTES) throw new ParsingFailed('empty')
  if (FOREIGN.test(text)) throw new ParsingFailed('wrong_format')
  if (PAGE.test(text)) return 'html'
  return BY_NAME[extname(name).toLowerCase()] ?? 'txt'
}

function wideCharset(head: Buffer): string {
  return head[0] === 0xff ? 'utf-16le' : 'utf-16be'
}
