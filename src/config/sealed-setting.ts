import { open, seal } from '../lib/crypto.ts'
import { sealingKeys, secretKeyFile, type Where, wrongKey } from './secret-key.ts'

const PREFIX = 'sealed:'

/** Whether a setting's value is sealed, as secret ones are in `config.toml`. */
export function isSealed(value: string): boolean {
  return value.startsWith(`${PREFIX}v2.`)
}

/** Seals a secret setting for the file. */
export function sealSetting(key: Where, name: string, value: string): string {
  return PREFIX + seal(sealingKeys(key)[0], value, placeOf(name))
}

/** Opens a sealed setting; throws SECRET_KEY_MISSING or WRONG_SECRET_KEY. */
export function openSetting(key: Where, name: string, value: string): string {
  const keys = sealingKeys(key)
  try {
    return open(keys, value.slice(PREFIX.length), placeOf(name))
  } catch {
    throw wrongKey(secretKeyFile(key))
  }
}

function placeOf(name: string): string {
  return `config:${name}:value`
}
