import { randomInt } from 'node:crypto'
import { publicUrl } from '../config/config.ts'
import { secretKey } from '../config/secret-key.ts'
import type { Context, TxContext } from '../context.ts'
import { hasHadEnough, writeLetter } from '../email/write.ts'
import type { Locale } from '../errors.ts'
import { keyedHash, keyFor, sameText, sha256 } from '../lib/crypto.ts'
import { randomId } from '../lib/ids.ts'
import { DAY, HOUR, MINUTE } from '../lib/time.ts'
import type { Account } from '../users/users.ts'
import { errors } from './errors.ts'
import * as store from './store.ts'

const LIFE = { confirm: 15 * MINUTE, reset: HOUR }
const INVITATION_LIFE = 7 * DAY // an invited person may be on leave
const MAX_TRIES = 5 // five guesses of a million codes in fifteen minutes

/**
 * Writes a letter with a fresh code (the earlier one stops working), or one that says the account exists, in the caller's transaction.
 * A mailbox that has had enough of them gets none, and its code stays.
 */
export async function writeCodeLetter(
  ctx: TxContext,
  user: Pick<Account, 'id' | 'email'>,
  { kind, locale }: { kind: 'confirm' | 'reset' | 'known'; locale: Locale },
): Promise<void> {
  const { id: tenant_id, email: to } = user
  if (await hasHadEnough(ctx, kind, to)) return
  const letter = { to, locale, tenant_id }
  const url = `${publicUrl(ctx.config)}/console`
  if (kind === 'known') return void (await writeLetter(ctx, { ...letter, kind, data: { url } }))
  const code = await makeCode(ctx, tenant_id, kind)
  await writeLetter(ctx, { ...letter, kind, data: { code, url: `${url}/forgot` } })
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
export function makeInvitation(ctx: Context | TxContext, user_id: number): Promise<string> {
  return makeCode(ctx, user_id, 'reset', INVITATION_LIFE)
}

async function makeCode(
  ctx: Context | TxContext,
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
