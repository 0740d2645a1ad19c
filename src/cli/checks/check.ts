import type { Config } from '../../config/config.ts'
import type { Context } from '../../context.ts'
import type { Said } from '../shell/command.ts'

export type Status = 'ok' | 'warn' | 'fail'
export type Check = { name: string; status: Status; message: string }
export type Verdict = readonly [status: Status, ru: string, en: string]
/** What a check may look at; `ctx` only once the database is known to open. */
export type Patient = { config: Config; ctx: Context }
export type Say = (...said: Said) => string

export const ok = (ru: string, en: string): Verdict => ['ok', ru, en]
export const warn = (ru: string, en: string): Verdict => ['warn', ru, en]
export const fail = (ru: string, en: string): Verdict => ['fail', ru, en]
