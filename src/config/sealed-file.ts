import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Setting, settings } from './env.ts'
import { isSealed, openSetting, sealSetting } from './sealed-setting.ts'
import { makeSecretKey, secretKeyFile, type Where } from './secret-key.ts'

/** Settings by dotted name as a person writes them; undefined takes the line out. */
export type Changes = Record<string, string | undefined>

// Without the secret one the other is refused, and nothing would start.
const PARTNERS: Record<string, string> = { 'smtp.url': 'smtp.from', 'tbank.password': 'tbank.terminal_key' }

/** The changes as they are written into a file: secret ones sealed, and those left out that are there already. */
export function sealedChanges(key: Where, file: Record<string, string>, changes: Changes): Changes {
  const pairs = Object.entries(changes).map(([name, value]): [string, string | undefined] => {
    if (value === undefined || !isSecret(name)) return [name, value]
    const there = file[name]
    const isSame = there !== undefined && isSealed(there) && openSetting(key, name, there) === value
    return [name, isSame ? there : sealFirst(key, name, value)]
  })
  return Object.fromEntries(pairs)
}

/** What must change in a file for all its secrets to be sealed with the current key. Without `again` those that are sealed stay as they are; what cannot be opened is taken out. */
export function resealing(key: Where, file: Record<string, string>, { again }: { again: boolean }): Changes {
  const changes: Changes = {}
  for (const [name, value] of Object.entries(file)) {
    if (!isSecret(name) || (isSealed(value) && !again)) continue
    const clear = isSealed(value) ? openOrNothing(key, name, value) : value
    changes[name] = clear === undefined ? undefined : sealFirst(key, name, clear)
    const partner = PARTNERS[name]
    if (clear === undefined && partner !== undefined && partner in file) changes[partner] = undefined
  }
  return changes
}

// Settings may be written before anything else is there: then there is nothing yet that another key has sealed.
function sealFirst(key: Where, name: string, value: string): string {
  if (!existsSync(secretKeyFile(key)) && !existsSync(join(key.data_dir, 'replyx.db'))) makeSecretKey(key)
  return sealSetting(key, name, value)
}

function openOrNothing(key: Where, name: string, value: string): string | undefined {
  try {
    return openSetting(key, name, value)
  } catch {
    return undefined // its key is lost: the setting has to be given again
  }
}

function isSecret(name: string): boolean {
  return (settings as readonly Setting[]).some((setting) => setting.name === name && setting.secret === true)
}
