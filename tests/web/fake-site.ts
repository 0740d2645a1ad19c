import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { buildWidget } from '../../src/web/build.ts'

export interface FakeMessage {
  id: number
  sender: string
  text: string
  created_at: number
  client_message_id: string | null
  reply_to: number | null
  sources: { n: number; title: string; text: string; score: number }[]
  [extra: string]: unknown
}

interface Call {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Record<string, unknown>
}

export const siteToken = 'site-token-of-the-test'

const baseConfig = {
  assistant: { name: 'Лист' },
  title: 'Северный лист',
  greeting: 'Здравствуйте! Спросите о чае, доставке или оплате.',
  locale: 'ru',
  languages: ['ru', 'en'],
  texts: {
    ru: { greeting: 'Здравствуйте! Спросите о чае, **доставке** или оплате. Отвечу по правилам магазина.' },
    en: { greeting: 'Hello! Ask about tea, **delivery** or payment. I answer from the shop’s own rules.' },
  },
  theme: { color: '#1f6f54', position: 'right' },
  consent_text: 'Отправляя сообщение, вы соглашаетесь с обработкой персональных данных.',
  working_hours: null,
  online: true,
  handoff: true,
  telegram: null,
  max_file_bytes: 1024 * 1024,
  suggestions: ['Сколько стоит доставка в Самару?', 'Как заваривать улун?', 'Можно ли вернуть чай?'],
}

/** A double of the visitor API with a widget host on one port and a customer's page with a strict policy on another. */
export async function startFakeSite({
  config = {},
  tag = '',
  tags = 1,
}: {
  config?: object
  tag?: string
  tags?: number
} = {}) {
  const outDir = await mkdtemp(join(tmpdir(), 'widget-build-'))
  await buildWidget(outDir)
  const world = createWorld({ ...baseConfig, ...config })
  const host = await listen((req, res) => world.serve(req, res, outDir))
  const hostUrl = urlOf(host)
  const page = await startPage({ hostUrl, token: siteToken, tag, tags })
  const close = async () => {
    world.endStreams()
    await page.close()
    await stop(host)
    await rm(outDir, { recursive: true })
  }
  return { ...world, hostUrl, pageUrl: page.url, outDir, reports: page.reports, close }
}

