import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** What the server does with a letter it has been given whole: `lost` takes it and hangs up without a word, `silent` never answers. */
export type Behaviour = 'take' | 'busy' | 'refuse' | 'lost' | 'silent'
export type Mailbox = AsyncDisposable & {
  url: string
  /** Letters that were taken, as they came. */
  letters: string[]
  /** How many were offered whole, taken or not. */
  offered: number
  behave: (so: { offered: number }) => Behaviour
  /** Addresses that are refused for good. */
  unknown: Set<string>
  /** Senders that are refused for good. */
  banned: Set<string>
  /** The only password that is let in; null = nobody has to sign in. */
  password: string | null
}

/** A mail server on a free port. */
export async function openMailbox(): Promise<Mailbox> {
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ password }, _session, done) =>
      password === box.password ? done(null, { user: 'shop' }) : done(replied(535, '5.7.8 wrong password')),
    onMailFrom: ({ address }, _session, done) =>
      done(box.banned.has(address) ? replied(553, '5.7.1 not your address') : null),
    onRcptTo: ({ address }, _session, done) =>
      done(box.unknown.has(address) ? replied(550, '5.1.1 no such user here') : null),
    onData(stream, session, done) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => void pieces.push(piece))
      stream.on('end', () => {
        const does = box.behave({ offered: ++box.offered })
        if (does === 'busy') return done(replied(451, '4.3.0 try later'))
        if (does === 'refuse') return done(replied(554, '5.6.0 we do not like this'))
        box.letters.push(Buffer.concat(pieces).toString('utf8'))
        if (does === 'silent') return
        if (does === 'lost') return void drop(session.id)
        done()
      })
    },
  })
  const drop = (id: string) => {
    for (const one of server.connections as Set<{ id: string; _socket: { destroy: () => void } }>)
      if (one.id === id) one._socket.destroy()
  }
  server.on('error', () => {})
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const box: Mailbox = {
    url: `smtp://127.0.0.1:${port}`,
    letters: [],
    offered: 0,
    behave: () => 'take',
    unknown: new Set(),
    banned: new Set(),
    password: null,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(resolve)),
  }
  return box
}

/** The text of a letter, decoded. */
export function bodyOf(letter: string): string {
  return partOf(letter, 'text/plain')
}

/** One part of a letter, decoded. */
export function partOf(letter: string, type: string): string {
  const boundary = /boundary="([^"]+)"/.exec(letter)?.[1]
  const parts = boundary ? letter.split(`--${boundary}`).slice(1) : [letter]
  const found = parts.find((part) => part.toLowerCase().includes(`content-type: ${type}`)) ?? ''
  const [head = '', ...rest] = found.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  if (/transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8')
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** The headers of a letter with folded lines joined. */
export function headersOf(letter: string): string {
  return (letter.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ')
}

function replied(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}
