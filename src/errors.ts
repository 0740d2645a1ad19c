export type Locale = 'ru' | 'en'
export type Texts = Record<Locale, string>

/** A decision: named, shown to the caller in the caller's language, never retried. Everything else thrown is an accident. */
export class AppError extends Error {
  readonly code: string
  readonly status: number
  readonly texts: Texts
  readonly details: Record<string, unknown>
  constructor(code: string, status: number, texts: Texts, details: Record<string, unknown> = {}) {
    super(texts.en)
    this.name = 'AppError'
    this.code = code
    this.status = status
    this.texts = texts
    this.details = details
  }
}

export type ErrorMaker = ((details?: Record<string, unknown>) => AppError) & {
  code: string
  status: number
  texts: Texts
}

const catalogue = new Map<string, ErrorMaker>()

/** Declares the named failures of one folder: code → [HTTP status, Russian, English]. A code may be declared once in the whole program. */
export function defineErrors<K extends string>(
  table: Record<K, [status: number, ru: string, en: string]>,
): Record<K, ErrorMaker> {
  const makers = {} as Record<K, ErrorMaker>
  for (const code of Object.keys(table) as K[]) {
    const [status, ru, en]: [number, string, string] = table[code]
    makers[code] = defineError(code, status, ru, en)
  }
  return makers
}

/** Every declared failure by code, for the reference document. */
export function errorCatalogue(): ReadonlyMap<string, ErrorMaker> {
  return catalogue
}

function defineError(code: string, status: number, ru: string, en: string): ErrorMaker {
  if (catalogue.has(code)) throw new Error(`the error ${code} is declared twice`)
  const texts = { ru, en }
  const maker = Object.assign((details?: Record<string, unknown>) => new AppError(code, status, texts, details), {
    code,
    status,
    texts,
  })
  catalogue.set(code, maker)
  return maker
}

/** The failures that belong to no noun. `VALIDATION_ERROR` details are `{ field, issue }`. */
export const errors = defineErrors({
  VALIDATION_ERROR: [422, 'Некорректные данные', 'The data is not valid'],
  NOT_FOUND: [404, 'Не найдено', 'Not found'],
  INTERNAL_ERROR: [500, 'Внутренняя ошибка', 'Internal error'],
  RATE_LIMIT_EXCEEDED: [429, 'Слишком много запросов, попробуйте позже', 'Too many requests, try again later'],
  INSUFFICIENT_PERMISSIONS: [403, 'Недостаточно прав', 'You are not allowed to do this'],
})

/** A refusal of one input field, in both languages. */
export function invalid(field: string, ru: string, en: string, more: Record<string, unknown> = {}): AppError {
  return new AppError(
    'VALIDATION_ERROR',
    422,
    { ru: `${field}: ${ru}`, en: `${field}: ${en}` },
    { field, issue: ru, ...more },
  )
}
