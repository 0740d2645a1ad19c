import { existsSync } from 'node:fs'
import { makeSecretKey, sealingKeys, secretKeyFile, wrongKey } from '../config/secret-key.ts'
import type { Context } from '../context.ts'
import { open, sealedBy } from '../lib/crypto.ts'
import { recall, remember } from '../system/settings.ts'
import { placeOf } from './seals.ts'
import { sealedRows } from './store.ts'

/** Where the appliance remembers which key its secrets are sealed with. */
export const KEY_ID = 'secret_key.id'

type Ctx = Pick<Context, 'config' | 'db'>

/**
 * Makes the secret key of a fresh appliance; of any other makes sure that the key that is there is the one its secrets were sealed with.
 * Throws SECRET_KEY_MISSING or WRONG_SECRET_KEY, and overwrites nothing.
 */
export async function settleKey(ctx: Ctx): Promise<void> {
  const known = (await recall(ctx, KEY_ID)) || undefined
  const path = secretKeyFile(ctx.config)
  if (known === undefined && !existsSync(path) && (await sealedRows(ctx.db)).length === 0) makeSecretKey(ctx.config)
  const keys = sealingKeys(ctx.config)
  const fits = known === undefined ? await opensWhatIsSealed(ctx) : keys.some(({ id }) => id === known)
  if (!fits) throw wrongKey(path)
  if (known === undefined) await remember(ctx, KEY_ID, keys[0].id)
}

/** Lets the next start make a new key, when nothing would be lost by it. */
export async function forgetKeyIfUnused({ db }: Pick<Context, 'db'>): Promise<void> {
  if ((await sealedRows(db)).length === 0) await remember({ db }, KEY_ID, '')
}

// A database from before keys had ids: what is sealed tells.
async function opensWhatIsSealed({ config, db }: Ctx): Promise<boolean> {
  const rows = await sealedRows(db)
  const keys = sealingKeys(config)
  return rows.length === 0 || rows.some((row) => canOpen(row, keys))
}

function canOpen(row: Parameters<typeof placeOf>[0] & { text: string }, keys: ReturnType<typeof sealingKeys>): boolean {
  const id = sealedBy(row.text)
  if (id !== undefined) return keys.some((key) => key.id === id)
  try {
    open(keys, row.text, placeOf(row))
    return true
  } catch {
    return false
  }
}
