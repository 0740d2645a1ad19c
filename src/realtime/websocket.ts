import type { WebSocket } from 'ws'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { canReplay, lastSeq } from '../events/read.ts'
import { randomId } from '../lib/ids.ts'
import { SECOND, toIso } from '../lib/time.ts'
import type { Connection } from './connections.ts'
import { errors } from './errors.ts'
import { followStream, type Streamed } from './stream.ts'

const MAX_UNSENT = 256 * 1024 // bytes; a client that does not read is dropped and replays from the table
const SILENCE = 45 * SECOND // two pings in a row without an answer
const LAST_WORDS = 2 * SECOND // how long a closed socket may take to say goodbye

/**
 * Why a socket is closed → its code (RFC 6455 7.4). From 4400 on it is 4000 + the HTTP status of the same refusal, and an `error` frame went before.
 * By itself the protocol closes with 1002 (broken frame), 1007 (not UTF-8), 1008 (too many pieces) and 1009 (frame over 16 KiB).
 * A client renews its token at 4401, gives up at 1002–1009, 4400, 4403 and 4404, and comes back with `last_seq` after a rest at everything else.
 */
const CLOSINGS = {
  'text only': 1003,
  'internal error': 1011,
  'the server restarts': 1012,
  'too many connections': 1013,
  'bad request': 4400,
  'no access': 4401,
  forbidden: 4403,
  'no such dialog': 4404,
  'no pong': 4408,
  'too many messages': 4429,
}
export type Closing = keyof typeof CLOSINGS

export type Frame = { type: string; [field: string]: unknown }
/** Where a stream goes on for a listener, and whether what it asked for is no more. */
export type Position = { after: number; is_reset: boolean }
export type SocketListener = Pick<Connection, 'kind' | 'stream' | 'ip' | 'session_id'> & {
  position: Position
  /** What the listener sees of a fact or a passing signal; undefined = nothing. */
  present: (one: Streamed) => Frame | undefined
}

/** After which fact a stream goes on for a client that has seen it up to `seen`, or for a new one; a number too old or unknown begins anew. */
export async function positionOf(ctx: Context, stream: string, seen: number | undefined): Promise<Position> {
  const newest = await lastSeq(ctx, stream)
  if (seen === undefined) return { after: newest, is_reset: false }
  const replayable = await canReplay(ctx, stream, seen)
  return { after: replayable ? seen : newest, is_reset: !replayable }
}

/** Serves a stream over an open socket: the facts after the position, then live ones. Throws SSE_CONNECTION_LIMIT, for sockets and other streams are counted together. */
export function serveSocket(ctx: Context, listener: SocketListener, ws: WebSocket): void {
  const { stream, position, kind, present } = listener
  const { after, is_reset } = position
  const leave = ctx.connections.add(connectionOf(ctx, listener, ws), ctx.config)
  const timestamp = toIso(ctx.now())
  send(ws, { type: 'connection_established', client_id: randomId(`${kind}_`, 9), last_seq: after, timestamp })
  if (is_reset) send(ws, { type: 'stream_reset', seq: after, timestamp })
  const stop = followStream(ctx, stream, {
    after,
    deliver: (one) => send(ws, present(one)),
    fail: (err) => {
      ctx.log.error({ err }, 'the stream of a socket could not be read')
      closeSocket(ws, 'internal error')
    },
  })
  ws.once('close', () => {
    stop()
    leave()
  })
}

/** Sends one frame, if there is one and the socket is open; a client that leaves too much unread is dropped. */
export function send(ws: WebSocket, frame: Frame | string | undefined): void {
  if (frame === undefined || ws.readyState !== ws.OPEN) return
  ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  dropIfDeaf(ws)
}

const dismissed = new WeakSet<WebSocket>()

/** Closes a socket and says why; one that does not close in turn is cut off soon. A repeat is harmless. */
export function closeSocket(ws: WebSocket, why: Closing): void {
  if (ws.readyState !== ws.OPEN) return
  dismissed.add(ws)
  ws.close(CLOSINGS[why], why)
  setTimeout(() => ws.terminate(), LAST_WORDS).unref()
}

/** Whether we closed the socket: what came over it before is not wanted any more, unlike the last words of a client that left by itself. */
export function isDismissed(ws: WebSocket): boolean {
  return dismissed.has(ws)
}

/** With which words a socket is closed on a refusal; an accident is an internal error. */
export function closingOf(error: unknown): Closing {
  if (!(error instanceof AppError)) return 'internal error'
  if (error.code === errors.SSE_CONNECTION_LIMIT.code) return 'too many connections'
  const found = Object.entries(CLOSINGS).find(([, code]) => code === 4000 + error.status)
  return (found?.[0] as Closing | undefined) ?? 'bad request'
}

function connectionOf(ctx: Context, listener: SocketListener, ws: WebSocket): Connection {
  const { kind, stream, ip, session_id } = listener
  let heard = ctx.now()
  ws.on('message', () => {
    heard = ctx.now()
  })
  // Some clients ask for themselves whether we live. Whoever asks without reading the answers must not fill the memory either.
  ws.on('ping', (data) => {
    heard = ctx.now()
    if (ws.readyState === ws.OPEN) ws.pong(data)
    dropIfDeaf(ws)
  })
  return {
    kind,
    stream,
    ip,
    session_id,
    since: Date.now(),
    close: (why) => closeSocket(ws, why === 'restart' ? 'the server restarts' : 'no access'),
    ping: () => (ctx.now() - heard > SILENCE ? closeSocket(ws, 'no pong') : send(ws, '__ping__')),
  }
}

function dropIfDeaf(ws: WebSocket): void {
  if (ws.bufferedAmount > MAX_UNSENT) ws.terminate()
}
