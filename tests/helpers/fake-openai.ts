import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'

/** One request as the double saw it; `closed` resolves when the caller's socket for it is gone or the answer was sent. */
export type Seen = {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Record<string, unknown>
  closed: Promise<void>
}

/** Whether the caller let go of this request within a second and a half. */
export async function isClosed(seen: Seen | undefined): Promise<boolean> {
  const wait = new AbortController()
  const late = after(1500, false, { signal: wait.signal }).catch(() => false)
  const closed = await Promise.race([seen?.closed.then(() => true), late])
  wait.abort()
  return closed ?? false
}

/** How the double behaves for one request. */
export type Step = (res: ServerResponse, seen: Seen) => void | Promise<void>

export type FakeServer = AsyncDisposable & {
  url: string
  seen: Seen[]
  /** The behaviour of the next requests, in order; after that the double is healthy again. */
  next(...steps: Step[]): void
  /** The behaviour of every request that has no step of its own. */
  always(step: Step): void
  /** Connections open now. */
  sockets(): number
  /** Stops listening and drops every connection, as a machine that is switched off. */
  switchOff(): Promise<void>
}

export type FakeOpenai = FakeServer & { base_url: string }

/** A server of the OpenAI API on a free port: streams token by token, embeds, lists models, and fails as told. */
export async function openFakeOpenai(): Promise<FakeOpenai> {
  const fake = await openFake((res, seen) => {
    if (seen.path.endsWith('/embeddings')) return embeds()(res, seen)
    if (seen.path.endsWith('/models')) return sendJson(res, 200, { data: [{ id: 'gpt-4o' }, { id: 'gpt-4o-mini' }] })
    return says('Ответ готов.')(res, seen)
  })
  return Object.assign(fake, { base_url: `${fake.url}/v1` })
}

export type SaysOptions = {
  usage?: boolean
  done?: boolean
  finish_reason?: string | null
  /** How the bytes are cut into packets. */
  packets?: 'frames' | 'bytes'
  line_end?: string
  /** Pause between packets. */
  pause_ms?: number
  /** Frames put before the text. */
  before?: string[]
}

/** Streams a text in small pieces and ends well. */
export function says(text: string, options: SaysOptions = {}): Step {
  const { usage = true, done = true, finish_reason = 'stop', line_end = '\n', before = [] } = options
  const frames = [...before, frame({ delta: { role: 'assistant', content: '' } }), ...textFrames(text)]
  if (finish_reason !== null) frames.push(frame({ delta: {}, finish_reason }))
  if (usage) frames.push(`data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7 } })}`)
  if (done) frames.push('data: [DONE]')
  return async (res) => {
    startStream(res)
    await writeFrames(
      res,
      frames.map((one) => one + line_end + line_end),
      options,
    )
    res.end()
  }
}

/** Refuses with a status, an error body as OpenAI writes it, and headers. */
export function refuses(status: number, error: object = {}, headers: Record<string, string> = {}): Step {
  return (res, seen) => {
    // A careless gateway echoes the credential; it must not travel on from here.
    const echo = String(seen.headers.authorization)
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
    sendJson(res, status, { error: { message: `no: ${echo}`, type: 'error', param: null, code: null, ...error } })
  }
}

/** Drops the connection without a byte. */
export const resets: Step = (res) => void res.socket?.resetAndDestroy()

/** Takes the request and never answers. */
export const hangs: Step = () => {}

/** Streams a text and then is silent for ever. */
export function hangsAfter(text: string): Step {
  return (res) => {
    startStream(res)
    for (const one of [frame({ delta: { role: 'assistant', content: '' } }), ...textFrames(text)])
      res.write(`${one}\n\n`)
  }
}

