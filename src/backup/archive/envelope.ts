import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type Algorithm, hashRaw } from '@node-rs/argon2'
import { z } from 'zod'
import { keyedHash, keyFor, sameText } from '../../lib/crypto.ts'
import { errors } from '../errors.ts'

/** What a sealed backup begins with. */
export const MAGIC = 'REPLYX-SEALED-BACKUP-1\n'

// OWASP's larger choice: a file can be guessed at for years, and a backup is opened rarely.
const ARGON = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 65_536, timeCost: 3, parallelism: 1 }
const PIECE = 64 * 1024
const MAX_HEADER = 1024
const [TAG, LENGTH] = [16, 4]
const LAST = 0x8000_0000 // the highest bit of a length marks the last piece

const Header = z.object({
  kdf: z.literal('argon2id'),
  // What a hostile file may ask of our memory and time is bounded.
  memory: z.int().min(8192).max(262_144),
  passes: z.int().min(1).max(10),
  salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  check: z.string().length(64),
})

type Bytes = AsyncIterable<Uint8Array>

/** Encrypts a stream under a passphrase: argon2id, then AES-256-GCM in pieces whose number, length and being the last are authenticated. */
export async function* sealStream(source: Bytes, passphrase: string): AsyncGenerator<Buffer> {
  const salt = randomBytes(16).toString('base64url')
  const asked = { kdf: 'argon2id' as const, memory: ARGON.memoryCost, passes: ARGON.timeCost, salt }
  const key = await keyOf(passphrase, asked)
  yield Buffer.from(`${MAGIC}${JSON.stringify({ ...asked, check: checkOf(key, asked) })}\n`)
  let number = 0
  let waiting = Buffer.alloc(0)
  for await (const chunk of source) {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk])
    while (waiting.length > PIECE) {
      yield sealPiece(key, number++, waiting.subarray(0, PIECE), false)
      waiting = waiting.subarray(PIECE)
    }
  }
  yield sealPiece(key, number, waiting, true)
}

/** Decrypts what `sealStream` made. Throws BACKUP_WRONG_PASSPHRASE, BACKUP_TRUNCATED when pieces are missing at the end, BACKUP_ALTERED for anything else. */
export async function* unsealStream(source: Bytes, passphrase: string): AsyncGenerator<Buffer> {
  const reader = readerOf(source)
  const { check, ...asked } = headerOf(await reader.line(MAGIC.length + MAX_HEADER))
  const key = await keyOf(passphrase, asked)
  if (!sameText(check, checkOf(key, asked))) throw errors.BACKUP_WRONG_PASSPHRASE()
  for (let number = 0; ; number++) {
    const prefix = await reader.take(LENGTH)
    const [length, isLast] = [prefix.readUInt32BE() & ~LAST, prefix.readUInt32BE() >= LAST]
    if (length > PIECE) throw errors.BACKUP_ALTERED()
    yield openPiece(key, number, { prefix, body: await reader.take(length + TAG) })
    if (isLast) break
  }
  if (!(await reader.isAtEnd())) throw errors.BACKUP_ALTERED()
}

type Asked = Omit<z.infer<typeof Header>, 'check'>

async function keyOf(passphrase: string, { memory, passes, salt }: Asked): Promise<Buffer> {
  const cost = { ...ARGON, memoryCost: memory, timeCost: passes }
  return hashRaw(passphrase.normalize('NFC'), { ...cost, salt: Buffer.from(salt, 'base64url'), outputLen: 32 })
}

// Tells a wrong passphrase from a damaged file, and binds the header to the key.
function checkOf(key: Buffer, { kdf, memory, passes, salt }: Asked): string {
  return keyedHash(keyFor(key, 'backup-check'), JSON.stringify([MAGIC, kdf, memory, passes, salt]))
}

function sealPiece(key: Buffer, number: number, text: Buffer, isLast: boolean): Buffer {
  const prefix = Buffer.alloc(LENGTH)
  prefix.writeUInt32BE(isLast ? text.length + LAST : text.length)
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number)).setAAD(prefix)
  return Buffer.concat([prefix, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

function openPiece(key: Buffer, number: number, { prefix, body }: { prefix: Buffer; body: Buffer }): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number)).setAAD(prefix)
  decipher.setAuthTag(body.subarray(body.length - TAG))
  try {
    return Buffer.concat([decipher.update(body.subarray(0, body.length - TAG)), decipher.final()])
  } catch {
    throw errors.BACKUP_ALTERED()
  }
}

// The key belongs to one file, by its salt, so the number of the piece is a nonce that never repeats.
function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 6, 6)
  return nonce
}

function headerOf(line: string): z.infer<typeof Header> {
  try {
    return Header.parse(JSON.parse(line.slice(MAGIC.length)))
  } catch {
    throw errors.BACKUP_ALTERED()
  }
}

function readerOf(source: Bytes) {
  const chunks = source[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  const grow = async (): Promise<boolean> => {
    const { done, value } = await chunks.next()
    if (!done) held = Buffer.concat([held, value])
    return !done
  }
  const take = async (count: number): Promise<Buffer> => {
    while (held.length < count) if (!(await grow())) throw errors.BACKUP_TRUNCATED()
    const taken = held.subarray(0, count)
    held = held.subarray(count)
    return taken
  }
  return {
    take,
    /** The header: two lines, the second of them ours to parse. */
    async line(most: number): Promise<string> {
      for (;;) {
        const end = held.indexOf('\n', MAGIC.length)
        if (end >= 0) return (await take(end + 1)).toString('utf8')
        if (held.length > most) throw errors.BACKUP_ALTERED()
        if (!(await grow())) throw errors.BACKUP_TRUNCATED()
      }
    },
    isAtEnd: async () => held.length === 0 && !(await grow()),
  }
}
