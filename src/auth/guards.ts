import type { Request } from 'express'
import type { Context } from '../context.ts'
import { errors as common } from '../errors.ts'
import type { Guards, User, Visitor } from '../http/route.ts'
import { errors as stream } from '../realtime/errors.ts'
import { errors as accounts } from '../users/errors.ts'
import { errors } from './errors.ts'
import { userOfToken } from './sessions.ts'
import { redeemTicket } from './tickets.ts'
import { visitorOfToken } from './tokens.ts'

/** Who may call what, but for sites, which assistants know. */
export const guards: Omit<Guards, 'site'> = {
  public: async () => null,
  user: owner,
  staff: signedIn,
  admin,
  visitor,
  stream: listener,
}

async function signedIn(ctx: Context, req: Request): Promise<User> {
  const user = await userOfToken(ctx, bearer(req) ?? '')
  if (!user) throw accounts.INVALID_CREDENTIALS({ reason: 'no valid access token' })
  return user
}

// What belongs to the shop itself, its knowledge, money and team, is its owner's; an operator works in dialogs.
async function owner(ctx: Context, req: Request): Promise<User> {
  const user = await signedIn(ctx, req)
  if (user.role !== 'owner') throw common.INSUFFICIENT_PERMISSIONS({ role: user.role })
  return user
}

async function admin(ctx: Context, req: Request): Promise<User> {
  const user = await signedIn(ctx, req)
  if (!user.is_admin) throw common.INSUFFICIENT_PERMISSIONS()
  return user
}

async function visitor(ctx: Context, req: Request): Promise<Visitor> {
  const found = await visitorOfToken(ctx, bearer(req) ?? '')
  if (!found) throw errors.TOKEN_EXPIRED()
  return found
}

/** Streams take their credentials from the header or the query; all that are sent must name the same caller, else 401. */
async function listener(ctx: Context, req: Request): Promise<User | Visitor> {
  const found = await credentialsOf(ctx, req)
  const [first] = found
  if (!first || found.some((one) => !one || !sameCaller(one, first)) || !agrees(first, req))
    throw stream.SSE_AUTH_FAILED()
  return first
}

async function credentialsOf(ctx: Context, req: Request): Promise<(User | Visitor | undefined)[]> {
  const { token, visitor_token, ticket } = req.query
  const header = bearer(req)
  const ended = () => undefined
  const found: Promise<User | Visitor | undefined>[] = []
  if (header) found.push(callerOfHeader(ctx, header))
  if (token !== undefined) found.push(userOfToken(ctx, String(token)).catch(ended))
  if (visitor_token !== undefined) found.push(visitorOfToken(ctx, String(visitor_token)))
  if (ticket !== undefined) found.push(redeemTicket(ctx, String(ticket)))
  return Promise.all(found)
}

async function callerOfHeader(ctx: Context, token: string): Promise<User | Visitor | undefined> {
  return (await userOfToken(ctx, token).catch(() => undefined)) ?? visitorOfToken(ctx, token)
}

function sameCaller(a: User | Visitor, b: User | Visitor): boolean {
  if (a.kind === 'user') return b.kind === 'user' && a.id === b.id
  return b.kind === 'visitor' && a.guest_id === b.guest_id && a.assistant_id === b.assistant_id
}

// Guest mode names an assistant and a guest besides the token issued for them; by themselves they open nothing.
function agrees(caller: User | Visitor, req: Request): boolean {
  if (caller.kind === 'user') return true
  const { assistant_id, guest_id } = req.query
  return (
    (assistant_id === undefined || assistant_id === String(caller.assistant_id)) &&
    (guest_id === undefined || guest_id === caller.guest_id)
  )
}

function bearer(req: Request): string | undefined {
  return /^Bearer ([\w.~+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1]
}
