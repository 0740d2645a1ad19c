import type { Kysely } from 'kysely'
import { type Config, knownSettings, placeOfKey, readConfigFile } from '../config/config.ts'
import { configFile, writeSettings } from '../config/config-file.ts'
import { resealing } from '../config/sealed-file.ts'
import { addSecretKey, dropOldKeys, replaceLostKey, sealingKeys } from '../config/secret-key.ts'
import type { Db } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { open, type SealingKey, seal } from '../lib/crypto.ts'
import { remember } from '../system/settings.ts'
import { KEY_ID } from './key-check.ts'
import { placeOf } from './seals.ts'
import { replaceSealed, type SealedRow, sealedRows } from './store.ts'

export type Rotated = { key_id: string; resealed: number; unreadable: number }

/**
 * Makes a new secret key and seals everything with it; the old one stays beside it until that is done and is then forgotten, so a kill in the middle leaves all readable
 * and a repeat goes on. The caller holds the data folder: a running server would go on sealing with the old one. Sign-ins end, and so do the signatures of sites.
 */
export async function rotateKey(config: Config, db: Kysely<Schema>): Promise<Rotated> {
  addSecretKey(config)
  return sealAgain(config, db)
}

/**
 * Begins anew with another key where the old one is lost for good; a key file that is there is set aside. Takes out the settings that nobody can read any more and
 * answers their names; `sealAgain` has to follow.
 */
export function replaceKey(data_dir: string): string[] {
  const key = placeOfKey(knownSettings({ flags: { data_dir } }))
  replaceLostKey(key)
  const changes = resealing(key, readConfigFile(configFile(data_dir)), { again: true })
  writeSettings(configFile(data_dir), changes)
  return Object.keys(changes).filter((name) => changes[name] === undefined)
}

/** Seals everything with the current key and forgets the others. */
export async function sealAgain(config: Config, db: Kysely<Schema>): Promise<Rotated> {
  const keys = sealingKeys(config)
  const counted = await db.transaction().execute((tx) => resealRows(tx, keys))
  const file = configFile(config.data_dir)
  writeSettings(file, resealing(config, readConfigFile(file), { again: true }))
  dropOldKeys(config)
  return { key_id: keys[0].id, ...counted }
}

// One transaction: a few rows, and the id of the key that fits them all.
async function resealRows(db: Db, keys: readonly [SealingKey, ...SealingKey[]]): Promise<Omit<Rotated, 'key_id'>> {
  const rows = await sealedRows(db)
  let resealed = 0
  for (const row of rows) {
    const text = textOf(row, keys)
    if (text === undefined) continue
    await replaceSealed(db, row, seal(keys[0], text, placeOf(row)))
    resealed++
  }
  await remember({ db }, KEY_ID, keys[0].id)
  return { resealed, unreadable: rows.length - resealed }
}

function textOf(row: SealedRow, keys: readonly SealingKey[]): string | undefined {
  try {
    return open(keys, row.text, placeOf(row))
  } catch {
    return undefined // sealed with a key that was lost before
  }
}
