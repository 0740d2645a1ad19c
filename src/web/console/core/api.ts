import { ApiError, errorOf, unreachable } from './errors.ts'
import { language } from './i18n.ts'
import { accessToken, forget, renew } from './session.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const LONGEST_WAIT = 5 // seconds; a list that is refused for longer had better say so

/** Asks the API as the person signed in; a token that ran out is renewed once. Under one `key` a repeat does nothing more. Throws ApiError, also when there is no answer. */
export async function call<T>(method: Method, path: string, body?: unknown, key?: string): Promise<T> {
  return (await (await ask(method, path, body, key)).json()) as T
}

/** A list with the number of all its rows. */
export async function callList<T>(path: string): Promise<{ rows: T[]; total: number }> {
  const response = await ask('GET', path)
  const rows = (await response.json()) as T[]
  return { rows, total: Number(response.headers.get('X-Total-Count') ?? rows.length) }
}

/** A file, for showing through `URL.createObjectURL`. */
export async function callBlob(path: string): Promise<Blob> {
  return (await ask('GET', path)).blob()
}

/** Sends a form with a file; `onProgress` hears the share that has left, from 0 to 1. `signal` breaks it off. */
export async function upload<T>(
  path: string,
  form: FormData,
  { onProgress, signal }: { onProgress: (share: number) => void; signal?: AbortSignal },
): Promise<T> {
  const used = accessToken()
  const first = await sendForm(path, form, { onProgress, signal })
  if (first.status !== 401) return settle(first)
  await renewOrForget(used)
  return settle(await sendForm(path, form, { onProgress, signal }))
}

async function ask(method: Method, path: string, body?: unknown, key?: string): Promise<Response> {
  const used = accessToken()
  const first = await send(method, path, body, key)
  if (first.ok) return first
  if (first.status === 401) await renewOrForget(used)
  else if (first.status === 429 && method === 'GET' && waitOf(first) <= LONGEST_WAIT) await pause(waitOf(first) * 1000)
  else throw await failureOf(first)
  const second = await send(method, path, body, key)
  if (second.ok) return second
  throw await failureOf(second)
}

function send(method: Method, path: string, body?: unknown, key?: string): Promise<Response> {
  return fetch(path, {
    method,
    headers: {
      ...headers(),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => Promise.reject(unreachable()))
}

function headers(): Record<string, string> {
  return { Authorization: `Bearer ${accessToken() ?? 'none'}`, 'Accept-Language': language.get() }
}

async function renewOrForget(used: string | undefined): Promise<void> {
  try {
    await renew(used)
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) forget()
    throw error
  }
}

async function failureOf(response: Response): Promise<ApiError> {
  return errorOf(response.status, await response.json().catch(() => undefined))
}

function waitOf(response: Response): number {
  return Number(response.headers.get('Retry-After') ?? LONGEST_WAIT + 1)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

// fetch cannot tell how much of a body has left.
function sendForm(
  path: string,
  form: FormData,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal | undefined },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onload = () => resolve({ status: request.status, text: request.responseText })
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(new DOMException('broken off', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort())
    request.send(form)
  })
}

function settle<T>({ status, text }: { status: number; text: string }): T {
  const body = parse(text)
  if (status >= 200 && status < 300 && body !== undefined) return body as T
  throw errorOf(status, body)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a proxy's own page, told as an odd answer
  }
}
