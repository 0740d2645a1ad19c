import { existsSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'
import { create } from 'tar'
import { randomId } from '../../lib/ids.ts'
import { errors, writing } from '../errors.ts'
import { sealStream } from './envelope.ts'
import { MANIFEST, type Manifest } from './manifest.ts'

const SYNC_EVERY = 2 * 1024 * 1024 // one large flush at the end would make the database's own commits wait for it
// The fastest level: half the size for a fifth of the time, and any tar opens it.
const FAST = { level: constants.Z_BEST_SPEED, chunkSize: 256 * 1024 }

export type Show = (done: number, total: number) => void

/**
 * Packs a folder as its manifest says into one file: a gzipped tar, sealed when there is a passphrase. It appears under its name only when it is whole and on disk.
 * Throws BACKUP_EXISTS, NO_SPACE or NOT_WRITABLE and leaves nothing behind then. Answers its size.
 */
export async function pack(
  folder: string,
  manifest: Manifest,
  { to, passphrase, total, show }: { to: string; passphrase: string | undefined; total: number; show: Show },
): Promise<number> {
  const part = `${to}.${randomId('', 6)}.part`
  return writing(dirname(to), async () => {
    const file = await open(part, 'wx', 0o600)
    try {
      const names = [MANIFEST, ...manifest.members.map(({ path }) => path)]
      const tar = tarOf(folder, names, (done) => show(done, total))
      let size = 0
      await pipeline(tar, createGzip(FAST), async (chunks: AsyncIterable<Uint8Array>) => {
        size = await writeDurably(file, passphrase === undefined ? chunks : sealStream(chunks, passphrase))
      })
      await file.close()
      if (existsSync(to)) throw errors.BACKUP_EXISTS({ path: to })
      await rename(part, to)
      await syncFolder(dirname(to))
      return size
    } catch (error) {
      await file.close().catch(() => {}) // it may be closed already
      await rm(part, { force: true })
      throw error
    }
  })
}

/** Makes names in a folder last through a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function* tarOf(folder: string, names: string[], seen: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0
  const how = { cwd: folder, portable: true, noDirRecurse: true, maxReadSize: 1024 * 1024, strict: true }
  for await (const chunk of create(how, names) as unknown as AsyncIterable<Buffer>) {
    bytes += chunk.length
    seen(bytes)
    yield chunk
  }
}

async function writeDurably(file: FileHandle, source: AsyncIterable<Uint8Array>): Promise<number> {
  let [size, unsynced] = [0, 0]
  for await (const chunk of source) {
    await file.writeFile(chunk)
    size += chunk.length
    unsynced += chunk.length
    if (unsynced < SYNC_EVERY) continue
    await file.datasync()
    unsynced = 0
  }
  await file.sync()
  return size
}
