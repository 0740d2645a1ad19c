import { normaliseDomains } from '../../assistants/domains.ts'
import { TEMPLATES, type TemplateName } from '../../assistants/prompts.ts'
import { given } from '../../config/at-hand.ts'
import { AppError, type Locale } from '../../errors.ts'
import { assertGoodPassword } from '../../users/password.ts'
import { Email } from '../../users/shapes.ts'
import type { Globals } from '../shell/command.ts'
import { misuse } from '../shell/errors.ts'
import { mayAsk, type Option, promptChoice, promptLine, promptSecret, promptYesNo } from '../shell/prompts.ts'
import { newPassword, secretAtHand } from '../shell/secrets.ts'

export type SetupFlags = {
  locale?: Locale | undefined
  email?: string | undefined
  passwordFile?: string | undefined
  passwordStdin?: boolean | undefined
  assistant?: string | undefined
  template?: TemplateName | undefined
  domains?: string | undefined
  model?: string | undefined
  demo?: boolean | undefined
  port?: string | undefined
}
export type NewAssistant = { name: string; template: TemplateName; domains: string[]; model: string }
export type Wishes = {
  email: string
  password: string
  /** Nobody has seen the password yet, so it must be shown once. */
  is_generated: boolean
  assistant: NewAssistant | undefined
  demo: boolean
}
type Say = (ru: string, en: string) => string

const LABELS: Record<TemplateName, readonly [string, string]> = {
  support: ['Поддержка покупателей', 'Customer support'],
  sales: ['Помощь с выбором и покупкой', 'Help with choosing and buying'],
  faq: ['Короткие ответы на частые вопросы', 'Short answers to common questions'],
  universal: ['Универсальный', 'Universal'],
}

/** The flags, completed from `REPLYX_SETUP_*`. USAGE for a template or language that there is not. */
export function withTwins(flags: SetupFlags): SetupFlags {
  const twin = (name: string) => given(`setup.${name}`)
  const demo = twin('demo')
  return {
    locale: flags.locale ?? oneOf(['ru', 'en'], twin('locale'), '--locale'),
    email: flags.email ?? twin('email'),
    passwordFile: flags.passwordFile ?? (flags.passwordStdin ? undefined : twin('password_file')),
    passwordStdin: flags.passwordStdin,
    assistant: flags.assistant ?? twin('assistant'),
    template: flags.template ?? oneOf(TEMPLATES, twin('template'), '--template'),
    domains: flags.domains ?? twin('domains'),
    model: flags.model ?? twin('model'),
    demo: flags.demo ?? (demo === undefined ? undefined : ['1', 'true', 'yes'].includes(demo)),
    port: flags.port ?? twin('port'),
  }
}

/** Asks which language to go on in. */
export function askLocale(): Promise<Locale> {
  const choices: Option<Locale>[] = [
    { value: 'ru', name: 'Русский' },
    { value: 'en', name: 'English' },
  ]
  return promptChoice({ say: (ru, en) => `${ru} / ${en}` }, 'Язык / Language', choices)
}

/** What the flags leave open: asked for at a terminal, else the modest default, or USAGE naming the flag that is missing. `models` are the local ones to offer. */
export async function gatherWishes(
  flags: SetupFlags,
  { globals, say, models }: { globals: Globals; say: Say; models: () => Promise<string[]> },
): Promise<Wishes> {
  const asks = mayAsk(globals)
  const email =
    flags.email ??
    (asks ? await promptLine(say('E-mail администратора', 'E-mail of the admin'), emailCheck(say)) : missing('--email'))
  if (!Email.safeParse(email).success)
    throw misuse(`--email: «${email}» — не адрес`, `--email: «${email}» is not an address`)
  const password = passwordAtHand(flags) ?? (await otherPassword({ asks, globals, say }))
  assertGoodPassword(password.text)
  const demo = flags.demo ?? (asks && flags.assistant === undefined ? await askDemo(say) : false)
  const assistant =
    asks || flags.assistant !== undefined ? await gatherAssistant(flags, { asks, say, models, demo }) : undefined
  return { email, password: password.text, is_generated: password.is_generated, assistant, demo }
}

type Password = { text: string; is_generated: boolean }

