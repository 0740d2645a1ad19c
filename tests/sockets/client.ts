import { type ClientOptions, WebSocket } from 'ws'

export type Frame = { type: string; seq?: number; [field: string]: unknown }
export type SocketClient = {
  ws: WebSocket
  /** JSON frames in order; pings are counted apart. */
  frames: Frame[]
  pings: number
  send: (frame: unknown) => void
  of: (type: string) => Frame[]
  close: () => void
  closed: Promise<{ code: number; reason: string }>
}
export type Refused = { status: number; body: string }

/** Opens a socket and collects what comes, answering pings as the document asks; rejects with the status and body of a refused handshake. */
export function openSocket(
  url: string,
  options: ClientOptions = {},
  { answersPings = true }: { answersPings?: boolean } = {},
): Promise<SocketClient> {
  const ws = new WebSocket(url.replace(/^http/, 'ws'), options)
  const frames: Frame[] = []
  const client: SocketClient = {
    ws,
    frames,
    pings: 0,
    send: (frame) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    of: (type) => frames.filter((one) => one.type === type),
    close: () => ws.close(),
    closed: new Promise((resolve) => ws.once('close', (code, reason) => resolve({ code, reason: String(reason) }))),
  }
  ws.on('message', (data) => {
    const text = String(data)
    if (text !== '__ping__') return void frames.push(JSON.parse(text) as Frame)
    client.pings++
    if (answersPings) ws.send('__pong__')
  })
  return new Promise((resolve, reject) => {
    ws.once('open', () => resolve(client))
    ws.once('unexpected-response', async (_req, res) => {
      let body = ''
      for await (const piece of res) body += piece
      reject({ status: res.statusCode, body } as Refused)
    })
    ws.on('error', reject) // after opening it changes nothing, but somebody must listen
  })
}
