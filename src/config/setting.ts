import { z } from 'zod'

export type Setting = {
  /** Dotted name, as in `config.toml` and `replyx config set`. */
  name: string
  shape: z.ZodType
  /** As a person would write it; undefined = not set. */
  fallback: string | undefined
  secret?: boolean
  /** The environment name, where it is not made of the dotted one. */
  env?: string
  about: string
}

export const text = z.string().trim().min(1).max(2000)
export const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''))
export const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const UNIT = { s: 1, m: 60, h: 3600 }
export const rate = z
  .string()
  .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,4}[smh]$/, 'like 100/1m: how many, in how long (s, m, h)')
  .transform((value) => {
    const [points, window] = value.split('/') as [string, string]
    return {
      points: Number(points),
      seconds: Number(window.slice(0, -1)) * UNIT[window.slice(-1) as keyof typeof UNIT],
    }
  })
