import { botsByAssistant } from '../bots/bots.ts'
import { secretKey } from '../config/secret-key.ts'
import type { Context, TxContext } from '../context.ts'
import type { Dialog } from '../dialogs/dialogs.ts'
import { keyedHash, keyFor, sha256 } from '../lib/crypto.ts'
import { randomId } from '../lib/ids.ts'
import { MINUTE } from '../lib/time.ts'
import * as store from './store.ts'

export type Purpose = 'group' | 'operator' | 'dialog'

const LIFE = 15 * MINUTE // long enough to change to the telephone, short enough to be of no use to whoever finds it
const BYTES = 16 // 22 letters that Telegram takes in a link

/** A code that works once and for fifteen minutes; only its hash is kept. `subject_id` is whom or what it is about. */
export async function makeCode(
  ctx: Context,
  of: { tenant_id: number; purpose: Purpose; subject_id: number },
): Promise<{ code: string; expires_at: number }> {
  const code = randomId('', BYTES)
  const now = ctx.now()
  const expires_at = now + LIFE
  await store.deleteOldCodes(ctx.db, of.tenant_id, now)
  await store.insertCode(ctx.db, { ...of, code_hash: hashed(ctx, code), expires_at })
  return { code, expires_at }
}

/** Uses up a code of this tenant and purpose, in the transaction of what it opens; undefined for a wrong, old or used one. */
export function takeCode(
  ctx: TxContext,
  { code, ...of }: { tenant_id: number; purpose: Purpose; code: string },
): Promise<{ subject_id: number } | undefined> {
  return store.takeCode(ctx.db, { ...of, code_hash: hashed(ctx, code), now: ctx.now() })
}

/** A link that carries a dialog of the site over into Telegram; undefined when its assistant has no bot that works. */
export async function makeDialogCode(ctx: Context, dialog: Dialog): Promise<{ url: string } | undefined> {
  const { tenant_id, assistant_id, id: subject_id } = dialog
  const username = await botNameOf(ctx, assistant_id)
  if (!username) return undefined
  const { code } = await makeCode(ctx, { tenant_id, purpose: 'dialog', subject_id })
  return { url: `https://t.me/${username}?start=${code}` }
}

/** The name of the bot through which an assistant can be reached; undefined when there is none that works. */
export async function botNameOf(ctx: Context, assistant_id: number): Promise<string | undefined> {
  const bot = (await botsByAssistant(ctx, [assistant_id])).get(assistant_id)
  return bot?.is_enabled && bot.status !== 'unauthorized' ? bot.username || undefined : undefined
}

function hashed(ctx: Pick<Context, 'config'>, code: string): string {
  // Digested first, so a code of any length costs the same.
  return keyedHash(keyFor(secretKey(ctx.config), 'telegram-code'), sha256(code))
}
