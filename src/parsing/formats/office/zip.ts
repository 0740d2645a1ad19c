import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { type Caps, ParsingFailed } from '../../reasons.ts'

/** The names of at most `limit` entries of an archive. Throws what yauzl throws when it isn't one or a name leads outside. */
export async function listEntries(file: string, limit: number): Promise<string[]> {
  const archive = await openPromise(file)
  const names: string[] = []
  try {
    for await (const entry of archive.eachEntry()) {
      names.push(entry.fileName)
      if (names.length >= limit) break
    }
  } finally {
    archive.close()
  }
  return names
}

/**
 * The XML parts of an Office archive, unpacked in memory and checked: number, size and ratio within the caps, no DOCTYPE or ENTITY, nothing encrypted.
 * Throws ParsingFailed with the reason. Nothing is ever written to a disk; other parts (pictures, archives inside) are not unpacked at all.
 */
export async function readXmlParts(file: string, caps: Caps): Promise<Map<string, Buffer>> {
  const archive = await openPromise(file)
  const parts = new Map<string, Buffer>()
  try {
    if (archive.entryCount > caps.zip_entries) throw new ParsingFailed('too_large_unpacked')
    let total = 0
    for await (const entry of archive.eachEntry()) {
      total += entry.uncompressedSize
      assertModest(entry, { total, caps })
      if (isXml(entry.fileName)) parts.set(entry.fileName, await readPart(archive, entry))
    }
  } finally {
    archive.close()
  }
  return parts
}

// A small part may pack well without harm: the ratio counts from here.
const RATIO_COUNTS_FROM = 1024 * 1024

function assertModest(entry: Entry, { total, caps }: { total: number; caps: Caps }): void {
  if (entry.isEncrypted()) throw new ParsingFailed('password_protected')
  if (total > caps.zip_bytes) throw new ParsingFailed('too_large_unpacked')
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize)
  if (entry.uncompressedSize > RATIO_COUNTS_FROM && ratio > caps.zip_ratio)
    throw new ParsingFailed('too_large_unpacked')
}

function isXml(name: string): boolean {
  return /\.(?:xml|rels)$/i.test(name)
}

// The sizes that were summed up are the ones declared; yauzl fails a part that unpacks to more than it declares.
async function readPart(archive: ZipFile, entry: Entry): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of await archive.openReadStreamPromise(entry)) pieces.push(piece)
  const part = Buffer.concat(pieces)
  assertNoDefinitions(part)
  return part
}

// Office never writes them; they are how XML reads other files and grows without end. UTF-16 has a zero beside every such letter.
function assertNoDefinitions(part: Buffer): void {
  const isWide = part.includes(0)
  const text = isWide ? Buffer.from(part.filter((byte) => byte !== 0)) : part
  if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) throw new ParsingFailed('forbidden_content')
}

/**
 * An archive of these parts without compression: what a reader that unpacks by its own rules is given, so that it sees only what was checked.
 * Names are UTF-8 (flag bit 11), there is no date.
 */
export function packParts(parts: Map<string, Buffer>): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, data] of parts) {
    const fields = entryFields(name, data)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name)])
    directory.push(directoryEntry(name, { fields, offset }))
    locals.push(local, data)
    offset += local.length + data.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006')
  end.writeUInt16LE(parts.size, 8)
  end.writeUInt16LE(parts.size, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, listing, end])
}

// The 26 bytes that the local header and the directory have in common, see APPNOTE.TXT 4.3.7.
function entryFields(name: string, data: Buffer): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(0x0800, 2)
  fields.writeUInt32LE(crc32(data), 10)
  fields.writeUInt32LE(data.length, 14)
  fields.writeUInt32LE(data.length, 18)
  fields.writeUInt16LE(Buffer.byteLength(name), 22)
  return fields
}

function directoryEntry(name: string, { fields, offset }: { fields: Buffer; offset: number }): Buffer {
  const head = Buffer.alloc(6)
  head.write('PK\u0001\u0002')
  head.writeUInt16LE(20, 4)
  const tail = Buffer.alloc(14)
  tail.writeUInt32LE(offset, 10)
  return Buffer.concat([head, fields, tail, Buffer.from(name)])
}
