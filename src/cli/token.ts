import { z } from 'zod'
import type { Context } from '../context.ts'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import { addToken, editToken, listTokens, removeToken, type Token, type TokenTest, testToken } from '../llm/tokens.ts'
import { command, Listed, TypedId, Whole } from './shell/command.ts'
import { table } from './shell/output.ts'
import { confirmed } from './shell/prompts.ts'
import { readSecret } from './shell/secrets.ts'

type Say = (ru: string, en: string) => string

const ALL = { limit: 1000, offset: 0 }
const shape = z.object({ id: TypedId })
const Limit = Whole.refine((n) => n > 0).nullable()

export const add = command({
  usage: 'add',
  about: ['добавить ключ; он хранится зашифрованным', 'add a key; it is stored sealed'],
  example: 'replyx token add --name OpenAI --models gpt-4o-mini,gpt-4o --token-file key.txt',
  flags: [
    ['--name <name>', 'имя для людей', 'name for people'],
    ['--provider <name>', 'openai (любой совместимый API) или yandex', 'openai (any compatible API) or yandex'],
    ['--base-url <url>', 'адрес API, если он не обычный', 'address of the API if it is not the usual one'],
    [
      '--models <list>',
      'какие модели доступны по ключу, через запятую',
      'models the key gives access to, separated by commas',
    ],
    ['--token-file <file>', 'файл с ключом', 'file with the key'],
    ['--token-stdin', 'ключ из стандартного ввода', 'the key from standard input'],
    ['--daily-limit <n>', 'запросов в сутки', 'requests a day'],
    ['--monthly-limit <n>', 'запросов в месяц', 'requests a month'],
    ['--priority <n>', 'меньше — раньше', 'less is earlier'],
    ['--notes <text>', 'заметка', 'note'],
  ],
  shape: z.object({
    name: z.string().trim().min(1).max(100),
    provider: z.enum(['openai', 'yandex']).default('openai'),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null),
    models: Listed.pipe(
      z
        .array(z.string().regex(/^[\w.:@/-]{1,150}$/))
        .min(1)
        .max(50),
    ),
    tokenFile: z.string().optional(),
    tokenStdin: z.boolean().optional(),
    dailyLimit: Limit.default(null),
    monthlyLimit: Limit.default(null),
    priority: z.coerce.number().int().min(1).max(100).default(1),
    notes: z.string().max(1000).default(''),
  }),
  run: async ({ ctx, input, globals, say }) => {
    const key = await readSecret({ globals, say }, keySource(input))
    const { baseUrl: base_url, models: model_access, dailyLimit: daily_limit, monthlyLimit: monthly_limit } = input
    const { name, provider, priority, notes } = input
    const limits = { daily_limit, monthly_limit }
    const draft = { name, provider, priority, notes, base_url, model_access, ...limits, is_active: true, token: key }
    const token = await addToken(ctx, draft)
    return {
      data: viewOf(token),
      text: say(`Ключ ${token.id} добавлен: ${token.token}`, `Key ${token.id} was added: ${token.token}`),
    }
  },
})

export const list = command({
  usage: 'list',
  about: ['ключи в порядке очереди', 'keys in the order they are used'],
  example: 'replyx token list',
  run: async ({ ctx, say }) => {
    const { rows } = await listTokens(ctx, ALL)
    const headings = [
      'ID',
      say('Имя', 'Name'),
      say('Ключ', 'Key'),
      say('Модели', 'Models'),
      say('За сутки', 'Today'),
      say('Состояние', 'State'),
    ]
    const cells = rows.map((one) => [
      one.id,
      one.name,
      one.token,
      one.model_access.join(', '),
      usage(one),
      state(one, say),
    ])
    return { data: rows.map(viewOf), text: table(headings, cells) }
  },
})

export const test = command({
  usage: 'test <id>',
  about: ['проверить ключ одним коротким запросом', 'try a key with one short request'],
  example: 'replyx token test 1',
  shape,
  run: async ({ ctx, input, globals }) => {
    const { texts, ...result } = await testToken(ctx, input.id)
    const message = texts[globals.locale]
    return { data: { ...result, message }, text: `${result.model}: ${message} (${result.ms} ms)`, exit: exitOf(result) }
  },
})

export const enable = command({
  usage: 'enable <id>',
  about: ['включить; отдыхающий ключ снова в работе', 'switch on; a parked key works again'],
  example: 'replyx token enable 1',
  shape,
  run: ({ ctx, input, say }) => switchTo(ctx, input.id, true, say),
})

export const disable = command({
  usage: 'disable <id>',
  about: ['выключить', 'switch off'],
  example: 'replyx token disable 1',
  shape,
  run: ({ ctx, input, say }) => switchTo(ctx, input.id, false, say),
})

export const remove = command({
  usage: 'remove <id>',
  about: ['удалить ключ', 'delete a key'],
  example: 'replyx token remove 1 --yes',
  shape,
  run: async ({ ctx, input, globals, say }) => {
    if (!(await confirmed({ globals, say }, `Удалить ключ ${input.id}?`, `Delete key ${input.id}?`)))
      return { data: { changed: false }, text: say('Ничего не изменено', 'Nothing was changed'), exit: 4 }
    await removeToken(ctx, input.id)
    return {
      data: { id: input.id, deleted: true },
      text: say(`Ключ ${input.id} удалён`, `Key ${input.id} was deleted`),
    }
  },
})

function keySource({ tokenFile, tokenStdin }: { tokenFile?: string | undefined; tokenStdin?: boolean | undefined }) {
  const prompt = ['Ключ поставщика', "The provider's key"] as const
  return { file: tokenFile, stdin: tokenStdin, twin: 'ai_token', flag: '--token-file', prompt }
}

async function switchTo(ctx: Context, id: number, is_active: boolean, say: Say) {
  const token = await editToken(ctx, id, { is_active })
  const done = is_active ? say('включён', 'is on') : say('выключен', 'is off')
  return { data: viewOf(token), text: `${say('Ключ', 'Key')} ${id} ${done}` }
}

// A provider that is down is the service's fault, a refused key is the key's.
function exitOf({ ok, cause }: Pick<TokenTest, 'ok' | 'cause'>): number {
  if (ok) return 0
  return cause === 'timeout' || cause === 'network' ? 69 : 1
}

function usage({ daily_usage, daily_limit }: Token): string {
  return daily_limit === null ? String(daily_usage) : `${daily_usage}/${daily_limit}`
}

function state(token: Token, say: Say): string {
  if (!token.is_active) return say('выключен', 'off')
  if (token.parked_reason === null) return say('работает', 'works')
  const until = toIsoOrNull(token.parked_until)?.slice(0, 16).replace('T', ' ')
  return `${say('отдыхает', 'parked')}: ${token.parked_reason}${until ? ` → ${until}` : ''}`
}

function viewOf(token: Token) {
  return { ...token, parked_until: toIsoOrNull(token.parked_until), created_at: toIso(token.created_at) }
}
