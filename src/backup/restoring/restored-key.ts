import { existsSync } from 'node:fs'
import { copyFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { knownSettings, placeOfKey } from '../../config/config.ts'
import { secretKeyFile, secretKeyIdIn } from '../../config/secret-key.ts'
import { type Manifest, SECRET_KEY } from '../archive/manifest.ts'

/** Whether the secret key that is there now opens what the backup holds. */
export type KeyState = { state: 'fits' | 'missing' | 'differs'; file: string }

/**
 * Finds the key for what was restored: the one in the backup, which has moved in already, the one of the folder that was put aside, or the one an admin brought.
 * A key is never overwritten. Answers what a person has to know.
 */
export async function bringKey({
  data_dir,
  put_aside,
  manifest,
}: {
  data_dir: string
  put_aside: string | null
  manifest: Manifest
}): Promise<KeyState> {
  // The settings that were restored say where; they cannot be read whole without it.
  const file = secretKeyFile(placeOfKey(knownSettings({ flags: { data_dir } })))
  const candidates = [join(data_dir, SECRET_KEY), ...(put_aside === null ? [] : [join(put_aside, SECRET_KEY)])]
  const fitting = candidates.find((path) => path !== file && fits(path, manifest))
  if (!existsSync(file) && fitting !== undefined) await copyFile(fitting, file)
  if (!existsSync(file)) return { state: 'missing', file }
  return { state: fits(file, manifest) ? 'fits' : 'differs', file }
}

/** Sets the key that lies in a folder aside when the one about to move in is another. */
export async function makeWayForKey(data_dir: string, folder: string): Promise<void> {
  const [there, coming] = [join(data_dir, SECRET_KEY), join(folder, SECRET_KEY)]
  if (!existsSync(there) || !existsSync(coming)) return
  if (secretKeyIdIn(there) !== secretKeyIdIn(coming)) await rename(there, `${there}.before-restore`)
}

function fits(path: string, { key_id }: Manifest): boolean {
  return existsSync(path) && (key_id === null || secretKeyIdIn(path) === key_id)
}
