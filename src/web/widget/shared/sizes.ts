import type { Language } from './contract.ts'

/** The size of a file in words, such as «1,2 МБ». */
export function sizeInWords(bytes: number, language: Language): string {
  const [amount, unit] = bytes < 100_000 ? [Math.max(0.1, bytes / 1024), 'kilobyte'] : [bytes / 1024 / 1024, 'megabyte']
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount)
}
