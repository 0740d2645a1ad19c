import type { ClientOptions } from 'ws'
import type { Context } from '../../src/context.ts'
import { startTestApp } from '../helpers/app.ts'
import type { EngineName } from '../helpers/engines.ts'
import { aGuest, anAssistant, signUp } from '../helpers/people.ts'
import { openSocket, type Refused } from './client.ts'

/** An owner, a visitor with a dialog, and sockets for both. */
export async function aTalk(
  flags: Record<string, string> = {},
  overrides: Partial<Context> = {},
  engine: EngineName = 'sqlite',
) {
  const app = await startTestApp({ flags, overrides, engine })
  const anna = await signUp(app, 'anna')
  const assistant = await anAssistant(app, anna, { allowed_domains: ['shop.example'] })
  const guest = await aGuest(app, assistant)
  const staffUrl = `${app.url}/ws/dialogs/${guest.dialog_id}?token=${anna.token}`
  const guestUrl = `${app.url}/ws/widget/dialogs/${guest.dialog_id}?visitor_token=${guest.token}`
  return {
    app,
    anna,
    assistant,
    guest,
    staffUrl,
    guestUrl,
    asStaff: (more = '', options?: ClientOptions) => openSocket(staffUrl + more, options),
    asGuest: (more = '', options?: ClientOptions) => openSocket(guestUrl + more, options),
    sockets: () => [...app.ctx.connections.all()].length,
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

/** How a refused handshake was answered; fails when the socket opens. */
export async function refusedHandshake(url: string, options: ClientOptions = {}): Promise<Refused> {
  return openSocket(url, options).then(
    (client) => {
      client.close()
      throw new Error('the socket opened')
    },
    (refusal: Refused) => refusal,
  )
}

/** How an opened socket was closed, and with which error before. */
export async function closing(url: string, options: ClientOptions = {}) {
  const client = await openSocket(url, options)
  const { code, reason } = await client.closed
  return { code, reason, error: client.of('error')[0]?.code }
}
