import { language } from '../core/i18n.ts'

/** The size of a file as people say it. */
export function sizeOf(bytes: number): string {
  const isSmall = bytes < 1_000_000
  const amount = isSmall ? Math.max(1, Math.round(bytes / 1000)) : bytes / 1_000_000
  const unit = isSmall ? 'kilobyte' : 'megabyte'
  return new Intl.NumberFormat(language.get(), { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount)
}
