import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { type Algorithm, hash, verify } from '@node-rs/argon2'

// OWASP password storage: argon2id, 19 MiB, two passes, one lane.
const ARGON = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const PARALLEL_HASHES = 4 // each takes 19 MiB; more at once would let a login storm eat the machine's memory

let running = 0
const waiting: (() => void)[] = []

/** Hashes a password as an argon2id PHC string. */
export function hashPassword(password: string): Promise<string> {
  return oneOfFew(() => hash(password, ARGON))
}

/** Whether the password fits the hash. Without a hash it spends the same time and answers false, so an unknown account cannot be told by the clock. */
export async function passwordFits(password: string, stored: string | undefined): Promise<boolean> {
  const fits = await oneOfFew(async () => verify(stored ?? (await absentHash()), password))
  return fits && stored !== undefined
}

let absent: Promise<string> | undefined
function absentHash(): Promise<string> {
  absent ??= hash(randomBytes(16).toString('hex'), ARGON)
  return absent
}

async function oneOfFew<T>(work: () => Promise<T>): Promise<T> {
  if (running >= PARALLEL_HASHES) await new Promise<void>((resolve) => waiting.push(resolve))
  running++
  try {
    return await work()
  } finally {
    running--
    waiting.shift()?.()
  }
}

const derived = new WeakMap<Buffer, Map<string, Buffer>>()

/** A key for one purpose, derived from the appliance's secret (HKDF, RFC 5869) once, so that no two uses share a key. */
export function keyFor(secret: Buffer, purpose: string): Buffer {
  const known = derived.get(secret) ?? new Map<string, Buffer>()
  derived.set(secret, known)
  const key = known.get(purpose) ?? Buffer.from(hkdfSync('sha256', secret, 'replyx', purpose, 32))
  known.set(purpose, key)
  return key
}

/** Hex SHA-256. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Hex HMAC-SHA-256: the stored form of codes and tokens that we only need to recognise. */
export function keyedHash(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

/** Compares in constant time; texts of different length are different. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

/** A key with the id by which sealed texts name it. */
export type SealingKey = { id: string; key: Buffer }

/** Encrypts a secret for storage (AES-256-GCM). `place` (table:row:column) is bound to it, so a value moved to another row does not open; the key's id stands in the text. */
export function seal({ id, key }: SealingKey, text: string, place: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`${id}:${place}`))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `v2.${id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
}

/** Opens what `seal` closed with one of these keys; throws when the key, the place or a byte differs. */
export function open(keys: readonly SealingKey[], sealed: string, place: string): string {
  const id = sealedBy(sealed)
  if (id === undefined) return openFirst(keys, sealed.slice('v1.'.length), place)
  const found = keys.find((key) => key.id === id)
  if (!found) throw new Error(`no key ${id} is at hand`)
  return openBytes(found.key, sealed.slice(`v2.${id}.`.length), `${id}:${place}`)
}

/** The id of the key that sealed a text; undefined for the texts of the first releases, which do not name one. */
export function sealedBy(sealed: string): string | undefined {
  return /^v2\.([0-9a-f]{8})\./.exec(sealed)?.[1]
}

function openFirst(keys: readonly SealingKey[], text: string, place: string): string {
  for (const [at, { key }] of keys.entries()) {
    try {
      return openBytes(key, text, place)
    } catch (error) {
      if (at === keys.length - 1) throw error
    }
  }
  throw new Error('no key is at hand')
}

function openBytes(key: Buffer, text: string, place: string): string {
  const bytes = Buffer.from(text, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(place))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}
