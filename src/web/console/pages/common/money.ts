import { refusal } from '../../core/errors.ts'
import { language, words, wordsNow } from '../../core/i18n.ts'

const texts = words({
  ru: { no_sum: 'Введите сумму цифрами, не больше двух знаков после запятой.' },
  en: { no_sum: 'Type the sum in digits, with at most two decimals.' },
})

/** Roubles as people read them: «1 234,50 ₽»; kopecks only where there are some. */
export function roubles(sum: number): string {
  const fraction = Number.isInteger(sum) ? { maximumFractionDigits: 0 } : { minimumFractionDigits: 2 }
  const format = { style: 'currency', currency: 'RUB', currencyDisplay: 'narrowSymbol', ...fraction } as const
  return new Intl.NumberFormat(language.get(), format).format(sum)
}

/** A sum as somebody typed it, with a comma or a dot, spaces between thousands, the currency after it; throws a refusal about `field` for anything else. */
export function typedRoubles(text: string, field: string): number {
  const plain = text.replaceAll(/[\s₽]/g, '').replace(',', '.')
  if (!/^[-−]?\d{1,9}(\.\d{1,2})?$/.test(plain)) throw refusal(field, wordsNow(texts).no_sum)
  return Number(plain.replace('−', '-'))
}
