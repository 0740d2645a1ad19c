import { z } from 'zod'
import { sealingKeys } from '../config/secret-key.ts'
import type { Context, TxContext } from '../context.ts'
import type { Locale } from '../errors.ts'
import { event } from '../events/event.ts'
import { publish } from '../events/publish.ts'
import { open, seal } from '../lib/crypto.ts'
import { randomId } from '../lib/ids.ts'
import { SECOND } from '../lib/time.ts'
import { Address, type Data, type Kind, kinds, kindsLike } from './kinds.ts'
import type { LetterRow } from './store.ts'
import * as store from './store.ts'

/** A letter may be sent, after a rest. `turn` says which of its tasks is the current one. */
export const letterDue = event(
  'email.letter.due',
  z.object({ tenant_id: z.int(), letter_id: z.int(), turn: z.int(), rest: z.int() }),
  ({ tenant_id }) => `email:${tenant_id}`,
)

export type Letter<K extends Kind = Kind> = {
  kind: K
  data: Data<K>
  /** One address. */
  to: string
  locale: Locale
  /** On whose behalf; the letter goes with that account. */
  tenant_id: number
  /** Who gets an answer to it, if not the sender. */
  reply_to?: string
  /** The occasion, so that the same one makes one letter. */
  once?: string
}
const Sealed = z.object({ data: z.record(z.string(), z.unknown()), reply_to: z.string().optional() })

/**
 * Writes a letter in the caller's transaction; it is sent after the commit. False, and nothing is written, when this occasion has its letter already
 * or strangers have caused too many letters of the kind to this mailbox. A `to` that is not one address is a ZodError.
 */
export async function writeLetter<K extends Kind>(ctx: TxContext, letter: Letter<K>): Promise<boolean> {
  const recipient = Address.parse(letter.to).toLowerCase()
  if (await hasHadEnough(ctx, letter.kind, recipient)) return false
  const { kind, locale, tenant_id, once = null } = letter
  const [message_id, now] = [randomId(), ctx.now()]
  const data = kinds[kind].data.parse(letter.data)
  const said = JSON.stringify({ data, reply_to: letter.reply_to && Address.parse(letter.reply_to) })
  const written = await store.insertLetter(ctx.db, {
    ...{ message_id, tenant_id, kind, locale, recipient, once, state: 'waiting', reason: null, detail: null },
    sealed: seal(sealingKeys(ctx.config)[0], said, placeOf(message_id)),
    ...{ due_at: now, good_until: now + kinds[kind].life, created_at: now, ended_at: null },
  })
  if (!written) return false
  await publish(ctx, letterDue, { tenant_id, letter_id: written.id, turn: written.turn, rest: 0 })
  return true
}

/** Whether a mailbox has had as many letters of this kind as strangers may cause; never for letters nobody else can cause. */
export async function hasHadEnough(ctx: Context | TxContext, kind: Kind, to: string): Promise<boolean> {
  const alike = kindsLike(kind)
  if (alike.length === 0) return false
  for (const { points, seconds } of [ctx.config['limits.letter'], ctx.config['limits.letters_day']]) {
    const since = ctx.now() - seconds * SECOND
    if ((await store.countSince(ctx.db, to.toLowerCase(), alike, since)) >= points) return true
  }
  return false
}

/** What a letter says, opened; undefined once forgotten. Throws when it was sealed with another key. */
export function contentOf(ctx: Pick<Context, 'config'>, letter: LetterRow) {
  if (letter.sealed === null) return undefined
  return Sealed.parse(JSON.parse(open(sealingKeys(ctx.config), letter.sealed, placeOf(letter.message_id))))
}

/** Puts a letter into the queue again, in the turn that it has now. */
export async function askToSend(ctx: TxContext, { id, tenant_id, turn }: LetterRow, rest = 0): Promise<void> {
  await publish(ctx, letterDue, { tenant_id, letter_id: id, turn, rest })
}

/** Forgets every letter of a tenant, and every one to an address. */
export async function forgetLettersOf(ctx: TxContext, of: { tenant_id: number; email: string }): Promise<void> {
  await store.deleteLettersOf(ctx.db, { tenant_id: of.tenant_id, recipient: of.email.toLowerCase() })
}

function placeOf(message_id: string): string {
  return `email_outbox:${message_id}:sealed`
}
