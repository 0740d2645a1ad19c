import type { Locale, Texts } from '../errors.ts'

/** What a bot says in its own words. */
export const texts = {
  greeting: (name: string): Texts => ({
    ru: `Здравствуйте! Это ${name}. Задайте вопрос — отвечу сразу, а если не смогу, позову сотрудника.`,
    en: `Hello! This is ${name}. Ask your question: I answer at once, and if I cannot, I call a colleague.`,
  }),
  help: {
    ru: 'Просто напишите вопрос. /operator — позвать человека, /start — начать сначала.',
    en: 'Just write your question. /operator calls a human, /start begins anew.',
  },
  linked: {
    ru: 'Продолжаем разговор, начатый на сайте. Всё, о чём мы говорили, сохранилось.',
    en: 'We go on with the conversation you began on the site. Nothing of it is lost.',
  },
  staleLink: {
    ru: 'Ссылка с сайта уже не действует. Ничего страшного: напишите вопрос здесь.',
    en: 'The link from the site has expired. No harm done: write your question here.',
  },
  callHuman: { ru: 'Позвать человека', en: 'Call a human' },
  called: { ru: 'Зову сотрудника', en: 'Calling a colleague' },
  calledAlready: { ru: 'Сотрудник уже вызван', en: 'A colleague is on the way' },
  sources: { ru: 'Источники', en: 'Sources' },
  fileLost: {
    ru: 'Файл не удалось получить: пришлите его ещё раз, до 20 МБ, картинкой, PDF или документом.',
    en: 'The file could not be received: please send it again, up to 20 MB, as a picture, PDF or document.',
  },
} satisfies Record<string, Texts | ((value: string) => Texts)>

const KINDS: Record<string, Texts> = {
  voice: { ru: 'Голосовое сообщение', en: 'A voice message' },
  video_note: { ru: 'Видеосообщение', en: 'A video message' },
  video: { ru: 'Видео', en: 'A video' },
  audio: { ru: 'Аудиозапись', en: 'An audio file' },
  sticker: { ru: 'Стикер', en: 'A sticker' },
  location: { ru: 'Место на карте', en: 'A location' },
  venue: { ru: 'Место на карте', en: 'A location' },
  contact: { ru: 'Контакт', en: 'A contact' },
}
const OTHER: Texts = { ru: 'Сообщение', en: 'A message' }

/** The polite answer to what the bot cannot read. */
export function unreadable(kind: string, locale: Locale): string {
  const what = (KINDS[kind] ?? OTHER)[locale]
  return locale === 'ru'
    ? `${what}: такое я прочесть не могу. Напишите, пожалуйста, словами.`
    : `${what} is nothing I can read. Please put it into words.`
}
