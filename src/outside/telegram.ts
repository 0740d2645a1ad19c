import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ApiMethods } from 'grammy/types'
import { MINUTE, SECOND } from '../lib/time.ts'
import { OutsideFailed } from './failures.ts'
import { type Http, networkFailure } from './http.ts'
import { parseJson } from './reading.ts'

const UNTOLD_WAIT = 5 * SECOND // a 429 without its pause

/** The Bot API said no: its code and words, how many ms it asks us to wait (a 429 always does), and the chat's new id when it has one. */
export class TelegramRefused extends Error {
  readonly code: number
  readonly description: string
  readonly retry_after: number | null
  readonly migrate_to: string | null
  constructor(answer: { code: number; description: string; retry_after?: number | null; migrate_to?: string | null }) {
    super(`telegram refused with ${answer.code}: ${answer.description}`)
    this.name = 'TelegramRefused'
    this.code = answer.code
    this.description = answer.description
    this.retry_after = answer.retry_after ?? (answer.code === 429 ? UNTOLD_WAIT : null)
    this.migrate_to = answer.migrate_to ?? null
  }
}

type Methods = ApiMethods
export type Method =
  | 'getMe'
  | 'getUpdates'
  | 'deleteWebhook'
  | 'sendMessage'
  | 'sendChatAction'
  | 'answerCallbackQuery'
  | 'editMessageText'
  | 'editMessageReplyMarkup'
  | 'createForumTopic'
  | 'closeForumTopic'
  | 'reopenForumTopic'
  | 'editForumTopic'
  | 'getChat'
  | 'getChatMember'
  | 'getFile'
export type Args<M extends Method> = Parameters<Methods[M]>[0] extends undefined
  ? Record<string, never>
  : NonNullable<Parameters<Methods[M]>[0]>
export type Result<M extends Method> = ReturnType<Methods[M]>
type Options = { signal?: AbortSignal | undefined; deadline?: number }

export type Telegram = {
  call<M extends Method>(token: string, method: M, args: Args<M>, options?: Options): Promise<Result<M>>
  download(token: string, file_id: string, to: { path: string; max_bytes: number }): Promise<number>
}

const SYSTEM = 'telegram'
const DEADLINE = 15 * SECOND // Telegram answers in well under a second, or not at all
const DOWNLOAD = MINUTE // 20 MB at a slow 3 Mbit/s
const MAX_ANSWER = 16 * 1024 * 1024 // Telegram itself caps one answer near 4 MB
// Before a connection stands nothing can have been sent over it.
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*|.*_CERT.*)$/

/** A client of the Bot API at `api_root`, for any bot by its token. It throws `TelegramRefused` or `OutsideFailed`; neither ever holds a token. */
export function openTelegram(http: Http, { api_root }: { api_root: string }): Telegram {
  const call: Telegram['call'] = async (token, method, args, { signal, deadline = DEADLINE } = {}) => {
    const { Api, GrammyError } = await import('grammy')
    const clock = AbortSignal.timeout(deadline)
    const ended = signal ? AbortSignal.any([signal, clock]) : clock
    const { raw } = new Api(token, { apiRoot: api_root, fetch: fetchThrough(http, ended) as never })
    try {
      // getMe takes no arguments, so its first one would be taken for the signal.
      return (await (method === 'getMe' ? raw.getMe() : raw[method](args as never))) as never
    } catch (error) {
      if (error instanceof GrammyError) throw refusal(error, token)
      throw failure(error, signal, clock)
    }
  }
  return { call, download: (token, file_id, to) => download({ http, api_root, call }, token, { file_id, ...to }) }
}

/** Whether a failed call certainly never reached Telegram, so that doing it again cannot do it twice. */
export function neverArrived(error: unknown): boolean {
  const cause = error instanceof OutsideFailed ? (error.cause as { code?: unknown } | undefined) : undefined
  return NOT_CONNECTED.test(String(cause?.code ?? ''))
}

// grammY's own fetch would bring a second HTTP client that knows neither our proxy nor our caps.
function fetchThrough(http: Http, signal: AbortSignal) {
  return async (url: string, init: { method: string; headers: Record<string, string>; body: string }) => {
    const { fetch, dispatcher } = await http.open()
    const { method, headers, body } = init
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal, dispatcher })
    const pieces = await Array.fromAsync(capped(response.body ?? [], MAX_ANSWER))
    const text = Buffer.concat(pieces).toString('utf8')
    return { json: async () => answerOf(response.status, text) }
  }
}

type Body = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

async function* capped(body: Body, max_bytes: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const piece of body) {
    size += piece.byteLength
    if (size > max_bytes) throw new OutsideFailed(SYSTEM, 'too_large')
    yield piece
  }
}

// A front that is out of order answers with a page: then the status is all there is.
function answerOf(status: number, text: string): unknown {
  if (status >= 500 && !text.startsWith('{')) return { ok: false, error_code: status, description: 'Server error' }
  const answer = parseJson(SYSTEM, text) as { ok?: unknown } | null
  if (typeof answer !== 'object' || typeof answer?.ok !== 'boolean') throw new OutsideFailed(SYSTEM, 'garbage')
  return answer
}

type Refusal = {
  error_code: number
  description: string
  parameters: { retry_after?: number; migrate_to_chat_id?: number }
}

function refusal({ error_code, description, parameters }: Refusal, token: string): TelegramRefused {
  const { retry_after, migrate_to_chat_id } = parameters
  return new TelegramRefused({
    code: error_code,
    description: withoutToken(String(description), token).slice(0, 300),
    retry_after: retry_after === undefined ? null : Number(retry_after) * SECOND,
    migrate_to: migrate_to_chat_id === undefined ? null : String(migrate_to_chat_id),
  })
}

function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, '•••').replaceAll(token.split(':')[1] || token, '•••')
}

function failure(error: unknown, signal: AbortSignal | undefined, clock: AbortSignal): OutsideFailed {
  const inner = (error as { error?: unknown }).error ?? error
  if (inner instanceof OutsideFailed) return inner
  if (signal?.aborted) return new OutsideFailed(SYSTEM, 'aborted')
  if (clock.aborted) return new OutsideFailed(SYSTEM, 'timeout')
  return networkFailure(SYSTEM, inner)
}

/** Writes a file that was sent to a bot to `path` and answers its size; `too_large` past the cap. */
async function download(
  { http, api_root, call }: { http: Http; api_root: string; call: Telegram['call'] },
  token: string,
  file: { file_id: string; path: string; max_bytes: number },
): Promise<number> {
  const { file_path, file_size = 0 } = await call(token, 'getFile', { file_id: file.file_id })
  if (file_size > file.max_bytes) throw new OutsideFailed(SYSTEM, 'too_large')
  const clock = AbortSignal.timeout(DOWNLOAD)
  try {
    const { fetch, dispatcher } = await http.open()
    const url = `${api_root}/file/bot${token}/${file_path}`
    const response = await fetch(url, { redirect: 'manual', signal: clock, dispatcher })
    if (!response.ok) throw new TelegramRefused({ code: response.status, description: 'the file was not given' })
    return await keep(response.body ?? [], file)
  } catch (error) {
    if (error instanceof TelegramRefused) throw error
    throw failure(error, undefined, clock)
  }
}

async function keep(body: Body, { path, max_bytes }: { path: string; max_bytes: number }): Promise<number> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  await pipeline(Readable.from(capped(body, max_bytes)), file)
  return file.bytesWritten
}
