import { Transform } from 'node:stream'
import { createTransport } from 'nodemailer'
import { oneLine, trimTo } from '../lib/text.ts'
import { MINUTE, SECOND } from '../lib/time.ts'
import { turnstile } from './turnstile.ts'

const AT_ONCE = 2 // mail servers count connections of one client, and letters are few
const LONGEST = 2 * MINUTE // a server that trickles its replies would otherwise hold a place for ever

export type OutgoingLetter = {
  to: string
  subject: string
  text: string
  html: string
  message_id: string
  reply_to?: string | undefined
}
export type Smtp = {
  /** The mail server's name, for people. */
  host: string
  /** Hands a letter over; `beforeLastByte` runs when all but its end is with the server, which counts it only with that end. Throws MailFailed. */
  send: (letter: OutgoingLetter, beforeLastByte?: () => Promise<void>) => Promise<void>
}

/**
 * `refused`: this letter or mailbox, for good. `busy`: not now. `unreachable`: no connection, no TLS, or silence.
 * `login`: our name or password. `sender`: our own address may not send there.
 */
export type MailFailure = 'refused' | 'busy' | 'unreachable' | 'login' | 'sender'

/** The letter was not taken, as far as we know. `answered` = the server said so itself; `detail` is its reply or the system's reason. */
export class MailFailed extends Error {
  readonly why: MailFailure
  readonly answered: boolean
  readonly detail: string
  constructor(why: MailFailure, { answered, detail }: { answered: boolean; detail: string }, cause?: unknown) {
    super(`smtp failed: ${why}`, { cause })
    this.name = 'MailFailed'
    this.why = why
    this.answered = answered
    this.detail = detail
  }
}

/** Sends composed letters through one mail server, each by a connection of its own, a few at a time. Nothing is repeated here. */
export function openSmtp(options: { url: string; from: string; patience?: number }): Smtp {
  const patience = options.patience ?? 30 * SECOND
  const enter = turnstile('smtp', AT_ONCE)
  const transport = createTransport({
    url: options.url,
    connectionTimeout: Math.min(patience, 10 * SECOND),
    greetingTimeout: patience,
    socketTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  transport.use('stream', (mail, done) => {
    const { beforeLastByte } = mail.data as { beforeLastByte?: () => Promise<void> }
    if (beforeLastByte) mail.message.transform(pausedAtItsEnd(beforeLastByte))
    done()
  })
  const domain = domainOf(options.from)
  return {
    host: new URL(options.url).hostname,
    async send({ to, message_id, reply_to, ...letter }, beforeLastByte) {
      using _ = await enter()
      const mail = {
        ...letter,
        from: options.from,
        // As an object: a string would be read as a list of addresses.
        to: { name: '', address: to },
        ...(reply_to === undefined ? {} : { replyTo: { name: '', address: reply_to } }),
        messageId: `<${message_id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        signal: AbortSignal.timeout(LONGEST),
        beforeLastByte,
      }
      await transport.sendMail(mail).catch((error: unknown) => {
        throw asMailFailed(error)
      })
    },
  }
}

// The last byte goes out only after the promise: whoever notes it knows of every letter the server may have.
function pausedAtItsEnd(beforeLastByte: () => Promise<void>): Transform {
  return new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => void beforeLastByte().then(() => done(), done),
  })
}

function domainOf(from: string): string {
  return /@([a-z0-9.-]+)>?\s*$/i.exec(from)?.[1] ?? 'localhost'
}

type Reply = { code?: string; responseCode?: number; response?: string; command?: string; message?: string }

function asMailFailed(error: unknown): MailFailed {
  const { response, message, responseCode } = error as Reply
  const detail = trimTo(oneLine(response ?? message ?? 'unknown'), 300)
  return new MailFailed(failureOf(error as Reply), { answered: responseCode !== undefined, detail }, error)
}

function failureOf({ code, responseCode = 0, command = '' }: Reply): MailFailure {
  const isForGood = responseCode >= 500
  if (isForGood && (code === 'EAUTH' || /^AUTH/.test(command))) return 'login'
  // Servers that want a login say so at the first command that needs one.
  if (responseCode === 530 || responseCode === 535) return 'login'
  if (isForGood && command === 'MAIL FROM') return 'sender'
  if (isForGood && (code === 'EENVELOPE' || code === 'EMESSAGE')) return 'refused'
  if (responseCode >= 400 && responseCode < 500) return 'busy'
  if (responseCode === 0 && code === 'EENVELOPE' && command === 'API') return 'refused'
  if (responseCode === 0 && code === 'EAUTH') return 'login'
  return 'unreachable'
}
