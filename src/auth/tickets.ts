import { z } from 'zod'
import type { Context } from '../context.ts'
import type { User, Visitor } from '../http/route.ts'
import { sha256 } from '../lib/crypto.ts'
import { randomId } from '../lib/ids.ts'
import { MINUTE, toIso } from '../lib/time.ts'
import * as store from './store.ts'

const LIFE = MINUTE

const Caller = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('user'),
    id: z.int(),
    tenant_id: z.int(),
    is_admin: z.boolean(),
    role: z.enum(['owner', 'operator']),
    name: z.string(),
    email: z.string(),
    session_id: z.string(),
    door: z.enum(['api', 'console']),
  }),
  z.object({ kind: z.literal('visitor'), tenant_id: z.int(), assistant_id: z.int(), guest_id: z.string() }),
])

/** A one-time ticket that opens one stream within a minute, so that no lasting secret travels in an address. */
export async function issueTicket(
  ctx: Context,
  caller: User | Visitor,
): Promise<{ ticket: string; expires_at: string }> {
  const ticket = randomId('', 24)
  const expires_at = ctx.now() + LIFE
  await store.insertTicket(ctx.db, { ticket_hash: sha256(ticket), caller: JSON.stringify(caller), expires_at })
  return { ticket, expires_at: toIso(expires_at) }
}

/** Who the ticket was issued to; it is used up by this. A user's session must still live. */
export async function redeemTicket(ctx: Context, ticket: string): Promise<User | Visitor | undefined> {
  const row = await store.takeTicket(ctx.db, sha256(ticket), ctx.now())
  if (!row) return undefined
  const caller = Caller.parse(JSON.parse(row.caller))
  if (caller.kind === 'visitor') return caller
  const session = await store.findSession(ctx.db, caller.session_id, ctx.now())
  return session && !session.is_blocked ? caller : undefined
}