function passwordAtHand(flags: SetupFlags): Password | undefined {
  const { passwordFile: file, passwordStdin: stdin } = flags
  const text = secretAtHand({ file, stdin, twin: 'setup.password', flag: '--password-file', prompt: ['', ''] })
  return text === undefined ? undefined : { text, is_generated: false }
}

async function otherPassword({ asks, globals, say }: { asks: boolean; globals: Globals; say: Say }): Promise<Password> {
  if (!asks && !globals.yes) missing('--password-file')
  const own =
    asks &&
    (await promptChoice({ say }, say('Пароль', 'Password'), [
      { value: true, name: say('Придумаю сам', 'I choose it') },
      { value: false, name: say('Придумайте за меня и покажите один раз', 'Make one up and show it once') },
    ]))
  if (!own) return { text: newPassword(), is_generated: true }
  const text = await promptSecret({ say }, { prompt: ['Пароль', 'Password'], twice: true, check: passwordCheck(say) })
  return { text, is_generated: false }
}

function askDemo(say: Say): Promise<boolean> {
  return promptYesNo(
    { say },
    ['Загрузить магазин-образец, чтобы сразу попробовать?', 'Load a sample shop to try it at once?'],
    true,
  )
}

async function gatherAssistant(
  flags: SetupFlags,
  { asks, say, models, demo }: { asks: boolean; say: Say; models: () => Promise<string[]>; demo: boolean },
): Promise<NewAssistant | undefined> {
  const mine: readonly [string, string] = demo
    ? ['Создать и своего первого ассистента?', 'Make your own first assistant as well?']
    : ['Создать первого ассистента?', 'Make the first assistant?']
  if (asks && flags.assistant === undefined && !(await promptYesNo({ say }, mine, !demo))) return undefined
  const name =
    flags.assistant ??
    (await promptLine(say('Имя ассистента', 'Name of the assistant'), { fallback: say('Помощник', 'Helper') }))
  const template = flags.template ?? (asks ? await askTemplate(say) : 'universal')
  const domains =
    flags.domains ?? (asks ? await promptLine(domainQuestion(say), { fallback: '', check: domainCheck(say) }) : '')
  const model = flags.model ?? (asks ? await askModel(say, await models()) : 'builtin')
  return { name, template, domains: normaliseDomains(split(domains), 'domains'), model }
}

function askTemplate(say: Say): Promise<TemplateName> {
  const message = say('Чем он занят', 'What it does')
  return promptChoice(
    { say },
    message,
    TEMPLATES.map((value) => ({ value, name: say(...LABELS[value]) })),
  )
}

async function askModel(say: Say, models: string[]): Promise<string> {
  if (models.length === 0) return 'builtin'
  const builtin = {
    value: 'builtin',
    name: say('Встроенный (словами документов)', "Built in (the documents' own words)"),
  }
  const local = models.map((value) => ({ value, name: value }))
  return promptChoice({ say }, say('Найден Ollama. Чем отвечать', 'Ollama was found. Answer with'), [builtin, ...local])
}

function domainQuestion(say: Say): string {
  return say('Сайт, где появится виджет (можно пропустить)', 'Site that will show the widget (may be skipped)')
}

function emailCheck(say: Say) {
  return {
    check: (line: string) =>
      Email.safeParse(line).success ? undefined : say('Это не адрес', 'This is not an address'),
  }
}

function passwordCheck(say: Say) {
  return (secret: string) => refusal(say, () => assertGoodPassword(secret))
}

function domainCheck(say: Say) {
  return (line: string) => refusal(say, () => normaliseDomains(split(line), 'domains'))
}

function refusal(say: Say, check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof AppError) return say(error.texts.ru, error.texts.en).replace(/^\w+: /, '')
    throw error
  }
}

function split(list: string): string[] {
  return list.split(/[\s,]+/).filter(Boolean)
}

function oneOf<T extends string>(words: readonly T[], word: string | undefined, flag: string): T | undefined {
  if (word === undefined || words.includes(word as T)) return word as T | undefined
  throw misuse(`${flag}: есть ${words.join(', ')}`, `${flag}: there is ${words.join(', ')}`)
}

function missing(flag: string): never {
  throw misuse(
    `не хватает ${flag} (без терминала вопросы задать некому)`,
    `${flag} is missing (without a terminal there is nobody to ask)`,
  )
}
