import { secretKey } from '../config/secret-key.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { publish } from '../events/publish.ts'
import type { Door, User } from '../http/route.ts'
import { keyedHash, keyFor } from '../lib/crypto.ts'
import { randomId } from '../lib/ids.ts'
import { DAY, MINUTE } from '../lib/time.ts'
import { accountClosed } from '../users/events.ts'
import { type Account, getUser, isShutOut, setBlocked, staffOf } from '../users/users.ts'
import { errors } from './errors.ts'
import * as store from './store.ts'
import { ACCESS_LIFE, readToken, signToken } from './tokens.ts'

const REFRESH_LIFE = 30 * DAY
const LOST_ANSWER = MINUTE // a server that was killed in between is back long before

export type Signed = {
  access_token: string
  refresh_token: string
  token_type: 'bearer'
  expires_in: number
  user: Account
}

/** Opens a session: an access token for an hour and a refresh token for thirty days. */
export async function openSession(ctx: Context, user: Account, door: Door = 'api'): Promise<Signed> {
  const id = randomId()
  const refresh = randomId('', 32)
  const now = ctx.now()
  await store.insertSession(ctx.db, {
    id,
    user_id: user.id,
    refresh_hash: hashed(ctx, refresh),
    created_at: now,
    expires_at: now + REFRESH_LIFE,
  })
  return signed(ctx, user, { id, refresh, door })
}

/**
 * A new pair for a refresh token, which is used up by it; TOKEN_EXPIRED for one that was used, ended or never was.
 * A repeat by the console within a minute gives the same refresh token again: the answer can be lost on the way, and a person would be out.
 */
export async function refreshSession(ctx: Context, refresh_token: string, door: Door = 'api'): Promise<Signed> {
  const next = successorOf(ctx, refresh_token)
  const now = ctx.now()
  const change = { from: hashed(ctx, refresh_token), to: hashed(ctx, next) }
  const session =
    (await store.rotateRefresh(ctx.db, { ...change, now, expires_at: now + REFRESH_LIFE })) ??
    (door === 'console' ? await store.findRotated(ctx.db, { ...change, after: now - LOST_ANSWER }) : undefined)
  if (!session) throw errors.TOKEN_EXPIRED()
  const user = await getUser(ctx, session.user_id)
  if (await isShutOut(ctx, user)) throw errors.TOKEN_EXPIRED()
  return signed(ctx, user, { id: session.id, refresh: next, door })
}

/** Who an access token speaks for. Asks the sessions each time, so an ended one ends at once; TOKEN_EXPIRED then, undefined for a forged one. */
export async function userOfToken(ctx: Context, token: string): Promise<User | undefined> {
  const claims = await readToken(ctx, 'access', token)
  if (claims === undefined) return undefined
  const session = claims === 'expired' ? undefined : await store.findSession(ctx.db, String(claims.sid), ctx.now())
  if (!session || session.is_blocked) throw errors.TOKEN_EXPIRED()
  return { ...staffOf(session), kind: 'user', session_id: session.session_id, door: doorOf(claims) }
}

/** Ends one session; a repeat is harmless. */
export async function endSession(ctx: Context, session_id: string): Promise<void> {
  await store.deleteSession(ctx.db, session_id)
  await closeEndedStreams(ctx)
}

/** Ends the session of a refresh token; one that was used up, ended or never was is as good. */
export async function endSessionOfRefresh(ctx: Context, refresh_token: string): Promise<void> {
  await store.deleteSessionOfRefresh(ctx.db, hashed(ctx, refresh_token))
  await closeEndedStreams(ctx)
}

/** Ends every session of an account, but the one that is kept. */
export async function endSessionsOf(ctx: Context, user_id: number, keep?: string): Promise<void> {
  await store.deleteSessionsOf(ctx.db, user_id, keep)
  await closeEndedStreams(ctx)
}

/** Blocks an account and ends all it has open, in one transaction; a repeat changes nothing. */
export async function blockUser(ctx: Context, user_id: number): Promise<void> {
  await inTransaction(ctx, async (ctx: TxContext) => {
    await setBlocked(ctx, user_id, true)
    await store.deleteSessionsOf(ctx.db, user_id)
    const { owner_id } = await getUser(ctx, user_id)
    await publish(ctx, accountClosed, { tenant_id: owner_id ?? user_id, user_id })
  })
  await closeEndedStreams(ctx)
}

/** Closes the streams of this process whose session is no more, whoever ended it: this node, another one, or the CLI. */
export async function closeEndedStreams(ctx: Context): Promise<void> {
  const open = [...ctx.connections.all()].filter((one) => one.session_id !== undefined)
  if (open.length === 0) return
  const living = await store.livingSessions(ctx.db, [...new Set(open.map((one) => one.session_id!))], ctx.now())
  for (const one of open) if (!living.has(one.session_id!)) one.close()
}

/** Forgets sessions, tickets and codes past their time. */
export async function forgetExpired(ctx: Context): Promise<void> {
  await store.deleteExpired(ctx.db, ctx.now())
}

async function signed(
  ctx: Context,
  user: Account,
  { id: sid, refresh: refresh_token, door }: { id: string; refresh: string; door: Door },
): Promise<Signed> {
  const access_token = await signToken(ctx, 'access', {
    claims: { sub: String(user.id), email: user.email, sid, door },
    life: ACCESS_LIFE,
  })
  return { access_token, refresh_token, token_type: 'bearer', expires_in: ACCESS_LIFE / 1000, user }
}

function doorOf(claims: unknown): Door {
  return (claims as { door?: unknown }).door === 'console' ? 'console' : 'api'
}

// Not drawn but derived, so that a repeat ends at the same token and the order of two answers means nothing.
function successorOf(ctx: Pick<Context, 'config'>, refresh_token: string): string {
  return keyedHash(keyFor(secretKey(ctx.config), 'next refresh token'), refresh_token)
}

function hashed(ctx: Pick<Context, 'config'>, refresh: string): string {
  return keyedHash(keyFor(secretKey(ctx.config), 'refresh-token'), refresh)
}
