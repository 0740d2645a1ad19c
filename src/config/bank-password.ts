import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'

/** The terminal's password, from the setting or the file it names; undefined when neither is set. */
export function bankPassword(config: Config): string | undefined {
  const file = config['tbank.password_file']
  return config['tbank.password'] ?? (file === undefined ? undefined : readFileSync(file, 'utf8').trim())
}
