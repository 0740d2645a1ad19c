import { Command as Parser } from 'commander'
import type { Noun } from '../main.ts'
import type { Command, Globals, Said } from './command.ts'
import { paint, tell } from './output.ts'

type Frame = { argv: string[]; globals: Globals; version: string }
type Built = { program: Parser; exitCode: () => number }

const TITLES: Record<string, string> = {
  'Usage:': 'Как вызвать:',
  'Arguments:': 'Аргументы:',
  'Options:': 'Ключи:',
  'Global Options:': 'Общие ключи:',
  'Commands:': 'Команды:',
}
// What the parser says, by its code; the words in quotes are taken over.
const REFUSALS: Record<string, Said> = {
  'commander.unknownCommand': ['нет такой команды: {}', 'there is no such command: {}'],
  'commander.unknownOption': ['нет такого ключа: {}', 'there is no such option: {}'],
  'commander.missingArgument': ['не хватает аргумента {}', 'the argument {} is missing'],
  'commander.optionMissingArgument': ['после {} нужно значение', '{} needs a value'],
  'commander.missingMandatoryOptionValue': ['не хватает {}', '{} is missing'],
  'commander.excessArguments': ['лишние аргументы', 'too many arguments'],
}

/** The parser of a command line: every noun by name, but only the one that was typed with all its words. */
export async function buildParser(nouns: Noun[], frame: Frame): Promise<Built> {
  let exit = 0
  const { globals } = frame
  const say = (...[ru, en]: Said) => (globals.locale === 'en' ? en : ru)
  const program = dressed(new Parser('replyx'), globals)
    .description(say('ReplyX отвечает клиентам по вашим документам', 'ReplyX answers customers from your documents'))
    .version(frame.version, '-V, --version', say('версия', 'version'))
    .option('--json', say('ответ для программ (JSON)', 'answer for programs (JSON)'))
    .option('-y, --yes', say('не спрашивать', 'ask nothing'))
    .option('--data-dir <folder>', say('папка данных', 'data folder'))
    .option('--verbose', say('подробности в случае неудачи', 'details when something fails'))
    .addHelpText('after', () => example(say, 'replyx setup'))
  const typed = typedNoun(frame.argv)
  const run = async (command: Command, given: Record<string, unknown>) => {
    const { runCommand } = await import('./run.ts')
    exit = await runCommand(command, given, globals)
  }
  for (const noun of nouns)
    program.addCommand(await nounParser(noun, { globals, say, run, isTyped: noun.name === typed }))
  return { program, exitCode: () => exit }
}

/** Says in the person's language what the parser refused; help and version are no refusals. */
export function translateUsage(error: { code: string; message: string }, { json, locale }: Globals): number {
  if (['commander.helpDisplayed', 'commander.version'].includes(error.code)) return 0
  if (error.code === 'commander.help') return 2 // it has just shown the help, because nothing was asked
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const known = REFUSALS[error.code]
  const [ru, en] = known ?? [error.message, error.message]
  const message = (locale === 'en' ? en : ru).replace('{}', quoted)
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: 'USAGE', message, details: {} } })}\n`)
  else tell(`${paint('red', '✗', process.stderr)} ${message}. ${locale === 'en' ? 'See --help' : 'Помощь: --help'}`)
  return 2
}

type Hand = {
  globals: Globals
  say: (...said: Said) => string
  run: (command: Command, given: Record<string, unknown>) => Promise<void>
  isTyped: boolean
}

async function nounParser(noun: Noun, hand: Hand): Promise<Parser> {
  const { globals, say, isTyped } = hand
  const loaded = isTyped ? await noun.load() : undefined
  if (loaded && isCommand(loaded)) return commandParser(loaded, hand)
  const about = noun.verbs ? `${say(...noun.about)}: ${noun.verbs.replaceAll(' ', ', ')}` : say(...noun.about)
  const parser = dressed(new Parser(noun.name), globals).description(about)
  for (const command of Object.values(loaded ?? {})) parser.addCommand(commandParser(command, hand))
  return parser
}

function commandParser(command: Command, { globals, say, run }: Hand): Parser {
  const [name = '', ...words] = command.usage.split(' ')
  const parser = dressed(new Parser(name), globals).description(say(...command.about))
  for (const word of words) parser.argument(word)
  for (const [flags, ru, en] of command.flags) parser.option(flags, say(ru, en))
  parser.addHelpText('after', () => example(say, command.example))
  return parser.action(async () => {
    const named = parser.registeredArguments.map((argument, at) => [argument.name(), parser.processedArgs[at]])
    await run(command, { ...parser.opts(), ...Object.fromEntries(named) })
  })
}

function dressed(parser: Parser, { locale, json }: Globals): Parser {
  const [help, titles] = locale === 'en' ? ['this help', {}] : ['эта справка', TITLES]
  return parser
    .helpOption('-h, --help', help)
    .helpCommand(false)
    .exitOverride()
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => (titles as Record<string, string>)[title] ?? title,
    })
    .configureOutput({ outputError: () => {}, writeErr: (text) => void (json || process.stderr.write(text)) })
}

function example(say: (...said: Said) => string, line: string): string {
  return `\n${say('Пример:', 'Example:')}\n  ${line}`
}

function isCommand(loaded: object): loaded is Command {
  return 'usage' in loaded
}

// Global flags may stand before the noun.
function typedNoun(argv: string[]): string | undefined {
  return argv.find((one, at) => !one.startsWith('-') && argv[at - 1] !== '--data-dir')
}
