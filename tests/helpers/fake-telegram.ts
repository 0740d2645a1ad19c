import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'

/** A double of the Bot API for hand and test: `node tests/helpers/fake-telegram.ts --port 8081 [--bot TOKEN:username]…`. */

export type Call = { bot: string; method: string; args: Record<string, unknown>; at: number; failed: number | null }
export type Fail = {
  /** Which calls; every method when absent. */
  method?: string
  chat_id?: string
  /** How many of them; 1 when absent. */
  times?: number
  code?: number
  description?: string
  parameters?: Record<string, unknown>
  /** Takes the request (it counts as done), then breaks the connection instead of an answer. */
  cut?: boolean
  /** A page instead of JSON. */
  html?: boolean
  /** ms before the answer. */
  delay?: number
}
type Waiting = { end: (description?: string) => void }
type Bot = {
  token: string
  id: number
  username: string
  next_update: number
  queue: Record<string, unknown>[]
  waiting: Waiting | undefined
  webhook: boolean
  revoked: boolean
  allowed: string[]
}
export type Chat = { id: number; type: string; title?: string; first_name?: string }
/** A supergroup with topics, or one that should have them. */
export type Forum = {
  title: string
  is_forum: boolean
  may_manage: boolean
  kicked: boolean
  topics: Map<number, { name: string; is_open: boolean }>
}
export type FakeTelegram = AsyncDisposable & {
  url: string
  calls: Call[]
  /** A bot that exists from now on; answers its token. */
  addBot(id: number, username?: string): string
  bot(token: string): Bot
  /** A bot got a new token: the given one. */
  adopt(bot: Bot): void
  /** Puts an update in a bot's queue and answers its number. */
  push(token: string, update: Record<string, unknown>): number
  /** A person writes in a private chat of the same number; answers the message's number there. */
  write(token: string, from: number, message: string | Record<string, unknown>): number
  fail(...fails: Fail[]): void
  /** The calls of one method that went well. */
  sent(method?: string): Call[]
  putFile(file_id: string, bytes: Uint8Array): void
  /** The supergroup of this number; every one has topics until told otherwise. */
  forum(chat_id: number): Forum
  /** Somebody presses a button below a message in a chat. */
  press(token: string, press: { from: Record<string, unknown>; chat: Chat; data: string; message_id?: number }): string
}

const MAX_TEXT = 4096
const NEW_FORUM = { title: 'Group', is_forum: true, may_manage: true, kicked: false }
const TAGS = new Set(['b', 'strong', 'i', 'em', 'u', 's', 'code', 'pre', 'a', 'blockquote', 'tg-spoiler'])
const CONFLICT = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running'
const WEBHOOK =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

