import { z } from 'zod'

export type Setting = {
  /** Dotted name, as in `config.toml` and `replyx config set`. */
  name: string
  shape: z.ZodType
  /** As a person would write it; undefined = not set. */
  fallback: string | undefined
  secret?: boolean
  about: string
}

const text = z.string().trim().min(1).max(2000)
const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''))
const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const UNIT = { s: 1, m: 60, h: 3600 }
const rate = z
  .string()
  .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,4}[smh]$/, 'like 100/1m: how many, in how long (s, m, h)')
  .transform((value) => {
    const [points, window] = value.split('/') as [string, string]
    return {
      points: Number(points),
      seconds: Number(window.slice(0, -1)) * UNIT[window.slice(-1) as keyof typeof UNIT],
    }
  })

/** Every setting there is. The environment name is REPLYX_ + the dotted name in capitals with `_` for `.`. */
export const settings = [
  { name: 'data_dir', shape: text, fallback: './data', about: 'everything that must be kept: database, uploads, key' },
  { name: 'host', shape: text, fallback: '127.0.0.1', about: 'address to listen on' },
  { name: 'port', shape: whole(0, 65_535), fallback: '8000', about: 'port to listen on' },
  { name: 'public_url', shape: url, fallback: undefined, about: 'address visitors use, when a proxy stands in front' },
  {
    name: 'database_url',
    shape: z.url({ protocol: /^postgres(ql)?$/ }),
    fallback: undefined,
    secret: true,
    about: 'postgres://… ; unset = SQLite in the data folder',
  },
  {
    name: 'secret_key_file',
    shape: text,
    fallback: undefined,
    about: 'file with the key that seals stored secrets; unset = secret.key in the data folder',
  },
  {
    name: 'locale',
    shape: z.enum(['ru', 'en']),
    fallback: 'ru',
    about: 'language of messages when the caller names none',
  },
  {
    name: 'log_level',
    shape: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    fallback: 'info',
    about: 'how much is logged',
  },
  {
    name: 'trusted_proxies',
    shape: list,
    fallback: undefined,
    about: 'addresses or networks whose X-Forwarded-For is believed',
  },
  {
    name: 'registration',
    shape: z.enum(['open', 'invite', 'closed']),
    fallback: 'closed',
    about: 'who may register; closed = accounts come from the CLI',
  },
  { name: 'http_proxy', shape: url, fallback: undefined, secret: true, about: 'proxy for model providers' },
  {
    name: 'smtp.url',
    shape: z.url({ protocol: /^smtps?$/ }),
    fallback: undefined,
    secret: true,
    about: 'smtp://user:password@host:port for letters',
  },
  { name: 'smtp.from', shape: text, fallback: undefined, about: 'sender of letters' },
  {
    name: 'telegram.api_root',
    shape: url,
    fallback: 'https://api.telegram.org',
    about: 'address of the Bot API, for a server of your own',
  },
  { name: 'telegram.proxy', shape: url, fallback: undefined, secret: true, about: 'HTTP proxy for Telegram' },
  {
    name: 'clamd.socket',
    shape: text,
    fallback: undefined,
    about: 'path or host:port of clamd; unset = built-in checks only',
  },
  {
    name: 'openai.base_url',
    shape: url,
    fallback: 'https://api.openai.com/v1',
    about: 'OpenAI-compatible API used by keys without their own address',
  },
  {
    name: 'yandex.base_url',
    shape: url,
    fallback: 'https://llm.api.cloud.yandex.net/v1',
    about: 'OpenAI-compatible address of YandexGPT',
  },
  { name: 'yandex.folder', shape: text, fallback: undefined, about: 'Yandex Cloud folder of the models' },
  { name: 'ollama.url', shape: url, fallback: 'http://127.0.0.1:11434', about: 'local Ollama' },
  {
    name: 'ollama.parallel',
    shape: whole(1, 64),
    fallback: '1',
    about: 'questions Ollama answers at once (its own OLLAMA_NUM_PARALLEL)',
  },
  {
    name: 'embedder.provider',
    shape: z.enum(['none', 'ollama', 'openai']),
    fallback: 'none',
    about: 'who turns text into vectors',
  },
  { name: 'embedder.model', shape: text, fallback: undefined, about: 'embedding model, e.g. bge-m3' },
  {
    name: 'embedder.dimensions',
    shape: whole(8, 4096),
    fallback: undefined,
    about: 'asked of models that can shorten their vectors',
  },
  {
    name: 'answer.deadline',
    shape: whole(2, 300),
    fallback: '20',
    about: 'seconds a visitor waits at most before the embedded engine answers',
  },
  {
    name: 'handoff.wait_website',
    shape: whole(1, 86_400),
    fallback: '300',
    about: 'seconds after which a visitor of a site is told that nobody has come yet',
  },
  {
    name: 'handoff.wait_telegram',
    shape: whole(1, 86_400),
    fallback: '180',
    about: 'the same for a visitor in Telegram',
  },
  {
    name: 'handoff.ai_returns',
    shape: whole(1, 86_400),
    fallback: '600',
    about: 'seconds after which the assistant answers again when nobody has come',
  },
  {
    name: 'handoff.operator_silence',
    shape: whole(1, 86_400),
    fallback: '300',
    about: 'seconds a waiting visitor hears nothing from their operator before the dialog goes back to the queue',
  },
  { name: 'handoff.capacity', shape: whole(1, 50), fallback: '5', about: 'dialogs one operator has at once' },
  { name: 'attachments.max_mb', shape: whole(1, 100), fallback: '10', about: 'largest file attached to a dialog' },
  { name: 'upload.max_mb', shape: whole(1, 1000), fallback: '20', about: 'largest document' },
  { name: 'upload.max_files', shape: whole(1, 100_000), fallback: '200', about: 'documents an owner may upload' },
  {
    name: 'upload.quota_mb',
    shape: whole(1, 1_000_000),
    fallback: '500',
    about: 'size of all documents an owner may upload',
  },
  { name: 'limits.general', shape: rate, fallback: '100/1m', about: 'requests of one account or address' },
  { name: 'limits.assets', shape: rate, fallback: '1000/1m', about: 'pages and programs for browsers, of one address' },
  { name: 'limits.desk', shape: rate, fallback: '600/1m', about: 'reading and writing in dialogs by one of the team' },
  { name: 'limits.login', shape: rate, fallback: '5/5m', about: 'sign-in tries by address and by account' },
  { name: 'limits.register', shape: rate, fallback: '5/1h', about: 'registrations of one address' },
  { name: 'limits.confirm', shape: rate, fallback: '10/15m', about: 'tries of confirmation codes of one address' },
  { name: 'limits.resend', shape: rate, fallback: '1/1m', about: 'confirmation letters to one mailbox' },
  { name: 'limits.reset', shape: rate, fallback: '3/1h', about: 'password letters to one mailbox' },
  { name: 'limits.upload', shape: rate, fallback: '10/5m', about: 'uploads of one account' },
  { name: 'limits.visitor_session', shape: rate, fallback: '20/1m', about: 'visitor sessions of one address' },
  { name: 'limits.visitor_message', shape: rate, fallback: '20/1m', about: 'messages of one visitor' },
  { name: 'limits.assistant_message', shape: rate, fallback: '300/1m', about: 'visitor messages to one assistant' },
  { name: 'limits.sse_dialog', shape: whole(1, 10_000), fallback: '20', about: 'streams of one dialog' },
  { name: 'limits.sse_ip', shape: whole(1, 100_000), fallback: '10', about: 'visitor streams of one address' },
  { name: 'limits.sse_total', shape: whole(1, 100_000), fallback: '5000', about: 'streams in all' },
] as const satisfies readonly Setting[]
