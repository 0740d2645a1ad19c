import { createTransport } from 'nodemailer'
import { SECOND } from '../lib/time.ts'

type Letter = { to: string; subject: string; text: string; message_id: string }
export type Smtp = { send: (letter: Letter) => Promise<void>; close: () => void }

/** Sends composed letters through one mail server; nodemailer's errors (with `responseCode`) pass through as accidents. */
export function openSmtp(options: { url: string; from: string }): Smtp {
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: 10 * SECOND,
    socketTimeout: 30 * SECOND,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ message_id, ...letter }) {
      // One Message-ID per logical letter: a repeat after a lost answer can be told by the mailbox.
      await transport.sendMail({ ...letter, from: options.from, messageId: `<${message_id}@replyx>` })
    },
    close: () => transport.close(),
  }
}