/** A customer's page with the tag, under a strict policy whose violations are collected. */
export async function startPage(options: { hostUrl: string; token: string; tag?: string; tags?: number }) {
  const reports: string[] = []
  const server = await listen((req, res) => servePage(req, res, { tag: '', tags: 1, ...options, reports }))
  return { url: urlOf(server), reports, close: () => stop(server) }
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

export type FakeSite = Awaited<ReturnType<typeof startFakeSite>>

function createWorld(config: object) {
  const messages: FakeMessage[] = []
  const events: { id: number; data: string }[] = []
  const streams = new Set<ServerResponse>()
  const calls: Call[] = []
  const failures: { match: RegExp; status: number; headers: Record<string, string> }[] = []
  const guests = new Map<string, string>()
  const dialogs = new Set<number>()
  const control = { onQuestion: (_question: FakeMessage) => {}, streamsAllowed: true, desk: { status: 'none' } }

  function add(message: Partial<FakeMessage>): FakeMessage {
    const whole: FakeMessage = {
      id: messages.length + 1,
      sender: 'assistant',
      text: '',
      created_at: Date.now(),
      client_message_id: null,
      reply_to: null,
      sources: [],
      ...message,
    }
    messages.push(whole)
    const id = events.length + 1
    const data = JSON.stringify({ type: 'dialog.message.created', dialog_id: 1, message: whole, timestamp: Date.now() })
    events.push({ id, data })
    for (const res of streams) res.write(`id: ${id}\ndata: ${data}\n\n`)
    return whole
  }

  function transient(event: object): void {
    for (const res of streams) res.write(`data: ${JSON.stringify(event)}\n\n`)
  }

  function delta(reply_to: number, offset: number, text: string): void {
    transient({ type: 'dialog.message.delta', dialog_id: 1, reply_to, offset, text })
  }

  async function streamAnswer(reply_to: number, answer: Partial<FakeMessage> & { text: string }, pause = 20) {
    const pieces = answer.text.match(/.{1,12}/gsu) ?? []
    let offset = 0
    for (const piece of pieces) {
      delta(reply_to, offset, piece)
      offset += piece.length
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    return add({ reply_to, ...answer })
  }

  function endStreams(): void {
    for (const res of streams) res.destroy()
    streams.clear()
  }

  async function serve(req: IncomingMessage, res: ServerResponse, outDir: string): Promise<void> {
    const url = new URL(req.url!, 'http://host')
    res.setHeader('Access-Control-Allow-Origin', '*')
    res.setHeader('Access-Control-Expose-Headers', 'Retry-After')
    if (req.method === 'OPTIONS') {
      res.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, x-site-token, last-event-id')
      res.writeHead(204).end()
      return
    }
    if (url.pathname.endsWith('.js')) {
      res.setHeader('Content-Type', 'text/javascript; charset=utf-8')
      res.end(await readFile(join(outDir, url.pathname)))
      return
    }
    const path = url.pathname.replace('/api/widget/', '')
    const body = req.method === 'POST' ? JSON.parse((await readText(req)) || '{}') : {}
    calls.push({ method: req.method!, path, headers: req.headers, body })
    const failure = failures.findIndex(({ match }) => match.test(`${req.method} ${path}`))
    if (failure >= 0) {
      const [{ status, headers }] = failures.splice(failure, 1) as [(typeof failures)[0]]
      answer(res, status, { error: { code: 'REFUSED', message: 'refused', details: null } }, headers)
      return
    }
    route(req, res, { path, url, body })
  }

  function route(
    req: IncomingMessage,
    res: ServerResponse,
    { path, url, body }: { path: string; url: URL; body: Call['body'] },
  ) {
    if (path === 'config') return answer(res, 200, config)
    if (path === 'session') {
      const guest = guests.get(String(body.visitor_token)) ?? `guest-${guests.size + 1}`
      const visitor_token = randomUUID()
      guests.set(visitor_token, guest)
      return answer(res, 201, { guest_id: guest, visitor_token, expires_at: Date.now() + 86_400_000 })
    }
    if (!guests.has(String(req.headers.authorization).replace('Bearer ', '')))
      return answer(res, 401, { error: { code: 'UNAUTHORIZED' } })
    if (path === 'dialogs') {
      dialogs.add(1)
      return answer(res, 201, { id: 1, status: 'active' })
    }
    if (!dialogs.has(1)) return answer(res, 404, { error: { code: 'DIALOG_NOT_FOUND' } })
    if (path.endsWith('/handoff/status')) return answer(res, 200, control.desk)
    if (path.endsWith('/events')) return stream(req, res)
    if (req.method === 'GET') return history(res, url)
    const known = messages.find((message) => message.client_message_id === body.client_message_id)
    if (known) return answer(res, 200, known)
    const message = add({ sender: 'user', text: String(body.text), client_message_id: String(body.client_message_id) })
    answer(res, 201, message)
    control.onQuestion(message)
  }

  function history(res: ServerResponse, url: URL): void {
    const before = Number(url.searchParams.get('before_id') ?? Number.MAX_SAFE_INTEGER)
    const older = messages.filter((message) => message.id < before)
    answer(res, 200, { messages: older.slice(-50), has_more: older.length > 50, last_event_id: events.length })
  }

  function stream(req: IncomingMessage, res: ServerResponse): void {
    if (!control.streamsAllowed) {
      answer(res, 503, { error: { code: 'UNAVAILABLE' } })
      return
    }
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    res.write(`: hello\n\ndata: ${JSON.stringify({ type: 'connection.established' })}\n\ndata: __ping__\n\n`)
    const from = Number(req.headers['last-event-id'] ?? 0)
    for (const { id, data } of events.slice(from)) res.write(`id: ${id}\ndata: ${data}\n\n`)
    streams.add(res)
    res.on('close', () => streams.delete(res))
  }

  function failNext(match: RegExp, status: number, headers: Record<string, string> = {}): void {
    failures.push({ match, status, headers })
  }

  return {
    messages,
    calls,
    streams,
    guests,
    dialogs,
    control,
    add,
    delta,
    transient,
    streamAnswer,
    endStreams,
    serve,
    failNext,
  }
}

function servePage(
  req: IncomingMessage,
  res: ServerResponse,
  {
    hostUrl,
    token,
    tag,
    tags,
    reports,
  }: { hostUrl: string; token: string; tag: string; tags: number; reports: string[] },
): void {
  if (req.url === '/favicon.ico') {
    res.writeHead(204).end()
    return
  }
  if (req.url === '/csp') {
    void readText(req).then((report) => reports.push(report))
    res.writeHead(204).end()
    return
  }
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${hostUrl}`,
    `connect-src ${hostUrl}`,
    "img-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    'report-uri /csp',
  ]
  res.setHeader('Content-Security-Policy', policy.join('; '))
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  const script = `<script async src="${hostUrl}/widget.js" data-site-token="${token}" ${tag}></script>`
  res.end(`<!doctype html><html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Магазин</title>${script.repeat(tags)}</head>
    <body><h1>Магазин</h1><p><a href="/next">Дальше</a> <button id="last">Кнопка страницы</button></p></body></html>`)
}

function answer(res: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  res.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))
}

async function listen(handler: (req: IncomingMessage, res: ServerResponse) => unknown): Promise<Server> {
  const server = createServer((req, res) => void handler(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
