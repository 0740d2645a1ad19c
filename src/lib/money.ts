import type { Locale } from '../errors.ts'

/** Kopecks as the number of roubles that the wire shows; the only place that divides by a hundred. */
export function toRoubles(kopecks: number): number {
  return kopecks / 100
}

/** Roubles with at most two decimals as whole kopecks; undefined for any other number, so that nothing is ever rounded. */
export function toKopecks(roubles: number): number | undefined {
  // 19.99 * 100 is 1998.9999999999998: what was written decides, not what was multiplied.
  return /^-?\d+(\.\d{1,2})?$/.test(String(roubles)) ? Math.round(roubles * 100) : undefined
}

/** A sum for people: `1234.50 ₽` as it can be typed back in, or as it is written in a language: `1 234,50 ₽`. */
export function inRoubles(kopecks: number, locale?: Locale): string {
  if (!locale) return `${toRoubles(kopecks).toFixed(2)} ₽`
  const format = { style: 'currency', currency: 'RUB', currencyDisplay: 'narrowSymbol' } as const
  return new Intl.NumberFormat(locale, format).format(toRoubles(kopecks))
}
