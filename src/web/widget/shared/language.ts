import type { Language, WidgetConfig } from './contract.ts'

/** Chooses the language: the tag's own wish, then the page's, then the browser's, then the assistant's. */
export function chooseLanguage(wish: string | undefined, config: WidgetConfig): Language {
  const wishes = [wish, document.documentElement.lang, ...navigator.languages, config.locale]
  const offered = config.languages.length ? config.languages : [config.locale]
  for (const candidate of wishes) {
    const language = candidate?.slice(0, 2).toLowerCase() as Language
    if ((language === 'ru' || language === 'en') && offered.includes(language)) return language
  }
  return config.locale === 'en' ? 'en' : 'ru'
}

/** Joins a number with the form of the noun its language asks for: forms are one, few, many (English: one, many). */
export function count(language: Language, number: number, forms: readonly string[]): string {
  const rule = new Intl.PluralRules(language).select(number)
  const form = rule === 'one' ? forms[0] : rule === 'few' ? forms[1] : forms[forms.length - 1]
  return `${number} ${form}`
}
