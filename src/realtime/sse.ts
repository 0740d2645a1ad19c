import type { Request, Response } from 'express'
import type { Context } from '../context.ts'
import type { Signal } from '../events/bus.ts'
import { canReplay, lastSeq, type PastEvent } from '../events/read.ts'
import { randomId } from '../lib/ids.ts'
import { SECOND, toIso } from '../lib/time.ts'
import type { Connection } from './connections.ts'
import { errors } from './errors.ts'
import { followStream, type Streamed } from './stream.ts'

export const PING_EVERY = 20 * SECOND
const MAX_UNSENT = 256 * 1024 // bytes; a client that does not read is dropped and replays from the table
const RETRY = 3 * SECOND // how soon a browser's own EventSource comes back

type Listener = Pick<Connection, 'kind' | 'session_id'> & {
  stream: string
  ip: string
  present: (fact: PastEvent) => Record<string, unknown> | undefined
  /** Which passing signals the listener hears; without it, all. */
  hears?: ((signal: Signal) => boolean) | undefined
}

/**
 * Serves a stream as Server-Sent Events (WHATWG HTML 9.2): the missed facts after Last-Event-ID, then the live ones, each with its number as `id:`.
 * Throws INVALID_LAST_EVENT_ID for a malformed id and SSE_CONNECTION_LIMIT; an id too old or unknown gets a `stream.reset` and goes on live.
 */
export async function serveSse(
  ctx: Context,
  listener: Listener,
  { req, res }: { req: Request; res: Response },
): Promise<void> {
  const wanted = lastEventId(req)
  join(ctx, listener, res)
  const newest = await lastSeq(ctx, listener.stream)
  const replayable = wanted === undefined || (await canReplay(ctx, listener.stream, wanted))
  if (res.destroyed) return
  // The first frames leave in one write: thousands of listeners come back at once after a restart.
  res.cork()
  greet(ctx, listener, res)
  if (!replayable) write(res, newest, { type: 'stream.reset', timestamp: toIso(ctx.now()) })
  res.uncork()
  const after = replayable ? (wanted ?? newest) : newest
  const stop = followStream(ctx, listener.stream, {
    after,
    deliver: (one) => forward(res, one, listener),
    fail: (err) => giveUp(ctx, res, err),
  })
  res.once('close', stop)
}

/** Counts a listener in, or throws SSE_CONNECTION_LIMIT; it is counted out when its response closes. */
export function join(ctx: Context, listener: Omit<Listener, 'present' | 'hears'>, res: Response): void {
  res.once('close', ctx.connections.add(connectionOf(listener, res), ctx.config))
}

/** Opens the response as a stream and says so. */
export function greet(ctx: Context, { kind }: Pick<Listener, 'kind'>, res: Response): void {
  open(res)
  res.write(`retry: ${RETRY}\n\n`)
  const client_id = randomId(`${kind}_`, 9)
  write(res, undefined, { type: 'connection.established', client_id, timestamp: toIso(ctx.now()) })
}

// The client comes back by itself and replays, by then perhaps from a database that answers.
function giveUp(ctx: Context, res: Response, err: unknown): void {
  ctx.log.error({ err }, 'a stream could not be read')
  res.destroy()
}

/** Pings every open stream: one timer for all, since thousands of idle streams must cost next to nothing. */
export function pingAll(ctx: Pick<Context, 'connections'>): void {
  for (const connection of ctx.connections.all()) connection.ping()
}

function connectionOf(
  { kind, stream, ip, session_id }: Omit<Listener, 'present' | 'hears'>,
  res: Response,
): Connection {
  return {
    kind,
    stream,
    ip,
    session_id,
    since: Date.now(),
    close: () => void res.end(),
    ping: () => send(res, 'data: __ping__\n\n'),
  }
}

function lastEventId(req: Request): number | undefined {
  const given = req.headers['last-event-id'] ?? req.query.last_event_id
  if (given === undefined || given === '') return undefined
  if (typeof given !== 'string' || !/^\d{1,15}$/.test(given)) throw errors.INVALID_LAST_EVENT_ID()
  return Number(given)
}

function open(res: Response): void {
  res.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    Connection: 'keep-alive',
  })
}

function forward(res: Response, one: Streamed, listener: Listener): void {
  if ('fact' in one) forwardFact(res, one.fact, listener)
  else if (!listener.hears || listener.hears(one.signal)) write(res, undefined, one.signal)
}

function forwardFact(res: Response, fact: PastEvent, listener: Listener): void {
  const shown = listener.present(fact)
  if (shown) write(res, fact.seq, { type: fact.name, ...shown, timestamp: toIso(fact.created_at) })
  // A fact this listener may not see still moves its position, or a replay would start before it for ever.
  else send(res, `id: ${fact.seq}\n\n`)
}

/** One event; with a number when it can be asked for again. */
export function write(res: Response, id: number | undefined, data: Record<string, unknown>): void {
  send(res, `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`)
}

function send(res: Response, text: string): void {
  res.write(text)
  if (res.writableLength > MAX_UNSENT) res.destroy()
}
