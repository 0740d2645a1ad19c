import { secretKey } from '../config/secret-key.ts'
import type { Context } from '../context.ts'
import { keyedHash, keyFor, sameText } from '../lib/crypto.ts'
import type { Assistant } from './assistants.ts'
import { errors } from './errors.ts'

export type Signed = {
  external_id: string
  /** When the signature ends, in milliseconds since 1970; without it, never. */
  expires_at?: number | undefined
  /** Hex HMAC-SHA-256, keyed with the secret as it is shown, of `external_id`, or of `external_id`, a line feed and `expires_at` where that is given. */
  hash: string
}

/** The secret with which a site's own server signs who its visitors are. It follows from the appliance's key, so nothing is stored; a new site token makes a new one. */
export function identitySecret(ctx: Pick<Context, 'config'>, { id, site_token }: Assistant): string {
  return keyedHash(keyFor(secretKey(ctx.config), 'visitor-identity'), `${id}:${site_token}`)
}

/** Throws IDENTITY_NOT_VERIFIED unless the site has signed who this is, and the signature has not ended. */
export function assertSigned(ctx: Pick<Context, 'config' | 'now'>, assistant: Assistant, signed: Signed): void {
  const { external_id, expires_at, hash } = signed
  const text = expires_at === undefined ? external_id : `${external_id}\n${expires_at}`
  const expected = keyedHash(Buffer.from(identitySecret(ctx, assistant)), text)
  if (!sameText(expected, hash.toLowerCase())) throw errors.IDENTITY_NOT_VERIFIED({ reason: 'hash' })
  if (expires_at !== undefined && expires_at <= ctx.now()) throw errors.IDENTITY_NOT_VERIFIED({ reason: 'expired' })
}
