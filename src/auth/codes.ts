import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { secretKey } from '../config/secret-key.ts'
import type { Context, TxContext } from '../context.ts'
import { event } from '../events/event.ts'
import { publish } from '../events/publish.ts'
import { keyedHash, keyFor, sameText, sha256 } from '../lib/crypto.ts'
import { randomId } from '../lib/ids.ts'
import { renderLetter } from '../lib/templates.ts'
import { DAY, HOUR, MINUTE } from '../lib/time.ts'
import { getUser } from '../users/users.ts'
import { errors } from './errors.ts'
import * as store from './store.ts'

const LIFE = { confirm: 15 * MINUTE, reset: HOUR }
const INVITATION_LIFE = 7 * DAY // an invited person may be on leave
const MAX_TRIES = 5 // five guesses of a million codes in fifteen minutes

/** Somebody needs a letter with a code, or one that says the account exists. Codes are made when the letter is sent, so none lies in a table in clear. */
export const letterWanted = event(
  'auth.letter.wanted',
  z.object({ tenant_id: z.int(), kind: z.enum(['confirm', 'reset', 'known']), locale: z.enum(['ru', 'en']) }),
  (letter) => `user:${letter.tenant_id}`,
)
type LetterWanted = z.infer<typeof letterWanted.shape>

/** Asks for a letter, in the caller's transaction. */
export async function askForLetter(ctx: TxContext, letter: LetterWanted): Promise<void> {
  await publish(ctx, letterWanted, letter)
}

/** Makes a fresh code (the earlier one stops working) and mails it. A repeat sends a second letter, of which only the last code works. */
export async function sendLetter(ctx: Context, { tenant_id, kind, locale }: LetterWanted): Promise<void> {
  const user = await getUser(ctx, tenant_id)
  const code = kind === 'known' ? '' : await makeCode(ctx, user.id, kind)
  const { subject, text } = renderLetter(`email/${kind}.${locale}.eta`, { code })
  await ctx.outside.smtp?.send({ to: user.email, subject, text, message_id: randomId() })
}

/** Uses up the confirmation code of an account; CONFIRMATION_CODE_EXPIRED for a wrong, old or used one, or after five tries. */
export async function useConfirmationCode(ctx: Context, user_id: number, code: string): Promise<void> {
  const stored = await store.tryCode(ctx.db, { user_id, purpose: 'confirm', now: ctx.now(), max_tries: MAX_TRIES })
  if (!stored || !sameText(stored.code_hash, hashed(ctx, code))) throw errors.CONFIRMATION_CODE_EXPIRED()
  const { numDeletedRows } = await store.deleteCode(ctx.db, user_id, 'confirm')
  if (numDeletedRows === 0n) throw errors.CONFIRMATION_CODE_EXPIRED()
}

/** Uses up a password code and answers whose it was. */
export async function useResetCode(ctx: TxContext, code: string): Promise<number> {
  const found = await store.takeCode(ctx.db, 'reset', hashed(ctx, code), ctx.now())
  if (!found) throw errors.CONFIRMATION_CODE_EXPIRED()
  return found.user_id
}

/** A code by which an invited person sets their first password within a week; the earlier one stops working. */
export function makeInvitation(ctx: Context, user_id: number): Promise<string> {
  return makeCode(ctx, user_id, 'reset', INVITATION_LIFE)
}

async function makeCode(
  ctx: Context,
  user_id: number,
  purpose: 'confirm' | 'reset',
  life = LIFE[purpose],
): Promise<string> {
  const code = purpose === 'confirm' ? String(randomInt(1_000_000)).padStart(6, '0') : randomId('', 32)
  const now = ctx.now()
  await store.putCode(ctx.db, {
    user_id,
    purpose,
    code_hash: hashed(ctx, code),
    expires_at: now + life,
    created_at: now,
  })
  return code
}

function hashed(ctx: Pick<Context, 'config'>, code: string): string {
  // Digested first, so a code of any length costs the same.
  return keyedHash(keyFor(secretKey(ctx.config), 'one-time-code'), sha256(code))
}
