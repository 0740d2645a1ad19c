import { z } from 'zod'
import type { Config } from '../../config/config.ts'
import type { Context } from '../../context.ts'
import type { Locale } from '../../errors.ts'

/** A sentence in both languages: Russian, English. */
export type Said = readonly [ru: string, en: string]
export type Globals = { json: boolean; yes: boolean; verbose: boolean; data_dir: string | undefined; locale: Locale }
/** What a command prints: `data` with --json, `text` without; `exit` when it is not 0. */
export type Answer = { data: unknown; text: string; exit?: number }

/** What must be there before a command runs: nothing, settings, a data folder in use, or one that is made when absent. */
export type Needs = 'nothing' | 'config' | 'data' | 'fresh'
type Means = {
  nothing: { config?: undefined; ctx?: undefined }
  config: { config: Config; ctx?: undefined }
  data: { config: Config; ctx: Context }
  fresh: { config: Config; ctx: Context }
}

/** One run of a command: what was asked, parsed, and the means to do it. */
export type Call<I, N extends Needs = 'data'> = Means[N] & {
  input: I
  globals: Globals
  say: (...said: Said) => string
}

export type Flag = readonly [flags: string, ru: string, en: string]
export type Command = {
  /** The verb with its arguments: `remove <id...>`. */
  usage: string
  about: Said
  example: string
  flags: readonly Flag[]
  shape: z.ZodType
  needs: Needs
  /** Settings that flags of this command outrank, by the name of the flag. */
  settings: readonly string[]
  run: (call: Call<never, never>) => Promise<Answer | undefined>
}

/** Declares one command: its words, the shape of its arguments and flags together, and its one call. */
export function command<S extends z.ZodType = z.ZodObject, N extends Needs = 'data'>(one: {
  usage: string
  about: Said
  example: string
  flags?: readonly Flag[]
  shape?: S
  needs?: N
  settings?: readonly string[]
  run: (call: Call<z.output<S>, N>) => Promise<Answer | undefined>
}): Command {
  return {
    flags: [],
    settings: [],
    ...one,
    shape: one.shape ?? z.object({}),
    needs: one.needs ?? 'data',
    run: one.run as unknown as Command['run'],
  }
}

/** A whole number as it is typed. */
export const Whole = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
/** An id as it is typed. */
export const TypedId = z
  .string()
  .regex(/^\d{1,15}$/, 'a number is needed')
  .transform(Number)
/** A list as it is typed: separated by commas. */
export const Listed = z.string().transform((text) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean),
)

/** The admin of the appliance, who runs these commands, sees every tenant. */
export { EVERYBODY } from '../../db/tenant.ts'
