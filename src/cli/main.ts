import { localeAtHand } from '../config/at-hand.ts'
import { programVersion } from '../lib/entry.ts'
import type { Command, Globals, Said } from './shell/command.ts'
import { buildParser, translateUsage } from './shell/parser.ts'

type Loaded = Record<string, Command>
/** A noun with several verbs, or a command that is its own noun; loaded only when it is the one that was typed. */
export type Noun = { name: string; about: Said; verbs?: string; load: () => Promise<Loaded | Command> }

/** The table of contents of the command line. */
const nouns: Noun[] = [
  {
    name: 'setup',
    about: ['подготовить всё к первому запуску', 'prepare everything for the first start'],
    load: async () => (await import('./setup.ts')).setup,
  },
  {
    name: 'start',
    about: ['запустить сервер', 'run the server'],
    load: async () => (await import('./server.ts')).start,
  },
  {
    name: 'stop',
    about: ['остановить сервер', 'stop the server'],
    load: async () => (await import('./server.ts')).stop,
  },
  {
    name: 'status',
    about: ['работает ли сервер', 'whether the server works'],
    load: async () => (await import('./server.ts')).status,
  },
  {
    name: 'ask',
    about: ['задать вопрос ассистенту', 'ask an assistant a question'],
    load: async () => (await import('./ask.ts')).ask,
  },
  {
    name: 'explain',
    about: ['на чём стоит ответ', 'what an answer stands on'],
    load: async () => (await import('./ask.ts')).explain,
  },
  {
    name: 'knowledge',
    about: ['документы и готовые ответы', 'documents and ready answers'],
    verbs: 'add import list remove reindex export',
    load: () => import('./knowledge.ts'),
  },
  {
    name: 'assistant',
    about: ['ассистенты', 'assistants'],
    verbs: 'list add show edit remove embed',
    load: () => import('./assistant.ts'),
  },
  {
    name: 'user',
    about: ['учётные записи', 'accounts'],
    verbs: 'add list show passwd block unblock delete balance',
    load: async () => ({ ...(await import('./user.ts')), ...(await import('./steps/balance.ts')) }),
  },
  {
    name: 'payment',
    about: ['платежи через банк', 'payments through the bank'],
    verbs: 'list show refund reconcile',
    load: () => import('./payment.ts'),
  },
  {
    name: 'email',
    about: ['письма: что ушло и что нет', 'letters: what went out and what did not'],
    verbs: 'outbox show retry test',
    load: () => import('./email.ts'),
  },
  {
    name: 'ledger',
    about: ['книга всех движений денег', 'the book of every movement of money'],
    verbs: 'verify',
    load: () => import('./ledger.ts'),
  },
  {
    name: 'ticket',
    about: ['обращения владельцев в поддержку', "owners' tickets to support"],
    verbs: 'list show answer close',
    load: () => import('./ticket.ts'),
  },
  {
    name: 'bot',
    about: ['боты Telegram', 'Telegram bots'],
    verbs: 'list add start stop remove test',
    load: () => import('./bot.ts'),
  },
  {
    name: 'operator',
    about: ['операторы: кто отвечает посетителям', 'operators: who answers visitors'],
    verbs: 'list add remove',
    load: () => import('./operator.ts'),
  },
  {
    name: 'token',
    about: ['ключи поставщиков моделей', 'keys of model providers'],
    verbs: 'list add test enable disable remove',
    load: () => import('./token.ts'),
  },
  { name: 'model', about: ['модели', 'models'], verbs: 'list pull use', load: () => import('./model.ts') },
  {
    name: 'config',
    about: ['настройки', 'settings'],
    verbs: 'list get set rotate-key',
    load: async () => ({ ...(await import('./config.ts')), ...(await import('./steps/rotate-key.ts')) }),
  },
  {
    name: 'backup',
    about: ['резервные копии', 'backups'],
    verbs: 'create list verify',
    load: () => import('./backup.ts'),
  },
  {
    name: 'restore',
    about: ['восстановить всё из резервной копии', 'bring everything back from a backup'],
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'doctor',
    about: ['проверить, всё ли в порядке', 'check that all is well'],
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'routes',
    about: ['таблица адресов API и событий', 'table of API addresses and facts'],
    load: async () => (await import('./reference.ts')).routes,
  },
  {
    name: 'openapi',
    about: ['описание API (OpenAPI 3.1)', 'description of the API (OpenAPI 3.1)'],
    load: async () => (await import('./reference.ts')).openapi,
  },
  {
    name: 'migrate',
    about: ['обновить базу данных', 'bring the database up to date'],
    load: async () => (await import('./reference.ts')).migrate,
  },
]

// Whoever reads our answer may have seen enough, as `head` does; that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}

process.exitCode = await main(process.argv.slice(2))

async function main(argv: string[]): Promise<number> {
  const globals = globalsAtHand(argv)
  const parser = await buildParser(nouns, { argv, globals, version: programVersion() })
  try {
    await parser.program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof Error) || !('exitCode' in error)) throw error
    return translateUsage(error as never, globals)
  }
  return parser.exitCode()
}

// Needed before anything is parsed: refusals of the parser itself have a language, too.
function globalsAtHand(argv: string[]): Globals {
  const at = argv.indexOf('--data-dir')
  const data_dir = argv.find((one) => one.startsWith('--data-dir='))?.slice('--data-dir='.length) ?? argv[at + 1]
  const named = at >= 0 || argv.some((one) => one.startsWith('--data-dir=')) ? data_dir : undefined
  const has = (flag: string) => argv.includes(flag)
  const locale = localeAtHand(named)
  return { json: has('--json'), yes: has('--yes') || has('-y'), verbose: has('--verbose'), data_dir: named, locale }
}
