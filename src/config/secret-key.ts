import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../errors.ts'
import { keyFor, type SealingKey, sha256 } from '../lib/crypto.ts'

export type Where = { data_dir: string; secret_key_file?: string | undefined }

/** Where the key lies: as configured, or `secret.key` in the data folder. */
export function secretKeyFile(config: Where): string {
  return config.secret_key_file ?? join(config.data_dir, 'secret.key')
}

/** The 32-byte key that signs tokens; throws SECRET_KEY_MISSING rather than make another one. */
export function secretKey(config: Where): Buffer {
  const path = secretKeyFile(config)
  const key = keys.get(path) ?? readKeys(path)[0]
  if (!key) throw missingKey(path)
  keys.set(path, key)
  return key
}

const keys = new Map<string, Buffer>()

/** The keys that open sealed secrets, read anew: the first seals, a second is there only while secrets are sealed again. Throws SECRET_KEY_MISSING. */
export function sealingKeys(config: Where): [SealingKey, ...SealingKey[]] {
  const path = secretKeyFile(config)
  const [first, ...rest] = readKeys(path).map(asSealing)
  if (!first) throw missingKey(path)
  return [first, ...rest]
}

/** The id of the current key, which tells keys apart and gives nothing away; undefined when there is none. */
export function secretKeyId(config: Where): string | undefined {
  return secretKeyIdIn(secretKeyFile(config))
}

/** The same of a key file anywhere. */
export function secretKeyIdIn(path: string): string | undefined {
  const [key] = readKeys(path)
  return key && asSealing(key).id
}

/** Makes a key (mode 0600) where there is none; one that is there stays. */
export function makeSecretKey(config: Where): void {
  const path = secretKeyFile(config)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    writeDurably(path, [randomBytes(32)], 'wx')
  } catch (error) {
    // Two processes may start at once on a fresh folder; the other one's key is as good.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Puts a new key before the current one, which goes on opening what it sealed. Where two are already, as after an interruption, nothing changes. */
export function addSecretKey(config: Where): void {
  const path = secretKeyFile(config)
  const found = readKeys(path)
  if (found.length < 2) replaceKeys(path, [randomBytes(32), ...found])
}

/** Begins anew with another key; a file that is there is set aside, never deleted. */
export function replaceLostKey(config: Where): void {
  const path = secretKeyFile(config)
  if (existsSync(path)) renameSync(path, `${path}.replaced-${Date.now()}`)
  keys.delete(path)
  makeSecretKey(config)
}

/** Forgets all keys but the current one. */
export function dropOldKeys(config: Where): void {
  const path = secretKeyFile(config)
  replaceKeys(path, readKeys(path).slice(0, 1))
}

function replaceKeys(path: string, wanted: Buffer[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeDurably(`${path}.new`, wanted, 'w')
  renameSync(`${path}.new`, path)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
  keys.delete(path)
}

function readKeys(path: string): Buffer[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').trim().split(/\s+/)
  const found = lines.map((line) => Buffer.from(line, 'base64url'))
  if (found.every((key) => key.length === 32)) return found
  throw new AppError('WRONG_SECRET_KEY', 409, {
    ru: `${path}: это не ключ (нужны 32 байта в base64url)`,
    en: `${path}: this is not a key (32 bytes in base64url are needed)`,
  })
}

function asSealing(secret: Buffer): SealingKey {
  const key = keyFor(secret, 'sealed-secrets')
  return { id: sha256(keyFor(secret, 'key-id')).slice(0, 8), key }
}

function writeDurably(path: string, wanted: Buffer[], flag: 'w' | 'wx'): void {
  const file = openSync(path, flag, 0o600)
  writeSync(file, wanted.map((key) => `${key.toString('base64url')}\n`).join(''))
  fsyncSync(file)
  closeSync(file)
}

/** A key that is not the one of the data it should open. */
export function wrongKey(path: string): AppError {
  return new AppError('WRONG_SECRET_KEY', 409, {
    ru: `Секретный ключ ${path} не от этих данных: верните тот, которым они запечатаны. Если он потерян: replyx config rotate-key --lost`,
    en: `The secret key ${path} is not the one of this data: bring back the one that sealed it. If it is lost: replyx config rotate-key --lost`,
  })
}

function missingKey(path: string): AppError {
  return new AppError('SECRET_KEY_MISSING', 409, {
    ru: `Нет файла с секретным ключом ${path}: верните его из копии. Если он потерян навсегда: replyx config rotate-key --lost`,
    en: `The secret key file ${path} is missing: bring it back from a copy. If it is lost for good: replyx config rotate-key --lost`,
  })
}
