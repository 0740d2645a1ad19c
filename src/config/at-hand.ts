import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locale } from '../errors.ts'
import { envName } from './env-name.ts'

/** The appliance's language without loading the catalogue of settings: what a help page or a refusal of the settings themselves is written in. */
export function localeAtHand(data_dir?: string): Locale {
  const named = process.env[envName('locale')] || localeInFile(data_dir ?? process.env[envName('data_dir')] ?? './data')
  return named === 'en' ? 'en' : 'ru'
}

/** An answer given beforehand through the environment: `given('setup.email')` reads `REPLYX_SETUP_EMAIL`; empty counts as absent. */
export function given(name: string): string | undefined {
  return process.env[envName(name)] || undefined
}

function localeInFile(data_dir: string): string | undefined {
  const path = join(data_dir, 'config.toml')
  if (!existsSync(path)) return undefined
  return /^\s*locale\s*=\s*["'](\w+)["']/m.exec(readFileSync(path, 'utf8'))?.[1]
}

/** The environment of a child process: ours, with some more. */
export function environmentWith(more: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...more }
}
