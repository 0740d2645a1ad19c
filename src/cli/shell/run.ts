import { existsSync } from 'node:fs'
import { z } from 'zod'
import { type Config, knownSettings, loadConfig } from '../../config/config.ts'
import type { Context } from '../../context.ts'
import { AppError, type Locale } from '../../errors.ts'
import { oneLine } from '../../lib/text.ts'
import type { Call, Command, Globals, Said } from './command.ts'
import { errors, exitCodeOf, misuse } from './errors.ts'
import { paint, printAnswer, printRefusal, tell } from './output.ts'

type Given = Record<string, unknown>

/** Runs one command from what was typed to its exit code: parse, open what it needs, run, print, close. Never throws. */
export async function runCommand(command: Command, given: Given, globals: Globals): Promise<number> {
  try {
    const input = parse(command, given, globals.locale)
    const say = (...[ru, en]: Said) => (globals.locale === 'en' ? en : ru)
    return await withMeans(command, given, globals, async (means) => {
      const answer = await command.run({ ...means, input, globals, say } as Call<never, never>)
      if (answer) printAnswer(answer, globals.json)
      return answer?.exit ?? 0
    })
  } catch (error) {
    return explainFailure(error, globals)
  }
}

/** Says what went wrong, a decision or an accident, and answers with the exit code. */
export function explainFailure(error: unknown, globals: Globals): number {
  const refusal = asRefusal(error)
  if (refusal) {
    printRefusal(refusal, globals)
    return exitCodeOf(refusal)
  }
  const message = oneLine(error instanceof Error ? error.message : String(error))
  if (globals.json)
    process.stdout.write(`${JSON.stringify({ error: { code: 'INTERNAL_ERROR', message, details: {} } })}\n`)
  tell(`${paint('red', '✗', process.stderr)} ${accident(message, globals)}`)
  if (globals.verbose && error instanceof Error) tell(String(error.stack))
  return 1
}

function accident(message: string, { locale, verbose }: Globals): string {
  const sentence = locale === 'en' ? `It did not work: ${message}` : `Не получилось: ${message}`
  if (verbose) return sentence
  return locale === 'en' ? `${sentence}. For details add --verbose` : `${sentence}. Подробности покажет --verbose`
}

function asRefusal(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error
  const { name, code, path } = error as NodeJS.ErrnoException
  if (name === 'ExitPromptError') return new AppError('CANCELLED', 500, { ru: 'Прервано', en: 'Cancelled' })
  if (code === 'ENOENT' && path)
    return new AppError('NOT_FOUND', 404, { ru: 'Нет такого файла', en: 'There is no such file' }, { path })
  if ((code === 'EACCES' || code === 'EPERM') && path)
    return new AppError('NO_ACCESS', 403, { ru: `Нет доступа: ${path}`, en: `No access: ${path}` })
  if (code === 'EADDRINUSE') return errors.PORT_TAKEN()
  return undefined
}

async function withMeans(
  { needs, settings }: Command,
  given: Given,
  globals: Globals,
  work: (means: { config?: Config; ctx?: Context }) => Promise<number>,
): Promise<number> {
  if (needs === 'nothing') return work({})
  const flags: Record<string, string | undefined> = { data_dir: globals.data_dir }
  for (const name of settings) if (given[name] !== undefined) flags[name] = String(given[name])
  const config = loadConfig({ flags })
  if (needs === 'config') return work({ config })
  const { databaseFile } = await import('../../db/database.ts')
  if (needs === 'data' && !config.database_url && !existsSync(databaseFile(config)))
    throw errors.NO_DATA({ data_dir: config.data_dir })
  return withContext(config, { globals, flags }, work)
}

async function withContext(
  config: Config,
  { globals, flags }: { globals: Globals; flags: Record<string, string | undefined> },
  work: (means: { config: Config; ctx: Context }) => Promise<number>,
): Promise<number> {
  const [{ openContext, closeContext }, { openLog }] = await Promise.all([
    import('../../app.ts'),
    import('../../lib/log.ts'),
  ])
  const ctx = await openContext(config, { log: openLog({ level: logLevel(config, globals, flags) }) })
  try {
    return await work({ config, ctx })
  } finally {
    await closeContext(ctx)
  }
}

// A person at a terminal wants the answer, not the log of how it came about, unless they asked for it.
function logLevel(config: Config, { verbose }: Globals, flags: Record<string, string | undefined>): string {
  if (verbose) return 'debug'
  const isChosen = knownSettings({ flags }).some(({ name, origin }) => name === 'log_level' && origin !== 'default')
  return isChosen ? config.log_level : 'error'
}

function parse({ shape, usage }: Command, given: Given, locale: Locale): unknown {
  const result = shape.safeParse(given, { error: (locale === 'en' ? z.locales.en() : z.locales.ru()).localeError })
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const name = String(issue.path[0] ?? '')
  const isArgument = new RegExp(`[<[]${name}(\\.\\.\\.)?[>\\]]`).test(usage)
  const flag = `--${name.replace(/[A-Z_]/g, (letter) => `-${letter.toLowerCase().replace('_', '')}`)}`
  const shown = isArgument ? `<${name}>` : flag
  if (given[name] === undefined) throw misuse(`не хватает ${shown}`, `${shown} is missing`)
  throw misuse(`${shown}: ${issue.message}`, `${shown}: ${issue.message}`)
}
