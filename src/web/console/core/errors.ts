import { words, wordsNow } from './i18n.ts'

/** What the server refused, or why it could not be asked (`status` 0). */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly details: Record<string, unknown>
  constructor(code: string, status: number, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.details = details
  }
}

const texts = words({
  ru: {
    offline: 'Нет связи с сервером. Проверьте сеть и попробуйте ещё раз.',
    odd: 'Сервер ответил непонятно. Попробуйте ещё раз.',
    broken: 'Что-то сломалось на этой странице. Обновите её.',
  },
  en: {
    offline: 'The server cannot be reached. Check the network and try again.',
    odd: 'The server gave an answer that makes no sense. Try again.',
    broken: 'Something broke on this page. Reload it.',
  },
})

/** The failure of a request that got no answer. */
export function unreachable(): ApiError {
  return new ApiError('OFFLINE', 0, wordsNow(texts).offline)
}

/** A refusal of this page's own, before the server is asked. */
export function refusal(field: string, sentence: string): ApiError {
  return new ApiError('VALIDATION_ERROR', 0, sentence, { field })
}

/** The failure an answer tells of; anything but our envelope gets a sentence of ours. */
export function errorOf(status: number, body: unknown): ApiError {
  const { code, message, details } = (body as { error?: Partial<ApiError> } | undefined)?.error ?? {}
  if (typeof code !== 'string') return new ApiError('UNKNOWN', status, wordsNow(texts).odd)
  return new ApiError(code, status, String(message), details ?? {})
}

/** One sentence about any failure, fit to be shown. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiError)) return wordsNow(texts).broken
  const { field, issue } = error.details
  if (error.code !== 'VALIDATION_ERROR' || typeof field !== 'string') return error.message
  const prefix = `${field}: `
  // The message is either «field: what is wrong», or general and what is wrong stands in the details.
  const what = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : String(issue ?? error.message)
  return what.charAt(0).toUpperCase() + what.slice(1)
}

/** The input field a refusal is about, if it is about one. */
export function fieldOf(error: unknown): string | undefined {
  const field = error instanceof ApiError ? error.details.field : undefined
  return typeof field === 'string' ? field : undefined
}
