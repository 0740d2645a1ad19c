import { loadConfig } from '../../src/config/config.ts'
import type { Context } from '../../src/context.ts'
import { inTransaction } from '../../src/db/database.ts'
import type { Kind } from '../../src/email/kinds.ts'
import { type Letter, writeLetter } from '../../src/email/write.ts'
import { workDueTasks } from '../../src/events/work.ts'
import { SECOND } from '../../src/lib/time.ts'
import { openOutside } from '../../src/outside/outside.ts'
import { openSmtp } from '../../src/outside/smtp.ts'
import { startTestApp, type TestApp, until } from '../helpers/app.ts'
import type { EngineName } from '../helpers/engines.ts'
import { headersOf, type Mailbox } from '../helpers/mailbox.ts'

const PATIENCE = 10 * SECOND // of silence that our side bears; a test of silence sets its own

export type MailApp = TestApp & {
  /** Moves the clock on; what is due by then has run. */
  pass: (ms: number) => Promise<void>
  letters: () => Promise<
    { id: number; state: string; reason: string | null; detail: string | null; sealed: string | null }[]
  >
}

/** The appliance with this mail server (or none), at a standing clock. */
export async function aMailApp(
  mailbox: Pick<Mailbox, 'url'> | undefined,
  options: { engine?: EngineName; flags?: Record<string, string>; patience?: number } = {},
): Promise<MailApp> {
  let now = Date.now()
  const from = 'Магазин <shop@example.com>'
  const mail: Record<string, string> = mailbox ? { 'smtp.url': mailbox.url, 'smtp.from': from } : {}
  const flags: Record<string, string> = { registration: 'open', ...mail, ...options.flags }
  const outside = openOutside(loadConfig({ env: {}, flags: { data_dir: '/nonexistent' } }))
  if (mailbox)
    outside.smtp = openSmtp({ url: flags['smtp.url'] ?? mailbox.url, from, patience: options.patience ?? PATIENCE })
  const engine = options.engine ? { engine: options.engine } : {}
  const app = await startTestApp({ ...engine, flags, overrides: { now: () => now, outside } })
  const { ctx } = app
  const due = () => ctx.db.selectFrom('tasks').select('id').where('due_at', '<=', now).executeTakeFirst()
  return Object.assign(app, {
    async pass(ms: number) {
      now += ms
      await workDueTasks(ctx)
      await until(async () => !(await due()))
    },
    letters: () =>
      ctx.db.selectFrom('email_outbox').select(['id', 'state', 'reason', 'detail', 'sealed']).orderBy('id').execute(),
  })
}

/** Writes a letter as any part of the program would. */
export function write<K extends Kind>(ctx: Context, letter: Omit<Letter<K>, 'tenant_id' | 'locale'>) {
  return inTransaction(ctx, (ctx) => writeLetter(ctx, { tenant_id: 1, locale: 'ru', ...letter } as Letter<K>))
}

/** A letter whose content does not matter. */
export const NOTE = { kind: 'test', to: 'anna@example.com', data: { host: 'shop' } } as const

/** What a mailbox tells repeats by. */
export const messageId = (letter: string) => /^message-id: (\S+)/im.exec(headersOf(letter))?.[1]
