import { ServerResponse } from 'node:http'
import type { Request, Response } from 'express'
import type { Assistant } from '../assistants/assistants.ts'
import { errors as site } from '../assistants/errors.ts'
import { isOriginAllowed } from '../assistants/sites.ts'
import { guards } from '../auth/guards.ts'
import type { Context } from '../context.ts'
import { getDialog, getGuestDialog } from '../dialogs/dialogs.ts'
import { dialogStream } from '../dialogs/events.ts'
import { errors as common, invalid } from '../errors.ts'
import type { Limiter } from '../http/rate-limit.ts'
import type { Limit, User, Visitor } from '../http/route.ts'
import { commonLimit } from '../http/server.ts'
import { Id } from '../http/shapes.ts'
import type { Connection } from '../realtime/connections.ts'
import { errors as stream } from '../realtime/errors.ts'
import { type Position, positionOf } from '../realtime/websocket.ts'
import { assistantOf } from '../widget/visitors.ts'

/** Where sockets are opened; the last part is the dialog. */
export const SOCKET_PATH = /^\/ws\/(?:(?:widget|site)\/)?dialogs\/([^/?]+)\/?$/

export type Means = { ctx: Context; limiter: Limiter }
export type Admitted = {
  caller: User | Visitor
  dialog_id: number
  position: Position
  kind: Connection['kind']
  ip: string
}

/**
 * Who asks for a socket, for which dialog and from which fact on. Throws ORIGIN_NOT_ALLOWED for a page that may not, SSE_AUTH_FAILED without one valid caller,
 * NOT_FOUND for a dialog that is not the caller's, VALIDATION_ERROR for a malformed `last_seq`, RATE_LIMIT_EXCEEDED for too many tries.
 */
export async function admit(means: Means, req: Request): Promise<Admitted> {
  const { ctx } = means
  const caller = await callerOf(means, req)
  // A dialog is private to an assistant, so what its site may do is asked before what the dialog is.
  const assistant = caller.kind === 'visitor' ? await assistantOf(ctx, caller) : undefined
  assertOrigin(ctx, req, assistant)
  assertSiteToken(req, assistant)
  const seen = lastSeqOf(req)
  const { id } = await dialogOf(ctx, caller, req)
  const position = await positionOf(ctx, dialogStream(id), seen)
  return { caller, dialog_id: id, position, kind: kindOf(caller, req), ip: ipOf(req) }
}

/** Counts a call against one of the limits of HTTP; there is no response to tell how much of it is left. */
export function count({ limiter }: Means, req: Request, [name, key]: [Limit['name'], string]) {
  return limiter.take(new ServerResponse(req) as Response, name, key)
}

// As with every other call: a stranger's tries are counted by address, a known caller's by who they are.
async function callerOf(means: Means, req: Request): Promise<User | Visitor> {
  const ip = ipOf(req)
  const caller = await guards.stream(means.ctx, req).catch(async (refusal: unknown) => {
    await count(means, req, ['general', `ip:${ip}`])
    throw refusal
  })
  await count(means, req, commonLimit(caller, 'general', ip))
  return caller
}

// Browsers let any page open a socket anywhere and only say whose page it is. What is no browser says nothing and is known by its token.
function assertOrigin(ctx: Context, req: Request, assistant: Assistant | undefined): void {
  const { origin } = req.headers
  if (origin === undefined) return
  if (isOriginAllowed(ctx, req, origin, assistant?.allowed_domains ?? [])) return
  throw site.ORIGIN_NOT_ALLOWED({ origin: origin.slice(0, 200) })
}

// The token of a site is public and opens nothing, but it must not name another assistant than the visitor's.
function assertSiteToken(req: Request, assistant: Assistant | undefined): void {
  const { site_token } = req.query
  if (assistant && site_token !== undefined && site_token !== assistant.site_token) throw stream.SSE_AUTH_FAILED()
}

function lastSeqOf(req: Request): number | undefined {
  const given = req.query.last_seq
  if (given === undefined || given === '') return undefined
  if (typeof given === 'string' && /^\d{1,15}$/.test(given)) return Number(given)
  throw invalid('last_seq', 'нужно целое число от нуля', 'a whole number from zero is needed')
}

async function dialogOf(ctx: Context, caller: User | Visitor, req: Request) {
  const id = Id.safeParse(SOCKET_PATH.exec(req.path)?.[1])
  if (!id.success) throw common.NOT_FOUND()
  return caller.kind === 'user' ? getDialog(ctx, caller, id.data) : getGuestDialog(ctx, caller, id.data)
}

function kindOf(caller: User | Visitor, req: Request): Connection['kind'] {
  if (caller.kind === 'user') return 'admin'
  return req.query.site_token !== undefined || req.path.startsWith('/ws/site/') ? 'site' : 'widget'
}

function ipOf(req: Request): string {
  return req.ip ?? 'unknown'
}
