import type { Locale } from '../errors.ts'

/** What the appliance says in its own words; one text for every case of one kind. */
export const texts = {
  unknown: {
    ru: 'К сожалению, в моих материалах нет ответа на этот вопрос. Спросите иначе — или напишите «оператор», и я позову сотрудника.',
    en: 'Sorry, my materials have no answer to this question. Ask it differently, or write “operator” and I will call a colleague.',
  },
  suggest: {
    ru: 'Точного ответа я не нашёл. Возможно, вы имели в виду:',
    en: 'I found no exact answer. Did you mean:',
  },
  file: {
    ru: 'Файл получен, сотрудники его увидят. Сам я читаю только текст: напишите вопрос словами — или «оператор», и я позову сотрудника.',
    en: 'Thank you, the file has arrived and the staff can see it. I only read text myself: ask in words, or write “operator” and I will call a colleague.',
  },
  handed_over: {
    ru: 'Передаю ваш вопрос сотруднику: он ответит сам.',
    en: 'I am passing your question on to a colleague, who will answer it.',
  },
  failed: {
    ru: 'Не получилось подготовить ответ. Пожалуйста, отправьте вопрос ещё раз чуть позже.',
    en: 'The answer could not be prepared. Please send the question again a little later.',
  },
} satisfies Record<string, Record<Locale, string>>

/** The language to answer in: the question's own where its letters say so, else the one given. */
export function languageOf(question: string, otherwise: Locale): Locale {
  const cyrillic = question.match(/\p{Script=Cyrillic}/gu)?.length ?? 0
  const latin = question.match(/\p{Script=Latin}/gu)?.length ?? 0
  if (cyrillic === latin) return otherwise
  return cyrillic > latin ? 'ru' : 'en'
}
