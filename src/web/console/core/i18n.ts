import { createStore, memory, useStore } from './store.ts'

export type Language = 'ru' | 'en'
type Word = string | readonly string[] | ((...given: never[]) => string)
type Loose<T> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends readonly string[] ? readonly string[] : T[K]
}
export type Words<T> = Record<Language, Loose<T>>

/** The texts of one part of the console in both languages; one that lacks a text of the other does not compile. */
export function words<const T extends Record<string, Word>>(table: { ru: T; en: NoInfer<Loose<T>> }): Words<T> {
  return table as unknown as Words<T>
}

export const language = createStore<Language>(firstLanguage())
document.documentElement.lang = language.get()

/** The texts in the language that is chosen now; drawn again when it changes. */
export function useWords<T>(table: Words<T>): Loose<T> {
  return table[useStore(language)]
}

/** The texts in the present language, outside of components. */
export function wordsNow<T>(table: Words<T>): Loose<T> {
  return table[language.get()]
}

/** Chooses the language for this browser. */
export function setLanguage(chosen: Language): void {
  memory.write('language', chosen)
  document.documentElement.lang = chosen
  language.set(chosen)
}

/** A number with the form of the noun its language asks for: forms are one, few, many (English: one, many). */
export function count(number: number, forms: readonly string[]): string {
  const rule = new Intl.PluralRules(language.get()).select(number)
  const form = rule === 'one' ? forms[0] : rule === 'few' ? forms[1] : forms[forms.length - 1]
  return `${number.toLocaleString(language.get())} ${form}`
}

function firstLanguage(): Language {
  const wishes = [memory.read('language'), ...navigator.languages]
  const known = wishes.map((wish) => wish?.slice(0, 2).toLowerCase()).find((wish) => wish === 'ru' || wish === 'en')
  return known ?? 'ru'
}
