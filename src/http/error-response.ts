import type { Response } from 'express'
import type { z } from 'zod'
import { AppError, errors, invalid, type Locale } from '../errors.ts'
import type { Log } from '../lib/log.ts'

/** Answers anything thrown with the error envelope in the caller's language. Accidents are logged and told as INTERNAL_ERROR only. */
export function sendError(res: Response, error: unknown, { locale, log }: { locale: Locale; log: Log }): void {
  const decision = asDecision(error)
  if (!decision) log.error({ err: error, request_id: res.getHeader('X-Request-Id') }, 'a request failed')
  if (res.headersSent) return void res.destroy()
  const { code, status, texts, details } = decision ?? errors.INTERNAL_ERROR()
  if (typeof details.retry_after === 'number') res.setHeader('Retry-After', details.retry_after)
  res.status(status).json({ error: { code, message: texts[locale], details } })
}

/** The first thing wrong with an input, with the field's path; `where` names the input when the whole of it is wrong. */
export function asInvalid(error: z.ZodError, where: string): AppError {
  const issue = error.issues[0]
  const field = issue?.path.map(String).join('.') || where
  return new AppError('VALIDATION_ERROR', 422, errors.VALIDATION_ERROR.texts, { field, issue: issue?.message ?? '' })
}

function asDecision(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error
  // What express and its body parser throw about a request carries `type` and a 4xx status.
  const { type, status } = error as { type?: string; status?: number }
  if (error instanceof URIError)
    return invalid('path', 'неверная кодировка адреса', 'the address is not properly encoded')
  if (type === 'entity.too.large')
    return invalid('body', 'слишком большое тело запроса', 'the request body is too large')
  if (type === 'entity.parse.failed') return invalid('body', 'это не JSON', 'this is not JSON')
  if (status && status >= 400 && status < 500)
    return invalid('body', 'тело запроса не читается', 'the request body cannot be read')
  return undefined
}
