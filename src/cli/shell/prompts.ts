import type { Said } from './command.ts'
import { misuse } from './errors.ts'
import { tell } from './output.ts'

type Globals = { json: boolean; yes: boolean }
type Asker = { globals: Globals; say: (...said: Said) => string }
export type Option<T> = { value: T; name: string; description?: string }

/** Whether somebody is there to answer: without a terminal on both sides a question would wait for ever. */
export function mayAsk({ json, yes }: Globals): boolean {
  return !json && !yes && process.stdin.isTTY === true && process.stdout.isTTY === true
}

/** Goes on after a yes, given now or with --yes; USAGE when nobody is there to say it, REFUSED after a no. */
export async function confirmed(asker: Asker, ...question: Said): Promise<boolean> {
  if (asker.globals.yes) return true
  if (!mayAsk(asker.globals)) throw misuse('подтвердите ключом --yes', 'confirm it with --yes')
  return promptYesNo(asker, question, false)
}

/** Asks for a line; `check` answers with what is wrong with it, or nothing. */
export async function promptLine(
  message: string,
  { fallback, check }: { fallback?: string; check?: (line: string) => string | undefined } = {},
): Promise<string> {
  const { input } = await import('@inquirer/prompts')
  const validate = (line: string) => check?.(line.trim()) ?? true
  return (await input({ message, validate, ...(fallback === undefined ? {} : { default: fallback }) })).trim()
}

/** Asks for one of a few. */
export async function promptChoice<T>({ say }: Pick<Asker, 'say'>, message: string, choices: Option<T>[]): Promise<T> {
  const { select } = await import('@inquirer/prompts')
  const keysHelpTip = () => say('стрелки — выбор, Enter — дальше', 'arrows to choose, Enter to go on')
  return select<T>({ message, choices, loop: false, theme: { style: { keysHelpTip } } })
}

/** Asks yes or no in the person's language. */
export async function promptYesNo(asker: Pick<Asker, 'say'>, question: Said, fallback: boolean): Promise<boolean> {
  const yes = { value: true, name: asker.say('Да', 'Yes') }
  const no = { value: false, name: asker.say('Нет', 'No') }
  return promptChoice(asker, asker.say(...question), fallback ? [yes, no] : [no, yes])
}

/** Asks for a secret without showing it; twice where a slip would lock its owner out. */
export async function promptSecret(
  { say }: Pick<Asker, 'say'>,
  { prompt, twice, check }: { prompt: Said; twice?: boolean; check?: (secret: string) => string | undefined },
): Promise<string> {
  const { password } = await import('@inquirer/prompts')
  const theme = { style: { keysHelpTip: () => undefined } }
  const empty = say('нужно что-нибудь ввести', 'something is needed')
  const validate = (secret: string) => (secret === '' ? empty : (check?.(secret) ?? true))
  for (;;) {
    const secret = await password({ message: say(...prompt), mask: '•', validate, theme })
    if (!twice) return secret
    const again = await password({ message: say('Ещё раз', 'Once more'), mask: '•', theme })
    if (secret === again) return secret
    tell(say('  Не совпало, попробуйте снова.', '  They differ, please try again.'))
  }
}
