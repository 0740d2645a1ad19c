import { z } from 'zod'
import { toKopecks } from '../../lib/money.ts'

/** Roubles as they are typed, `500` or `-12,50`, in kopecks. */
export const TypedRoubles = z
  .string()
  .regex(/^-?\d{1,9}([.,]\d{1,2})?$/, 'roubles with at most two decimals are needed')
  .transform((typed) => toKopecks(Number(typed.replace(',', '.'))) ?? 0)
