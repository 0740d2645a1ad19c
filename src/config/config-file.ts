import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { AppError } from '../errors.ts'
import { checkSetting, knownSettings, loadConfig, placeOfKey, readConfigFile } from './config.ts'
import { type Changes, sealedChanges } from './sealed-file.ts'
import { secretKeyFile } from './secret-key.ts'

/** The file that holds a data folder's settings. */
export function configFile(data_dir: string): string {
  return join(data_dir, 'config.toml')
}

/**
 * Changes settings in a data folder's `config.toml`, keeping its comments and order; secret ones are sealed. Checked first, one by one and as a whole: INVALID_CONFIG
 * leaves the file as it was. A repeat changes nothing.
 */
export function changeConfigFile(data_dir: string, changes: Changes): void {
  const path = configFile(data_dir)
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) checkSetting(name, value)
  const wanted = { ...readConfigFile(path), ...changes }
  const key = placeOfKey(knownSettings({ flags: { data_dir } }))
  loadConfig({ flags: { secret_key_file: secretKeyFile(key), ...wanted, data_dir: join(data_dir, 'nowhere') } })
  writeSettings(path, sealedChanges(key, readConfigFile(path), changes))
}

/** Writes settings into a file as they are; what is there already is not written again. */
export function writeSettings(path: string, changes: Changes): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const after = withSettings(path, before, changes)
  if (after !== before) writeWhole(path, after)
}

/** A file's text with some settings changed; INVALID_CONFIG when it cannot be done safely. */
export function withSettings(path: string, before: string, changes: Changes): string {
  const after = Object.entries(changes).reduce((text, [name, value]) => withSetting(text, name, value), before)
  if (after !== before) assertSaysSo(path, after, changes)
  return after
}

/** The text with one setting changed: its own line, a new line in its table, or a new line above all tables. */
function withSetting(text: string, name: string, value: string | undefined): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const at = lineOf(lines, name)
  if (at !== undefined) lines.splice(at, 1, ...(value === undefined ? [] : [replaced(lines[at]!, value)]))
  else if (value !== undefined) insert(lines, name, value)
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

function lineOf(lines: string[], name: string): number | undefined {
  let table = ''
  for (const [at, line] of lines.entries()) {
    table = tableOf(line) ?? table
    const key = /^\s*([\w.-]+)\s*=/.exec(line)?.[1]
    if (key !== undefined && (table ? `${table}.${key}` : key) === name) return at
  }
  return undefined
}

function replaced(line: string, value: string): string {
  const [, head, comment = ''] = /^(\s*[\w.-]+\s*=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*\]|[^#]*?)(\s*#.*)?$/.exec(
    line,
  )!
  return `${head}${quoted(value)}${comment}`
}

function insert(lines: string[], name: string, value: string): void {
  const dot = name.lastIndexOf('.')
  const table = lines.findIndex((line) => dot > 0 && tableOf(line) === name.slice(0, dot))
  if (table >= 0) return void lines.splice(table + 1, 0, `${name.slice(dot + 1)} = ${quoted(value)}`)
  const firstTable = lines.findIndex((line) => tableOf(line) !== undefined)
  lines.splice(firstTable < 0 ? lines.length : firstTable, 0, `${name} = ${quoted(value)}`)
}

function tableOf(line: string): string | undefined {
  return /^\s*\[\s*([\w.-]+)\s*\]/.exec(line)?.[1]
}

// A JSON string is a TOML basic string; whole numbers read better bare.
function quoted(value: string): string {
  return /^[1-9]\d{0,8}$|^0$/.test(value) ? value : JSON.stringify(value)
}

// Values over several lines and other rarities are left to a person and an editor.
function assertSaysSo(path: string, text: string, changes: Changes): void {
  const tree = readTree(text)
  const differs = Object.entries(changes).some(([name, value]) => {
    const found = name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], tree)
    return tree === undefined || (found === undefined ? undefined : String(found)) !== value
  })
  if (!differs) return
  throw new AppError('INVALID_CONFIG', 400, {
    ru: `${path}: файл устроен слишком сложно, чтобы изменить его надёжно; поправьте его в редакторе`,
    en: `${path}: the file is too intricate to be changed safely; please edit it by hand`,
  })
}

function readTree(text: string): Record<string, unknown> | undefined {
  try {
    return parse(text)
  } catch {
    return undefined // the caller then says that the file must be edited by hand
  }
}

// Secrets may be inside; and a crash leaves either the old file or the new one.
function writeWhole(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
