import { jwtVerify, SignJWT } from 'jose'
import { secretKey } from '../config/secret-key.ts'
import type { Context } from '../context.ts'
import type { Visitor } from '../http/route.ts'
import { keyFor } from '../lib/crypto.ts'
import { DAY, HOUR, toIso } from '../lib/time.ts'

export const ACCESS_LIFE = HOUR
const VISITOR_LIFE = DAY // sliding: the widget renews it on each visit
const ISSUER = 'replyx'
const CLOCK_TOLERANCE = 60 // seconds; clocks of two nodes differ a little
const MAX_LENGTH = 8192

type Kind = 'access' | 'visitor'

/** Signs claims for one kind of use (HS256, its own key and audience each), valid for `life` ms. */
export async function signToken(
  ctx: Pick<Context, 'config' | 'now'>,
  kind: Kind,
  { claims, life }: { claims: Record<string, unknown>; life: number },
): Promise<string> {
  const now = Math.floor(ctx.now() / 1000)
  return new SignJWT({ ...claims, type: kind })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(kind)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.floor(life / 1000))
    .sign(await signingKey(ctx, kind))
}

/** The claims of a genuine token of this kind, `expired` for one past its time, undefined for anything else (RFC 8725: one algorithm, one audience). */
export async function readToken(
  ctx: Pick<Context, 'config' | 'now'>,
  kind: Kind,
  token: string,
): Promise<Record<string, unknown> | 'expired' | undefined> {
  if (token.length > MAX_LENGTH) return undefined
  try {
    const { payload } = await jwtVerify(token, await signingKey(ctx, kind), {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: kind,
      typ: 'JWT',
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(ctx.now()),
    })
    return payload
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_JWT_EXPIRED' ? 'expired' : undefined
  }
}

// Deriving and importing a key costs as much as the signature itself, and every request needs one.
const keys = new Map<string, Promise<CryptoKey>>()
function signingKey({ config }: Pick<Context, 'config'>, kind: Kind): Promise<CryptoKey> {
  const secret = keyFor(secretKey(config), `${kind}-token`)
  const name = secret.toString('base64url')
  const key =
    keys.get(name) ??
    crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
  keys.set(name, key)
  return key
}

/** A token by which a visitor of one assistant's site is known for a day. */
export async function visitorToken(ctx: Context, visitor: Omit<Visitor, 'kind'>) {
  const { guest_id, assistant_id, tenant_id } = visitor
  const token = await signToken(ctx, 'visitor', {
    claims: { sub: guest_id, assistant_id, tenant_id },
    life: VISITOR_LIFE,
  })
  return { guest_id, visitor_token: token, expires_at: toIso(ctx.now() + VISITOR_LIFE) }
}

/** The visitor a token was issued to; undefined for an expired or forged one. */
export async function visitorOfToken(ctx: Context, token: string): Promise<Visitor | undefined> {
  const claims = await readToken(ctx, 'visitor', token)
  if (claims === undefined || claims === 'expired') return undefined
  return {
    kind: 'visitor',
    guest_id: String(claims.sub),
    assistant_id: Number(claims.assistant_id),
    tenant_id: Number(claims.tenant_id),
  }
}
