import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { type Setting, settings } from './env.ts'
import { envName } from './env-name.ts'
import { isSealed, openSetting } from './sealed-setting.ts'
import type { Where } from './secret-key.ts'

export type Rate = { points: number; seconds: number }
type Settings = typeof settings
type Value<S> = S extends { shape: infer Z extends z.ZodType; fallback: infer F }
  ? z.infer<Z> | (F extends undefined ? undefined : never)
  : never
/** Every setting by its dotted name, parsed: `config['ollama.url']`. */
export type Config = { readonly [S in Settings[number] as S['name']]: Value<S> }
export type Origin = 'flag' | 'environment' | 'file' | 'default' | 'unset'
export type Known = { name: string; value: string | undefined; origin: Origin; secret: boolean; about: string }

/** Settings from flags, then environment, then `config.toml` in the data folder, then defaults. Throws INVALID_CONFIG naming the setting and where it was set. */
export function loadConfig(from: { flags?: Record<string, string | undefined>; env?: NodeJS.ProcessEnv } = {}): Config {
  const known = knownSettings(from)
  assertWhole(known)
  const config: Record<string, unknown> = {}
  for (const [index, one] of known.entries()) config[one.name] = parsed(opened(one, known), settings[index]!)
  config.data_dir = resolve(String(config.data_dir))
  return config as Config
}

/** Every setting with its raw value and where it comes from, in the order of the catalogue. */
export function knownSettings(
  from: { flags?: Record<string, string | undefined>; env?: NodeJS.ProcessEnv } = {},
): Known[] {
  const { flags = {}, env = process.env } = from
  const dir = flags.data_dir ?? env[envName('data_dir')] ?? './data'
  const file = readConfigFile(join(dir, 'config.toml'))
  return (settings as readonly Setting[]).map(({ name, fallback, secret = false, env: alias, about }) => {
    const found: [string | undefined, Origin][] = [
      [flags[name], 'flag'],
      [env[envName(name)] || (alias && env[alias]) || undefined, 'environment'],
      [file[name], 'file'],
      [fallback, 'default'],
    ]
    const [value, origin] = found.find(([value]) => value !== undefined) ?? [undefined, 'unset' as const]
    return { name, value, origin, secret, about }
  })
}

/** The file's settings by dotted name; an absent file has none, an unknown name is refused. */
export function readConfigFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {}
  const flat = flatten(parseTomlFile(path))
  const unknown = Object.keys(flat).find((name) => !settings.some((setting) => setting.name === name))
  if (unknown) throw refused(`${path}: «${unknown}» нет среди настроек`, `${path}: there is no setting «${unknown}»`)
  return flat
}

function parseTomlFile(path: string): Record<string, unknown> {
  try {
    return parseToml(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw refused(
      `${path}: не читается: ${(cause as Error).message}`,
      `${path}: cannot be read: ${(cause as Error).message}`,
    )
  }
}

function flatten(tree: Record<string, unknown>, above = ''): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [key, value] of Object.entries(tree)) {
    if (value && typeof value === 'object' && !Array.isArray(value)) {
      Object.assign(flat, flatten(value as Record<string, unknown>, `${above}${key}.`))
    } else flat[above + key] = Array.isArray(value) ? value.join(',') : String(value)
  }
  return flat
}

/** Checks one value as a person wrote it, before it is stored; throws INVALID_CONFIG with the reason. */
export function checkSetting(name: string, value: string): void {
  const setting = (settings as readonly Setting[]).find((one) => one.name === name)
  if (!setting) throw refused(`нет настройки «${name}»`, `there is no setting «${name}»`)
  parsed({ name, value, origin: 'flag', secret: false, about: '' }, setting)
}

/** The address under which the appliance is reached from outside, as far as it knows. */
export function publicUrl(config: Pick<Config, 'public_url' | 'host' | 'port'>): string {
  return config.public_url ?? `http://${config.host}:${config.port}`
}

// A sealed value stays sealed until somebody needs the settings, so that listing and changing them needs no key.
function opened(one: Known, all: Known[]): Known {
  if (!one.secret || one.value === undefined || !isSealed(one.value)) return one
  return { ...one, value: openSetting(placeOfKey(all), one.name, one.value) }
}

/** Where the secret key of these settings lies. */
export function placeOfKey(known: Known[]): Where {
  const value = (name: string) => known.find((one) => one.name === name)?.value
  return { data_dir: resolve(value('data_dir') ?? './data'), secret_key_file: value('secret_key_file') }
}

function parsed(known: Known, setting: Setting): unknown {
  if (known.value === undefined) return undefined
  const result = setting.shape.safeParse(known.value)
  if (result.success) return result.data
  const shown = known.secret ? '•••' : known.value
  const why = result.error.issues[0]?.message ?? ''
  throw refused(
    `настройка ${known.name} (${known.origin}) = «${shown}» не годится: ${why}`,
    `setting ${known.name} (${known.origin}) = «${shown}» is not valid: ${why}`,
  )
}

function assertWhole(known: Known[]): void {
  const value = (name: string) => known.find((one) => one.name === name)?.value
  if (Boolean(value('smtp.url')) !== Boolean(value('smtp.from'))) {
    throw refused('smtp.url и smtp.from задаются вместе', 'smtp.url and smtp.from go together')
  }
  if (value('tbank.terminal_key') && !value('tbank.password') && !value('tbank.password_file')) {
    throw refused(
      'для tbank.terminal_key нужен tbank.password или tbank.password_file',
      'tbank.terminal_key needs tbank.password or tbank.password_file',
    )
  }
  if (value('embedder.provider') !== 'none' && !value('embedder.model')) {
    throw refused('для embedder.provider нужен embedder.model', 'embedder.provider needs embedder.model')
  }
}

function refused(ru: string, en: string): AppError {
  return new AppError('INVALID_CONFIG', 400, { ru, en })
}
