import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../errors.ts'
import type { Config } from './config.ts'

/** Where the key lies: as configured, or `secret.key` in the data folder. */
export function secretKeyFile(config: Config): string {
  return config.secret_key_file ?? join(config.data_dir, 'secret.key')
}

/** The 32-byte key that seals stored secrets and signs tokens; made (mode 0600) on first use, read ever after. */
export function secretKey(config: Config): Buffer {
  const path = secretKeyFile(config)
  const key = keys.get(path) ?? readKey(path)
  keys.set(path, key)
  return key
}

const keys = new Map<string, Buffer>()

function readKey(path: string): Buffer {
  if (!existsSync(path)) create(path)
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url')
  if (key.length === 32) return key
  throw new AppError('INVALID_CONFIG', 400, {
    ru: `${path}: это не ключ (нужны 32 байта в base64url)`,
    en: `${path}: this is not a key (32 bytes in base64url are needed)`,
  })
}

function create(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    const file = openSync(path, 'wx', 0o600)
    writeSync(file, `${randomBytes(32).toString('base64url')}\n`)
    fsyncSync(file)
    closeSync(file)
  } catch (error) {
    // Two processes may start at once on a fresh folder; the other one's key is as good.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