/** Streams a text and drops the connection within a character of two bytes. */
export function cutsAfter(text: string): Step {
  return async (res) => {
    startStream(res)
    const bytes = Buffer.from(
      textFrames(`${text}ё`)
        .map((one) => `${one}\n\n`)
        .join(''),
    )
    res.write(bytes.subarray(0, bytes.lastIndexOf(Buffer.from('ё')) + 1))
    await after(20) // let the bytes leave before the reset overtakes them
    res.socket?.resetAndDestroy()
  }
}

/** Streams a text, ends the connection politely, but never says that the answer is finished. */
export function endsEarly(text: string): Step {
  return says(text, { finish_reason: null, usage: false, done: false })
}

/** Answers 200 with any body and type. */
export function sends(body: string | Buffer, type = 'text/html', headers: Record<string, string> = {}): Step {
  return (res) => void res.writeHead(200, { 'content-type': type, ...headers }).end(body)
}

/** Streams the same chunk until the caller hangs up. */
export function endless(chunk: string, type = 'text/event-stream'): Step {
  return async (res) => {
    res.writeHead(200, { 'content-type': type })
    while (!res.destroyed) {
      if (!res.write(chunk)) await Promise.race([new Promise((go) => res.once('drain', go)), after(1000)])
    }
  }
}

/** Points elsewhere. */
export function redirectsTo(url: string): Step {
  return (res) => void res.writeHead(307, { location: url }).end()
}

/** Embeds each text as eight numbers made from its letters; `change` spoils the rows. */
export function embeds(change: (rows: { index: number; embedding: unknown }[]) => unknown[] = (rows) => rows): Step {
  return (res, seen) => {
    const rows = (seen.body.input as string[]).map((text, index) => ({ index, embedding: vectorOf(text) }))
    sendJson(res, 200, { data: change(rows), usage: { prompt_tokens: 3, total_tokens: 3 } })
  }
}

/** The vector the doubles give a text. */
export function vectorOf(text: string): number[] {
  const vector = new Array<number>(8).fill(0.5)
  for (const letter of text) vector[letter.codePointAt(0)! % 8]! += 0.25
  return vector
}

/** A frame of one choice. */
export function frame(choice: object): string {
  return `data: ${JSON.stringify({ id: 'c1', obfuscation: 'xyz', choices: [{ index: 0, finish_reason: null, ...choice }] })}`
}

function textFrames(text: string): string[] {
  return (text.match(/.{1,3}/gsu) ?? []).map((content) => frame({ delta: { content } }))
}

function startStream(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
}

async function writeFrames(
  res: ServerResponse,
  frames: string[],
  { packets, pause_ms = 0 }: SaysOptions,
): Promise<void> {
  const pieces = packets === 'bytes' ? [...Buffer.from(frames.join(''))].map((byte) => Buffer.of(byte)) : frames
  for (const piece of pieces) {
    res.write(piece)
    if (pause_ms > 0) await after(pause_ms)
    else await new Promise(setImmediate)
  }
}

/** Sends JSON. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** A scripted HTTP server on a free port; `healthy` answers what no step does. */
export async function openFake(healthy: Step): Promise<FakeServer> {
  const seen: Seen[] = []
  const steps: Step[] = []
  let usual = healthy
  const sockets = new Set<object>()
  const server = createServer(async (req, res) => {
    const one = await readRequest(req, res)
    seen.push(one)
    await (steps.shift() ?? usual)(res, one)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const switchOff = () => stop(server)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    next: (...more) => void steps.push(...more),
    always: (step) => {
      usual = step
    },
    sockets: () => sockets.size,
    switchOff,
    [Symbol.asyncDispose]: switchOff,
  }
}

async function readRequest(req: IncomingMessage, res: ServerResponse): Promise<Seen> {
  const pieces: Buffer[] = []
  const closed = new Promise<void>((resolve) => res.once('close', resolve))
  for await (const piece of req) pieces.push(piece as Buffer)
  const text = Buffer.concat(pieces).toString()
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { method: req.method ?? '', path: req.url ?? '', headers: req.headers, body, closed }
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  const stopped = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await stopped
}
