import { z } from 'zod'

const MAX_ID_DIGITS = 15 // stays below 2^53

/** An id in a path or query: decimal digits only, so `1e3`, ` 1` and `٣` are refused. */
export const Id = z
  .string()
  .regex(new RegExp(`^[1-9]\\d{0,${MAX_ID_DIGITS - 1}}$`))
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 1 } })

/** An id in a JSON body. */
export const BodyId = z.int().positive()

/** `limit` and `offset` of every list; out of range is refused, not clipped. */
export const Page = z.object({
  limit: z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(50)
    .meta({ override: { type: 'integer', minimum: 1, maximum: 100, default: 50 } }),
  offset: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .default(0)
    .meta({ override: { type: 'integer', minimum: 0, default: 0 } }),
})

export const Done = z.object({ success: z.literal(true) }).meta({ id: 'Done' })
export const ErrorEnvelope = z
  .object({ error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }) })
  .meta({ id: 'Error' })

const MAX_DEPTH = 32 // no shape of ours is deeper; a body nested further is an attack on the parser

export type Fault = { field: string; ru: string; en: string }

/** What no shape may contain anywhere: NUL, lone surrogates, too deep nesting. Answers the first fault with the field's path, or undefined. */
export function findFault(value: unknown, field: string, depth = 0): Fault | undefined {
  if (typeof value === 'string') return faultInText(value, field)
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > MAX_DEPTH) return { field, ru: 'слишком большая вложенность', en: 'nested too deeply' }
  for (const [key, inner] of Object.entries(value)) {
    const path = field ? `${field}.${key}` : key
    const fault = faultInText(key, path.toWellFormed().replaceAll('\0', '')) ?? findFault(inner, path, depth + 1)
    if (fault) return fault
  }
  return undefined
}

function faultInText(text: string, field: string): Fault | undefined {
  if (text.includes('\0')) return { field, ru: 'нулевой символ недопустим', en: 'a NUL character is not allowed' }
  if (!text.isWellFormed()) return { field, ru: 'повреждённый символ Unicode', en: 'a broken Unicode character' }
  return undefined
}
