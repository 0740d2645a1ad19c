import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { given } from '../../config/at-hand.ts'
import type { Flag, Said } from './command.ts'
import { misuse } from './errors.ts'
import { mayAsk, promptSecret } from './prompts.ts'

type Asker = { globals: { json: boolean; yes: boolean }; say: (...said: Said) => string }
/** Where a secret may come from, in this order: a file, stdin, the environment, a prompt. Never an argument: those show in process lists. */
export type SecretSource = {
  file?: string | undefined
  stdin?: boolean | undefined
  /** The dotted name of its environment twin. */
  twin: string
  /** The flag to name when it is missing. */
  flag: string
  prompt: Said
  /** Asked a second time, because nobody sees what is typed. */
  twice?: boolean
}

const MAX_SECRET = 10_000 // characters; a key or password is far below, a wrong file is not
// No letters or digits that look alike: a person copies this by hand.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz'
const SIGNS = `${LETTERS}${LETTERS.toUpperCase()}23456789`.replace(/[OI]/g, '')

export const passwordFlags: Flag[] = [
  ['--password-file <file>', 'файл с паролем', 'file with the password'],
  ['--password-stdin', 'пароль из стандартного ввода', 'the password from standard input'],
  ['--generate', 'придумать пароль и показать один раз', 'make up a password and show it once'],
]
export const passwordFields = {
  passwordFile: z.string().optional(),
  passwordStdin: z.boolean().optional(),
  generate: z.boolean().optional(),
}
type PasswordInput = z.infer<z.ZodObject<typeof passwordFields>>

/** The password that `passwordFlags` ask for: made up, at hand, or asked for twice. */
export async function passwordFor(asker: Asker, input: PasswordInput): Promise<string> {
  if (input.generate) return newPassword()
  const { passwordFile: file, passwordStdin: stdin } = input
  const prompt = ['Пароль', 'Password'] as const
  return readSecret(asker, { file, stdin, twin: 'password', flag: '--password-file', prompt, twice: true })
}

/** The secret from the first source that has it; USAGE naming the flag when none has. */
export async function readSecret(asker: Asker, source: SecretSource): Promise<string> {
  const found = secretAtHand(source)
  if (found !== undefined) return found
  if (mayAsk(asker.globals)) return promptSecret(asker, source)
  throw misuse(`не хватает ${source.flag}`, `${source.flag} is missing`)
}

/** The secret from a file, stdin or the environment, if one of them has it; only a line end behind it is dropped. */
export function secretAtHand({ file, stdin, twin, flag }: SecretSource): string | undefined {
  const text = stdin ? readFileSync(0, 'utf8') : file !== undefined ? readFileSync(file, 'utf8') : given(twin)
  if (text === undefined) return undefined
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw misuse(`${flag}: пусто`, `${flag}: it is empty`)
  if (secret.length > MAX_SECRET || secret.includes('\n'))
    throw misuse(`${flag}: нужна одна строка`, `${flag}: one line is needed`)
  return secret
}

/** A password that nobody can guess and a person can copy: about 93 bits, with letters and digits. */
export function newPassword(): string {
  const pick = (signs: string) => signs[randomInt(signs.length)]!
  const groups = Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => pick(SIGNS)).join(''))
  const password = groups.join('-')
  return /\d/.test(password) && /[a-z]/i.test(password) ? password : newPassword()
}
