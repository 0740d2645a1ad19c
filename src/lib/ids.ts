import { randomBytes } from 'node:crypto'

/** An unguessable id of `bytes` random bytes as URL-safe text; 16 bytes (128 bit) is enough for anything that grants access. */
export function randomId(prefix = '', bytes = 16): string {
  return prefix + randomBytes(bytes).toString('base64url')
}
