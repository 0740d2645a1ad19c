import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, open, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { errors, noSpace, writing } from '../errors.ts'
import { MAGIC, unsealStream } from './envelope.ts'
import { bytesOf, MANIFEST, type Manifest, type Member, parseManifest } from './manifest.ts'
import type { Show } from './pack.ts'

const MAX_MANIFEST = 256 * 1024 * 1024 // a million members
const [BIG, MAX_RATIO] = [1024 ** 3, 100] // text packs ten to one; a gigabyte out of ten megabytes is no shop's data
const GZIP = 0x1f8b
// How the libraries say that a stream ended too early, or is not what was packed.
const CUT_SHORT = ['Z_BUF_ERROR']
const SPOILT = ['Z_DATA_ERROR', 'TAR_ENTRY_INVALID', 'TAR_ENTRY_ERROR', 'TAR_ENTRY_INFO', 'TAR_ENTRY_UNSUPPORTED']

type Options = { passphrase: string | undefined; into: string; show: Show }

/**
 * Unpacks a backup into a folder, member by member against its manifest: nothing else is ever written. Throws NOT_A_BACKUP, BACKUP_TRUNCATED, BACKUP_ALTERED,
 * BACKUP_PASSPHRASE_NEEDED, BACKUP_WRONG_PASSPHRASE, BACKUP_TOO_LARGE or NO_SPACE; what is in the folder then is of no use.
 */
export async function unpack(path: string, options: Options): Promise<Manifest> {
  const { into, show } = options
  let manifest: Manifest | undefined
  const missing = new Map<string, Member>()
  const keep = async (entry: ReadEntry) => {
    if (!manifest) {
      manifest = await readManifest(entry)
      await assertFits(manifest, { path, into })
      for (const member of manifest.members) missing.set(member.path, member)
      return
    }
    const member = missing.get(entry.path)
    if (!member || entry.type !== 'File' || entry.size !== member.size) throw errors.BACKUP_ALTERED()
    await keepMember(entry, member, into)
    missing.delete(member.path)
  }
  const read = async () =>
    pipeline(await openStream(path, options, show), createGunzip(), (chunks) => readEntries(chunks, keep))
  // What is no tar, or no tar of ours, fails before there is a manifest.
  await writing(into, () => translating(read, () => (manifest ? errors.BACKUP_ALTERED() : errors.NOT_A_BACKUP())))
  if (!manifest) throw errors.NOT_A_BACKUP()
  if (missing.size > 0) throw errors.BACKUP_TRUNCATED()
  return manifest
}

/** Whether a file is a backup by its first bytes, and whether it is sealed; undefined for anything else. */
export async function kindOfBackup(path: string): Promise<'plain' | 'sealed' | undefined> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0)
    if (buffer.toString('latin1') === MAGIC) return 'sealed'
    return bytesRead > 2 && buffer.readUInt16BE() === GZIP ? 'plain' : undefined
  } finally {
    await file.close()
  }
}

async function openStream(path: string, { passphrase }: Options, show: Show): Promise<AsyncIterable<Uint8Array>> {
  const kind = await kindOfBackup(path)
  if (!kind) throw errors.NOT_A_BACKUP()
  if (kind === 'sealed' && passphrase === undefined) throw errors.BACKUP_PASSPHRASE_NEEDED()
  const { size } = await stat(path)
  let done = 0
  const source = createReadStream(path, { highWaterMark: 256 * 1024 })
  source.on('data', (chunk) => {
    done += chunk.length
    show(done, size)
  })
  source.pause()
  return kind === 'sealed' ? unsealStream(source, passphrase ?? '') : source
}

// Entries come one after another: the parser holds the next back until the one before was read to its end.
async function readEntries(source: AsyncIterable<Uint8Array>, keep: (entry: ReadEntry) => Promise<void>) {
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  let last = Promise.resolve()
  let current: ReadEntry | undefined
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      current = entry.on('error', () => {}) // whoever reads it is told as well
      last = last.then(() => keep(entry))
      last.catch(failed.reject)
    },
  })
  parser.on('error', failed.reject)
  try {
    await feed(parser, source, failed.promise)
    await last
  } catch (error) {
    // Whoever clears the folder away must not meet a writer in it.
    current?.destroy(error)
    await last.catch(() => {})
    throw error
  }
}

async function feed(parser: Parser, source: AsyncIterable<Uint8Array>, failed: Promise<never>): Promise<void> {
  const orFailed = (event: string) => Promise.race([once(parser, event), failed])
  for await (const chunk of source) if (!parser.write(Buffer.from(chunk))) await orFailed('drain')
  const ended = orFailed('end')
  parser.end()
  await ended
}

async function readManifest(entry: ReadEntry): Promise<Manifest> {
  if (entry.path !== MANIFEST || entry.type !== 'File' || entry.size > MAX_MANIFEST) throw errors.NOT_A_BACKUP()
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk)
  return parseManifest(Buffer.concat(chunks).toString('utf8'))
}

// Asked before a byte is written: a bomb says its size, or is caught as altered when it says another.
async function assertFits(manifest: Manifest, { path, into }: { path: string; into: string }): Promise<void> {
  const needed = bytesOf(manifest)
  if (needed > BIG && needed > MAX_RATIO * (await stat(path)).size) throw errors.BACKUP_TOO_LARGE()
  await assertRoom(into, needed)
}

/** Throws NO_SPACE unless the disk of a folder has this many bytes free, and some more. */
export async function assertRoom(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const [free, spare] = [bavail * bsize, 1024 * 1024]
  if (free < needed + spare) throw noSpace(folder, needed + spare, free)
}

async function keepMember(entry: ReadEntry, member: Member, into: string): Promise<void> {
  const path = join(into, member.path)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'wx', 0o600)
  const hash = createHash('sha256')
  try {
    for await (const chunk of entry) {
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  if (hash.digest('hex') !== member.sha256) throw errors.BACKUP_ALTERED({ member: member.path })
}

async function translating(work: () => Promise<void>, spoilt: () => Error): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { code = '', tarCode = '' } = error as { code?: string; tarCode?: string }
    if (CUT_SHORT.includes(code) || tarCode === 'TAR_BAD_ARCHIVE') throw errors.BACKUP_TRUNCATED()
    if (SPOILT.includes(code) || SPOILT.includes(tarCode)) throw spoilt()
    throw error
  }
}
