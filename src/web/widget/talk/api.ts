import type { SavedStore } from '../shared/storage.ts'

/** A refusal or an accident on the way; `status` 0 means the server was not reached. */
export class ApiFailure extends Error {
  readonly status: number
  readonly retry_after_ms: number
  /** The name of the refusal in the API's catalogue. */
  readonly code: string | undefined

  constructor(message: string, { status, retry_after_ms = 0, code }: Failure) {
    super(message)
    this.status = status
    this.retry_after_ms = retry_after_ms
    this.code = code
  }
}

interface Failure {
  status: number
  retry_after_ms?: number
  code?: string | undefined
}

export interface Api {
  /** Calls the visitor API with JSON in and out, opening or renewing the guest's session as needed. */
  call: <T>(method: 'GET' | 'POST', path: string, body?: unknown) => Promise<T>
  /** Sends a form, telling how far it is, from 0 to 1. */
  upload: <T>(path: string, form: FormData, onProgress: (share: number) => void) => Promise<T>
  download: (path: string) => Promise<Blob>
  /** Opens a stream; the answer's body is left to the caller. */
  stream: (path: string, options: { lastEventId: number; signal: AbortSignal }) => Promise<Response>
}

interface Session {
  guest_id: string
  visitor_token: string
}

const CALL_TIMEOUT_MS = 20_000 // a phone on a poor network still answers within it
const FILE_TIMEOUT_MS = 180_000 // ten megabytes over a poor mobile network
const DEFAULT_RETRY_MS = 10_000

/** Speaks to the visitor API of one site. Throws ApiFailure; a 401 renews the session once and asks again. */
export function createApi({ base, siteToken, store }: { base: string; siteToken: string; store: SavedStore }): Api {
  let renewing: Promise<string> | undefined

  async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const response = await authorized(path, () => ({
      method,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body === undefined ? {} : json(body)),
    }))
    return (await response.json()) as T
  }

  function upload<T>(path: string, form: FormData, onProgress: (share: number) => void): Promise<T> {
    return withToken((token) => sendForm<T>(`${base}api/widget/${path}`, { token, form, onProgress }))
  }

  async function download(path: string): Promise<Blob> {
    return (await authorized(path, () => ({ signal: AbortSignal.timeout(FILE_TIMEOUT_MS) }))).blob()
  }

  function stream(path: string, { lastEventId, signal }: { lastEventId: number; signal: AbortSignal }) {
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(lastEventId) }
    return authorized(path, () => ({ signal, headers, cache: 'no-store' }))
  }

  function authorized(path: string, init: () => RequestInit): Promise<Response> {
    return withToken((token) => request(path, withHeaders(init(), { Authorization: `Bearer ${token}` })))
  }

  async function withToken<T>(send: (token: string) => Promise<T>): Promise<T> {
    const token = store.read().visitor_token ?? (await renew())
    try {
      return await send(token)
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.status !== 401) throw error
      const latest = store.read().visitor_token // another tab may have renewed it already
      return send(latest && latest !== token ? latest : await renew())
    }
  }

  function renew(): Promise<string> {
    renewing ??= openSession().finally(() => {
      renewing = undefined
    })
    return renewing
  }

  async function openSession(): Promise<string> {
    const { visitor_token, guest_id } = store.read()
    const init = { method: 'POST', signal: AbortSignal.timeout(CALL_TIMEOUT_MS), ...json({ visitor_token }) }
    const response = await request('session', withHeaders(init, { 'X-Site-Token': siteToken }))
    const session = (await response.json()) as Session
    const sameGuest = session.guest_id === guest_id
    store.write({ ...session, ...(sameGuest ? {} : { dialog_id: undefined }) })
    return session.visitor_token
  }

  async function request(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(`${base}api/widget/${path}`, { credentials: 'omit', ...init }).catch((cause) => {
      throw new ApiFailure(String(cause), { status: 0 })
    })
    if (response.ok) return response
    throw new ApiFailure(`${response.status} ${path}`, failureOf(response.status, response.headers.get('Retry-After')))
  }

  return { call, upload, download, stream }
}

// Only this old interface tells how much of a body has left.
function sendForm<T>(
  url: string,
  { token, form, onProgress }: { token: string; form: FormData; onProgress: (share: number) => void },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.timeout = FILE_TIMEOUT_MS
    request.responseType = 'json'
    request.setRequestHeader('Authorization', `Bearer ${token}`)
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total)
    request.onloadend = () => {
      const { status, response } = request
      if (status === 200 || status === 201) resolve(response as T)
      else {
        const failure = failureOf(status, request.getResponseHeader('Retry-After'))
        reject(new ApiFailure(`${status} ${url}`, { ...failure, code: response?.error?.code }))
      }
    }
    request.send(form)
  })
}

function failureOf(status: number, retryAfter: string | null): Failure {
  const seconds = Number(retryAfter)
  return { status, retry_after_ms: seconds > 0 ? seconds * 1000 : DEFAULT_RETRY_MS }
}

function json(body: unknown): RequestInit {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}

function withHeaders(init: RequestInit, headers: Record<string, string>): RequestInit {
  return { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }
}
