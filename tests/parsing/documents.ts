import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import type { Chunk } from '../../src/parsing/chunk.ts'
import { type Parsing, parseFile } from '../../src/parsing/parse.ts'
import { ParsingFailed, type Reason } from '../../src/parsing/reasons.ts'

/** What became of a document, how long it took, and for how long this thread worked without a break at most meanwhile. */
export type Outcome = { chunks: Chunk[]; text: string; reason?: Reason; cause: string; ms: number; held_ms: number }

export function fixture(name: string): string {
  return join(import.meta.dirname, '../fixtures/documents', name)
}

/** Reads a document to its end or its failure. */
export async function readDocument(parsing: Parsing): Promise<Outcome> {
  const held = watchLoop()
  const started = performance.now()
  const outcome: Outcome = { chunks: [], text: '', cause: '', ms: 0, held_ms: 0 }
  try {
    for await (const chunks of parseFile(parsing)) outcome.chunks.push(...chunks)
  } catch (error) {
    if (!(error instanceof ParsingFailed)) throw error
    outcome.reason = error.reason
    outcome.cause = String(error.cause)
  }
  outcome.text = outcome.chunks.map((chunk) => `${chunk.title}\n${chunk.text}`).join('\n\n')
  outcome.ms = performance.now() - started
  outcome.held_ms = held()
  return outcome
}

// The thread's own time between two turns of the loop: unlike a clock it doesn't count what other programs take from the processor.
function watchLoop(): () => number {
  let longest = 0
  let before = process.threadCpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before)
    longest = Math.max(longest, (user + system) / 1000)
    before = process.threadCpuUsage()
  }, 1)
  return () => {
    clearInterval(timer)
    return longest
  }
}

/** A folder for generated files that is gone after the test. */
export async function temporaryFolder(t: { after(fn: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parsing-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Writes a file into a temporary folder and reads it as a document. */
export async function readBytes(
  t: { after(fn: () => Promise<void>): void },
  { name, bytes, caps }: { name: string; bytes: Buffer | string; caps?: Parsing['caps'] },
): Promise<Outcome> {
  const file = join(await temporaryFolder(t), 'upload')
  await writeFile(file, bytes)
  return readDocument({ file, name, ...(caps && { caps }) })
}

export type ZipPart = { name: string; data: Buffer | string; declared?: number; flags?: number }

/** An archive of these parts; `declared` lies about the unpacked size, `flags` 1 claims encryption. */
export function makeZip(parts: ZipPart[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data, declared, flags = 0 } of parts) {
    const bytes = Buffer.from(data)
    const packed = deflateRawSync(bytes)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(flags | 0x0800, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(declared ?? bytes.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000'), fields, place, Buffer.from(name))
    const file = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), packed])
    files.push(file)
    offset += file.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006')
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...files, listing, end])
}

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types'
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** The parts of a Word document with this body; `prolog` goes before its root element. */
export function docxParts(body: string, prolog = ''): ZipPart[] {
  return [
    {
      name: '[Content_Types].xml',
      data: `<Types xmlns="${TYPES}"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      data: `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`,
    },
    {
      name: 'word/document.xml',
      data: `<?xml version="1.0"?>${prolog}<w:document xmlns:w="${WORD}" xmlns:r="${OFFICE}"><w:body>${body}</w:body></w:document>`,
    },
  ]
}

/** One paragraph of a Word document. */
export function paragraph(text: string): string {
  return `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`
}

/** The parts of a workbook with one sheet of these rows. */
export function xlsxParts(rows: string): ZipPart[] {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships'
  return [
    {
      name: 'xl/workbook.xml',
      data: `<workbook xmlns="${main}" xmlns:r="${relation}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    { name: 'xl/worksheets/sheet1.xml', data: `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>` },
  ]
}

/** A PDF whose pages draw these streams with Helvetica as /F1; `filter` names the streams' filter. */
export function makePdf(pages: (Buffer | string)[], { filter = '', kids = '' } = {}): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${kids ? kids.split('R').length - 1 : pages.length} /Kids [${kids || pages.map((_, at) => `${4 + 2 * at} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap((page, at) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * at} 0 R >>`,
      Buffer.concat([
        Buffer.from(`<< /Length ${Buffer.byteLength(page)} ${filter && `/Filter ${filter}`} >>\nstream\n`),
        Buffer.from(page),
        Buffer.from('\nendstream'),
      ]),
    ]),
  ]
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const offsets: number[] = []
  let size = parts[0]!.length
  for (const [at, object] of objects.entries()) {
    offsets.push(size)
    const bytes = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')])
    parts.push(bytes)
    size += bytes.length
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${size}\n%%EOF\n`
  return Buffer.concat([
    ...parts,
    Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`),
  ])
}

/** A page's stream with lines of text below one another: [size, text] each. */
export function pageOf(lines: [size: number, text: string][]): string {
  const drawn = lines.map(([size, text], at) => `/F1 ${size} Tf 1 0 0 1 50 ${760 - at * 16} Tm (${text}) Tj`)
  return `BT ${drawn.join('\n')} ET`
}
