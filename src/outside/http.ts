import type { Dispatcher, Response } from 'undici'
import { HOUR, SECOND } from '../lib/time.ts'
import { OutsideFailed, OutsideRefused } from './failures.ts'
import { readJson } from './reading.ts'

const CONNECT = 5 * SECOND // a host that takes longer to shake hands will not answer a waiting visitor in time
const MAX_REFUSAL = 16 * 1024 // bytes read of an error body: enough for its code, never a page
const LONGEST_WAIT = 24 * HOUR // a quota is renewed daily; anything longer is a mistake or malice

/** One pool of connections out of the house. */
export type Http = {
  open(): Promise<{ dispatcher: Dispatcher; fetch: typeof import('undici').fetch }>
  close(): Promise<void>
}

/** How long silence may last before the first useful byte and between two, and how much of anything we take. */
export type Limits = { first_ms: number; idle_ms: number; total_ms: number; max_bytes: number }

export type Call = {
  system: string
  url: string
  method?: string
  headers?: Record<string, string>
  body?: string | undefined
  signal?: AbortSignal | undefined
  limits: Limits
}

/** An answer that has begun. `wait` restarts the clock of silence; leaving the scope closes the socket of an unread rest. */
export type Answer = Disposable & {
  system: string
  response: Response
  max_bytes: number
  wait(ms: number): void
  translate(error: unknown): Error
}

/** A pool that opens with its first use: an appliance that asks nobody spares the ten megabytes. With `proxy` every connection goes through that HTTP proxy. */
export function openHttp(options: { proxy?: string | undefined } = {}): Http {
  let opened: ReturnType<Http['open']> | undefined
  return {
    open() {
      opened ??= openPool(options.proxy)
      return opened
    },
    close: async () => (await opened)?.dispatcher.destroy(),
  }
}

async function openPool(proxy: string | undefined) {
  const { Agent, fetch, ProxyAgent } = await import('undici')
  // HTTP/1.1 only: there, giving up an answer closes a socket, and the other side stops working for us.
  const common = { connect: { timeout: CONNECT }, allowH2: false }
  return { fetch, dispatcher: proxy ? new ProxyAgent({ ...common, uri: proxy }) : new Agent(common) }
}

/**
 * Sends one request and resolves at the headers of a 2xx answer. No redirect is followed, so a credential goes where it was sent.
 * Throws `OutsideRefused` for every other status and `OutsideFailed` when there is no answer in time.
 */
export async function send(http: Http, call: Call): Promise<Answer> {
  const watch = startWatch(call)
  try {
    const { fetch, dispatcher } = await http.open()
    const response = await fetch(call.url, {
      method: call.method ?? 'POST',
      headers: { 'accept-encoding': 'identity', ...call.headers },
      body: call.body,
      redirect: 'manual',
      signal: watch.signal,
      dispatcher,
    })
    const answer = { ...watch, system: call.system, response, max_bytes: call.limits.max_bytes }
    if (!response.ok) throw await refusal(answer)
    return answer
  } catch (error) {
    const failure = watch.translate(error) // before the watch ends, which looks like silence
    watch[Symbol.dispose]()
    throw failure
  }
}

type Watch = Disposable & { signal: AbortSignal; wait(ms: number): void; translate(error: unknown): Error }

function startWatch({ system, signal, limits }: Call): Watch {
  const silence = new AbortController()
  const tooLong = () => silence.abort()
  const total = setTimeout(tooLong, limits.total_ms)
  let quiet = setTimeout(tooLong, limits.first_ms)
  const stop = () => {
    clearTimeout(total)
    clearTimeout(quiet)
  }
  return {
    signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    wait: (ms) => {
      clearTimeout(quiet)
      quiet = setTimeout(tooLong, ms)
    },
    translate: (error) => {
      if (error instanceof OutsideRefused || error instanceof OutsideFailed) return error
      if (signal?.aborted) return new OutsideFailed(system, 'aborted')
      return silence.signal.aborted ? new OutsideFailed(system, 'timeout') : networkFailure(system, error)
    },
    [Symbol.dispose]: () => {
      stop()
      silence.abort() // harmless after the end; before it, this is what closes the socket
    },
  }
}

/** A failed request as `network`. Only undici's inner cause is kept: it names the socket error, while the outer one can quote a header or an address. */
export function networkFailure(system: string, error: unknown): OutsideFailed {
  const cause = error instanceof Error ? error.cause : undefined
  return new OutsideFailed(system, 'network', cause instanceof Error && 'code' in cause ? cause : undefined)
}

async function refusal(answer: Answer): Promise<OutsideRefused> {
  // The status alone decides when the body cannot be read.
  const body = await readJson({ ...answer, max_bytes: MAX_REFUSAL }).catch(() => null)
  const retryAfter = retryAfterMs(answer.response.headers, Date.now())
  return new OutsideRefused(answer.system, {
    status: answer.response.status,
    code: refusalCode(body),
    retry_after_ms: retryAfter,
  })
}

/** Their code from `{ error: { code, type } }`, and only if it is a plain word: a server may echo the credential anywhere. */
export function refusalCode(body: unknown): string | null {
  const error = (body as { error?: { code?: unknown; type?: unknown } } | null)?.error
  const word = [error?.code, error?.type].find((value) => typeof value === 'string' && /^[A-Za-z_]{3,48}$/.test(value))
  return (word as string | undefined) ?? null
}

/** The pause a server asks for: `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110 §10.2.3); null when it asks for none. */
function retryAfterMs(headers: { get(name: string): string | null }, now: number): number | null {
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN)
  const text = headers.get('retry-after') ?? ''
  const wait = [exact, Number(text || Number.NaN) * SECOND, Date.parse(text) - now].find(Number.isFinite)
  return wait === undefined ? null : Math.min(Math.max(Math.round(wait), 0), LONGEST_WAIT)
}
