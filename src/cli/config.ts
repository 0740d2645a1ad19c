import { resolve } from 'node:path'
import { z } from 'zod'
import { type Known, knownSettings, loadConfig } from '../config/config.ts'
import { changeConfigFile, configFile } from '../config/config-file.ts'
import { AppError } from '../errors.ts'
import { command, type Globals } from './shell/command.ts'
import { misuse } from './shell/errors.ts'
import { table } from './shell/output.ts'
import { readSecret } from './shell/secrets.ts'

type Asker = { globals: Globals; say: (ru: string, en: string) => string }

const MASK = '•••'

export const list = command({
  usage: 'list',
  about: ['все настройки и откуда они взяты', 'all settings and where they come from'],
  example: 'replyx config list',
  needs: 'nothing',
  run: async ({ globals, say }) => {
    const settings = known(globals).map(viewOf)
    const headings = [
      say('Настройка', 'Setting'),
      say('Значение', 'Value'),
      say('Откуда', 'Origin'),
      say('О чём', 'About'),
    ]
    const rows = settings.map(({ name, value, origin, about }) => [name, value, origin, about])
    return { data: settings, text: table(headings, rows) }
  },
})

export const get = command({
  usage: 'get <name>',
  about: ['значение одной настройки', 'the value of one setting'],
  example: 'replyx config get port',
  needs: 'nothing',
  shape: z.object({ name: z.string() }),
  run: async ({ input, globals }) => {
    const view = viewOf(settingNamed(globals, input.name))
    return { data: view, text: view.value ?? '' }
  },
})

export const set = command({
  usage: 'set <name> [value] [more...]',
  about: ['записать настройки в config.toml', 'write settings into config.toml'],
  example: 'replyx config set public_url https://chat.example.ru trusted_proxies 127.0.0.1',
  needs: 'nothing',
  flags: [
    ['--value-file <file>', 'файл со значением секретной настройки', 'file with the value of a secret setting'],
    [
      '--value-stdin',
      'значение секретной настройки из стандартного ввода',
      'value of a secret setting from standard input',
    ],
    ['--unset', 'убрать из файла', 'take out of the file'],
  ],
  shape: z.object({
    name: z.string(),
    value: z.string().optional(),
    more: z.array(z.string()).default([]),
    valueFile: z.string().optional(),
    valueStdin: z.boolean().optional(),
    unset: z.boolean().default(false),
  }),
  run: async ({ input, globals, say }) => {
    const words = [input.name, ...(input.value === undefined ? [] : [input.value]), ...input.more]
    const changes = input.unset ? unsetting(globals, words) : await readChanges({ globals, say }, words, input)
    const data_dir = folderOf(globals)
    changeConfigFile(data_dir, changes)
    const settings = known(globals).filter(({ name }) => name in changes)
    const running = await isRunning(data_dir)
    const done = say(`Записано в ${configFile(data_dir)}`, `Written to ${configFile(data_dir)}`)
    const restart = say(
      'Сервер работает: перезапустите его, чтобы изменения подействовали',
      'The server is running: restart it for the change to take effect',
    )
    const hidden = settings.filter(({ origin }) => origin === 'environment').map(({ name }) => outranked(name, say))
    return {
      data: { settings: settings.map(viewOf), file: configFile(data_dir), restart_needed: running },
      text: [done, ...hidden, ...(running ? [restart] : [])].join('\n'),
    }
  },
})

// A setting and its value follow each other; the value of a secret one comes from a file, stdin or a prompt instead.
async function readChanges(
  asker: Asker,
  words: string[],
  { valueFile: file, valueStdin: stdin }: { valueFile?: string | undefined; valueStdin?: boolean | undefined },
): Promise<Record<string, string>> {
  const changes: Record<string, string> = {}
  const rest = [...words]
  while (rest.length > 0) {
    const { name, secret } = changeable(asker.globals, rest.shift()!)
    const prompt = [name, name] as const
    const typed = secret ? undefined : rest.shift()
    changes[name] = typed ?? (await readSecret(asker, { file, stdin, twin: 'value', flag: '--value-file', prompt }))
    if (!secret && typed === undefined) throw misuse(`${name}: не хватает значения`, `${name}: the value is missing`)
  }
  return changes
}

function unsetting(globals: Globals, words: string[]): Record<string, undefined> {
  return Object.fromEntries(words.map((name) => [changeable(globals, name).name, undefined]))
}

function changeable(globals: Globals, name: string): Known {
  if (name !== 'data_dir') return settingNamed(globals, name)
  throw misuse(
    'data_dir задаётся ключом --data-dir или REPLYX_DATA_DIR',
    'data_dir is set by --data-dir or REPLYX_DATA_DIR',
  )
}

function settingNamed(globals: Globals, wanted: string): Known {
  const found = known(globals).find(({ name }) => name === wanted)
  if (found) return found
  const texts = {
    ru: `Нет настройки «${wanted}»: см. replyx config list`,
    en: `There is no setting «${wanted}»: see replyx config list`,
  }
  throw new AppError('NOT_FOUND', 404, texts)
}

function known({ data_dir }: Globals): Known[] {
  return knownSettings({ flags: { data_dir } })
}

function folderOf(globals: Globals): string {
  return resolve(known(globals).find(({ name }) => name === 'data_dir')!.value!)
}

async function isRunning(data_dir: string): Promise<boolean> {
  const { mayBeRunning } = await import('./steps/neighbour.ts')
  const config = loadConfig({ flags: { data_dir } })
  return config.database_url === undefined && mayBeRunning(config)
}

function viewOf({ name, value, origin, secret, about }: Known) {
  return { name, value: value !== undefined && secret ? MASK : (value ?? null), origin, secret, about }
}

function outranked(name: string, say: Asker['say']): string {
  return say(`${name}: переменная окружения важнее файла`, `${name}: the environment outranks the file`)
}
