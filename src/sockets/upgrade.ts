import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Express, Request, Response } from 'express'
import { type WebSocket, WebSocketServer } from 'ws'
import { errors as site } from '../assistants/errors.ts'
import type { Context } from '../context.ts'
import { dialogStream } from '../dialogs/events.ts'
import { AppError, type Locale } from '../errors.ts'
import { sendError } from '../http/error-response.ts'
import { localeOf } from '../http/server.ts'
import { closeSocket, closingOf, send, serveSocket } from '../realtime/websocket.ts'
import { type Admitted, admit, type Means, SOCKET_PATH } from './admit.ts'
import { decisionOf, errorFrame, presenter } from './frames.ts'
import { hear } from './hear.ts'

const OPTIONS = {
  noServer: true,
  clientTracking: false, // `ctx.connections` does it
  perMessageDeflate: false, // its buffers would cost an idle socket more than all the rest
  autoPong: false, // `realtime/websocket.ts` answers, and looks at what is left unread
  maxPayload: 16 * 1024, // the longest message is 4,096 characters: below 16 KiB in UTF-8 with what stands around it
  maxFragments: 256, // a message of one piece is the rule; thousands of empty ones are an attack
  maxBufferedChunks: 1024, // the same for a frame that drips in
}

/** Whether a request asks for one of our sockets. Every other upgrade is offered in vain and answered as the plain request it is. */
export function asksForSocket(req: IncomingMessage): boolean {
  const path = (req.url ?? '').split('?', 1)[0]!
  return /^websocket$/i.test(req.headers.upgrade ?? '') && SOCKET_PATH.test(path)
}

/** Opens sockets on a server whose `shouldUpgradeCallback` is `asksForSocket`. `app` gives their requests what it gives to others: address behind proxies, query, language. */
export function acceptSockets(server: Server, app: Express, means: Means): void {
  const sockets = new WebSocketServer(OPTIONS)
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const req = Object.setPrototypeOf(incoming, app.request) as Request
    // Until the handshake the socket is ours, and one that breaks then must not break the process.
    const ignore = () => {}
    socket.on('error', ignore)
    const open = async () => {
      const outcome = await admit(means, req).catch((error: unknown) => ({ error }))
      if ('error' in outcome && isForgedOrigin(outcome.error))
        return refuseOverHttp(means.ctx, { app, req, socket }, outcome.error)
      socket.off('error', ignore)
      sockets.handleUpgrade(req, socket, head, (ws) => welcome(means, ws, { req, outcome }))
    }
    open().catch((err) => {
      means.ctx.log.error({ err }, 'a socket could not be opened')
      socket.destroy()
    })
  })
}

// A browser shows its page the close code of an open socket but nothing of a failed handshake, so all other refusals are told after it.
function welcome(
  means: Means,
  ws: WebSocket,
  { req, outcome }: { req: Request; outcome: Admitted | { error: unknown } },
) {
  // The protocol errors of a client close its socket by themselves; an error nobody listens to would end the process.
  ws.on('error', (err) => means.ctx.log.debug({ err }, 'a socket broke'))
  const locale = localeOf(req, means.ctx)
  if ('error' in outcome) return refuse(means.ctx, ws, { error: outcome.error, locale })
  try {
    serve(means, ws, { req, admitted: outcome, locale })
  } catch (error) {
    refuse(means.ctx, ws, { error, locale })
  }
}

function serve(
  means: Means,
  ws: WebSocket,
  { req, admitted, locale }: { req: Request; admitted: Admitted; locale: Locale },
) {
  const { caller, dialog_id, kind, ip, position } = admitted
  const session_id = caller.kind === 'user' ? caller.session_id : undefined
  const present = presenter(caller.kind === 'user' ? 'staff' : 'visitor', means.ctx.now)
  serveSocket(means.ctx, { kind, stream: dialogStream(dialog_id), ip, session_id, position, present }, ws)
  hear(means, { caller, dialog_id, ip, locale, req }, ws)
}

function refuse(ctx: Context, ws: WebSocket, { error, locale }: { error: unknown; locale: Locale }): void {
  if (!(error instanceof AppError)) ctx.log.error({ err: error }, 'a socket could not be served')
  send(ws, errorFrame(decisionOf(error), locale, { now: ctx.now() }))
  closeSocket(ws, closingOf(error))
}

function isForgedOrigin(error: unknown): boolean {
  return error instanceof AppError && error.code === site.ORIGIN_NOT_ALLOWED.code
}

function refuseOverHttp(
  ctx: Context,
  { app, req, socket }: { app: Express; req: Request; socket: Duplex },
  error: unknown,
): void {
  const res = Object.setPrototypeOf(new ServerResponse(req), app.response) as Response
  req.res = res
  res.shouldKeepAlive = false
  res.assignSocket(socket as Socket)
  res.once('finish', () => socket.end())
  sendError(res, error, { locale: localeOf(req, ctx), log: ctx.log })
}