class Refusal extends Error {
  readonly code: number
  readonly parameters: Record<string, unknown> | undefined
  constructor(code: number, description: string, parameters?: Record<string, unknown>) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

/** Starts the double on a port of its choice, or on the given one. */
export async function openFakeTelegram(port = 0): Promise<FakeTelegram> {
  const bots = new Map<string, Bot>()
  const files = new Map<string, Uint8Array>()
  const calls: Call[] = []
  const fails: Fail[] = []
  let message_id = 0
  let topic_id = 100
  let query_id = 0
  const forums = new Map<string, Forum>()

  const forumOf = (chat_id: unknown) => {
    const topics = new Map<number, { name: string; is_open: boolean }>()
    const forum = forums.get(String(chat_id)) ?? { ...NEW_FORUM, topics }
    forums.set(String(chat_id), forum)
    return forum
  }
  const enter = (chat_id: unknown) => {
    const forum = forumOf(chat_id)
    if (forum.kicked) throw new Refusal(403, 'Forbidden: bot was kicked from the supergroup chat')
    return forum
  }
  const topicOf = (args: Record<string, unknown>) => {
    const topic = enter(args.chat_id).topics.get(Number(args.message_thread_id))
    if (!topic) throw new Refusal(400, 'Bad Request: message thread not found')
    return topic
  }
  const setOpen = (args: Record<string, unknown>, is_open: boolean) => {
    const topic = topicOf(args)
    if (topic.is_open === is_open) throw new Refusal(400, 'Bad Request: TOPIC_NOT_MODIFIED')
    topic.is_open = is_open
    return true
  }

  const botOf = (token: string) => {
    const bot = bots.get(token)
    if (!bot || bot.revoked) throw new Refusal(401, 'Unauthorized')
    return bot
  }

  const push = (token: string, update: Record<string, unknown>) => {
    const bot = bots.get(token)!
    const update_id = (update.update_id as number | undefined) ?? bot.next_update
    bot.next_update = Math.max(bot.next_update, update_id) + 1
    bot.queue.push({ update_id, ...update })
    bot.waiting?.end()
    return update_id
  }

  const methods: Record<string, (bot: Bot, args: Record<string, unknown>, res: ServerResponse) => unknown> = {
    getMe: ({ id, username }) => ({ id, is_bot: true, first_name: username, username, can_join_groups: true }),
    deleteWebhook: (bot) => {
      bot.webhook = false
      return true
    },
    getUpdates: (bot, args, res) => getUpdates(bot, args, res),
    sendMessage: (_bot, args) => {
      if (String(args.chat_id).startsWith('-')) enter(args.chat_id)
      if (args.message_thread_id !== undefined) topicOf(args)
      checkText(args)
      checkButtons(args)
      return { message_id: ++message_id, date: now(), chat: { id: args.chat_id, type: 'private' }, text: args.text }
    },
    editMessageText: (_bot, args) => {
      checkText(args)
      return { message_id: args.message_id, chat: { id: args.chat_id }, text: args.text }
    },
    editMessageReplyMarkup: (_bot, args) => ({ message_id: args.message_id, chat: { id: args.chat_id } }),
    sendChatAction: () => true,
    answerCallbackQuery: (_bot, { callback_query_id }) => {
      if (typeof callback_query_id !== 'string') throw new Refusal(400, 'Bad Request: query is too old')
      return true
    },
    createForumTopic: (_bot, { chat_id, name }) => {
      const { is_forum, may_manage, topics } = enter(chat_id)
      if (!is_forum) throw new Refusal(400, 'Bad Request: the chat is not a forum')
      if (!may_manage) throw new Refusal(400, 'Bad Request: not enough rights to create a topic')
      if (typeof name !== 'string' || name === '' || name.length > 128 || !name.isWellFormed())
        throw new Refusal(400, 'Bad Request: topic name is invalid')
      topics.set(++topic_id, { name, is_open: true })
      return { message_thread_id: topic_id, name, icon_color: 7322096 }
    },
    editForumTopic: (_bot, args) => topicOf(args) && true,
    closeForumTopic: (_bot, args) => setOpen(args, false),
    reopenForumTopic: (_bot, args) => setOpen(args, true),
    getChat: (_bot, { chat_id }) => {
      const { title, is_forum } = enter(chat_id)
      return { id: Number(chat_id), type: 'supergroup', title, ...(is_forum ? { is_forum } : {}) }
    },
    getChatMember: (bot, { chat_id, user_id }) => {
      const { may_manage } = enter(chat_id)
      const isAdmin = Number(user_id) === bot.id && may_manage
      const rights = isAdmin ? { status: 'administrator', can_manage_topics: true } : { status: 'member' }
      return { ...rights, user: { id: user_id } }
    },
    getFile: (_bot, { file_id }) => {
      const bytes = files.get(String(file_id))
      if (!bytes) throw new Refusal(400, 'Bad Request: invalid file_id')
      if (bytes.length > 20 * 1024 * 1024) throw new Refusal(400, 'Bad Request: file is too big')
      return { file_id, file_unique_id: file_id, file_size: bytes.length, file_path: `files/${file_id}` }
    },
  }

  const server = createServer(async (req, res) => {
    try {
      await serve(req, res)
    } catch (error) {
      if (!res.headersSent) send(res, { ok: false, error_code: 500, description: String(error) }, 500)
    }
  })

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname } = new URL(req.url!, 'http://localhost')
    if (pathname.startsWith('/control/')) return control(pathname.slice('/control/'.length), req, res)
    const file = /^\/file\/bot([^/]+)\/files\/(.+)$/.exec(pathname)
    if (file) {
      const bytes = bots.has(file[1]!) ? files.get(file[2]!) : undefined
      res.writeHead(bytes ? 200 : 404).end(bytes)
      return
    }
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(pathname) ?? []
    const args = await readArgs(req)
    const call: Call = { bot: token, method, args, at: Date.now(), failed: null }
    calls.push(call)
    const fail = nextFail(method, args)
    if (fail?.delay) await new Promise((resolve) => setTimeout(resolve, fail.delay))
    if (fail?.html) {
      call.failed = 502
      res.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>502 Bad Gateway</h1></html>')
      return
    }
    try {
      if (fail?.code) throw new Refusal(fail.code, fail.description ?? 'Refused', fail.parameters)
      const bot = botOf(token)
      if (!methods[method]) throw new Refusal(404, 'Not Found')
      const result = await methods[method](bot, args, res)
      if (fail?.cut) return void req.socket.destroy()
      if (result !== undefined) send(res, { ok: true, result })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      call.failed = error.code
      const { code, message, parameters } = error
      send(res, { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) }, code)
    }
  }

  function nextFail(method: string, args: Record<string, unknown>): Fail | undefined {
    const at = fails.findIndex(
      (one) =>
        (one.method === undefined || one.method === method) &&
        (one.chat_id === undefined || one.chat_id === String(args.chat_id)),
    )
    const fail = fails[at]
    if (!fail) return undefined
    fail.times = (fail.times ?? 1) - 1
    if (fail.times <= 0) fails.splice(at, 1)
    return fail
  }

  async function control(verb: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const args = await readArgs(req)
    const token = String(args.token ?? [...bots.keys()][0])
    if (verb === 'bot') return send(res, { token: fake.addBot(Number(args.id), args.username as string) })
    if (verb === 'message') {
      const { from = 1000, text, token: _, chat, ...more } = args
      const said = { ...more, ...(chat ? { chat: chatFrom(chat) } : {}), ...(text === undefined ? {} : { text }) }
      return send(res, { message_id: fake.write(token, idFrom(from), said) })
    }
    if (verb === 'update') return send(res, { update_id: push(token, args.update as Record<string, unknown>) })
    if (verb === 'press') {
      const { data, from = 1000, chat = from, message_id: pressed = 1 } = args
      const press = { from: person(idFrom(from)), chat: chatFrom(chat), data: String(data) }
      return send(res, { id: fake.press(token, { ...press, message_id: Number(pressed) }) })
    }
    if (verb === 'fail') {
      fails.push(args as Fail)
      return send(res, { ok: true })
    }
    if (verb === 'file') {
      files.set(String(args.file_id), Buffer.from(String(args.base64 ?? ''), 'base64'))
      return send(res, { ok: true })
    }
    if (verb === 'sent')
      return send(
        res,
        calls.filter((one) => one.method !== 'getUpdates' && one.method !== 'getMe'),
      )
    send(res, { verbs: 'bot message update press fail file sent' }, 404)
  }

  function getUpdates(bot: Bot, args: Record<string, unknown>, res: ServerResponse): unknown {
    if (bot.webhook) throw new Refusal(409, WEBHOOK)
    bot.waiting?.end(CONFLICT)
    const { offset = 0, limit = 100, timeout = 0 } = args as { offset?: number; limit?: number; timeout?: number }
    if (args.allowed_updates) bot.allowed = args.allowed_updates as string[]
    if (offset > 0) bot.queue = bot.queue.filter((one) => (one.update_id as number) >= offset)
    const ready = () => bot.queue.slice(0, limit)
    if (ready().length > 0 || timeout === 0) return ready()
    return new Promise((resolve, reject) => {
      const done = (description?: string) => {
        clearTimeout(timer)
        if (bot.waiting === waiting) bot.waiting = undefined
        if (description) reject(new Refusal(409, description))
        else resolve(ready())
      }
      const waiting = { end: done }
      const timer = setTimeout(done, Math.min(timeout, 50) * 1000)
      bot.waiting = waiting
      res.once('close', () => done())
    })
  }

  const fake: FakeTelegram = {
    url: '',
    calls,
    addBot(id, username = `bot_${id}`) {
      const token = `${id}:${'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789'.slice(0, 32)}${String(id % 1000).padStart(3, '0')}`
      const known = { token, id, username, next_update: 1, queue: [], waiting: undefined }
      bots.set(token, { ...known, webhook: false, revoked: false, allowed: [] })
      return token
    },
    bot: (token) => bots.get(token)!,
    adopt: (bot) => void bots.set(bot.token, bot),
    push,
    write(token, from, message) {
      const id = ++message_id
      const said = typeof message === 'string' ? { text: message } : message
      const entities =
        typeof said.text === 'string' && said.text.startsWith('/') ? { entities: [commandEntity(said.text)] } : {}
      const chat = { id: from, type: 'private', first_name: 'Иван' }
      push(token, { message: { message_id: id, date: now(), chat, from: person(from), ...entities, ...said } })
      return id
    },
    fail: (...more) => void fails.push(...more),
    sent: (method = 'sendMessage') => calls.filter((one) => one.method === method && one.failed === null),
    putFile: (file_id, bytes) => void files.set(file_id, bytes),
    forum: (chat_id) => forumOf(chat_id),
    press(token, { from, chat, data, message_id: pressed = 1 }) {
      const id = `query-${++query_id}`
      push(token, { callback_query: { id, from, data, message: { message_id: pressed, date: now(), chat } } })
      return id
    },
    async [Symbol.asyncDispose]() {
      for (const bot of bots.values()) bot.waiting?.end()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return fake
}

/** A person as Telegram describes them. */
export function person(id: number, more: Record<string, unknown> = {}) {
  return {
    id,
    is_bot: false,
    first_name: 'Иван',
    last_name: 'Петров',
    username: `ivan${id}`,
    language_code: 'ru',
    ...more,
  }
}

function idFrom(given: unknown): number {
  return Number((given as { id?: number } | null)?.id ?? given)
}

function chatFrom(given: unknown): Chat {
  if (typeof given === 'object' && given !== null) return given as Chat
  const id = Number(given)
  return id < 0 ? { id, type: 'supergroup', title: 'Группа' } : { id, type: 'private', first_name: 'Иван' }
}

function commandEntity(text: string) {
  return { type: 'bot_command', offset: 0, length: /^\S+/.exec(text)![0].length }
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

async function readArgs(req: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const piece of req) text += piece
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

function send(res: ServerResponse, body: unknown, status = 200): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function checkText({ text, parse_mode }: Record<string, unknown>): void {
  if (typeof text !== 'string' || !text.isWellFormed())
    throw new Refusal(400, 'Bad Request: strings must be encoded in UTF-8')
  const plain = parse_mode === 'HTML' ? parseHtml(text) : text
  if (plain.trim() === '') throw new Refusal(400, 'Bad Request: message text is empty')
  if (plain.length > MAX_TEXT) throw new Refusal(400, 'Bad Request: message is too long')
}

function checkButtons({ reply_markup }: Record<string, unknown>): void {
  const rows = (reply_markup as { inline_keyboard?: { callback_data?: string }[][] } | undefined)?.inline_keyboard ?? []
  for (const { callback_data = '' } of rows.flat())
    if (Buffer.byteLength(callback_data) > 64) throw new Refusal(400, 'Bad Request: BUTTON_DATA_INVALID')
}

/** The words of a message in Telegram's HTML; throws as Telegram does when it is not well formed. */
export function parseHtml(html: string): string {
  const open: string[] = []
  const bad = (why: string) => new Refusal(400, `Bad Request: can't parse entities: ${why}`)
  const plain = html.replace(/<(\/?)([^<>\s/]*)([^<>]*)>|[<>]/g, (whole, slash: string, name: string, rest: string) => {
    if (whole === '<') throw bad('unclosed start tag')
    if (whole === '>') return whole
    const tag = name.toLowerCase()
    if (!TAGS.has(tag)) throw bad(`unsupported start tag "${tag}"`)
    if (slash) {
      if (open.pop() !== tag) throw bad(`unmatched end tag "${tag}"`)
      return ''
    }
    if (rest.trim() !== '' && !/^\s+(href|class)="[^"<>]*"$/.test(rest)) throw bad('bad attribute')
    open.push(tag)
    return ''
  })
  if (open.length > 0) throw bad(`can't find end tag corresponding to start tag "${open.at(-1)}"`)
  return plain
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8081' }, bot: { type: 'string', multiple: true } },
  })
  const fake = await openFakeTelegram(Number(values.port))
  const names = values.bot ?? ['1234567890:demo_bot']
  const tokens = names.map((name) => {
    const [id = '', username = ''] = name.split(':')
    return fake.addBot(Number(id), username || undefined)
  })
  process.stdout.write(`${JSON.stringify({ url: fake.url, tokens })}\n`)
}
