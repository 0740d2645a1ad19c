import type { Locale } from '../errors.ts'

type Both = Record<Locale, string>

/** What is said at each step of a handoff: to the visitor in the language of their dialog. */
export const texts = {
  visitor: { ru: 'Посетитель', en: 'Visitor' },
  requested: (wait: string): Both => ({
    ru: `Зову сотрудника. Примерное ожидание: ${wait}. Можно писать дальше — он увидит весь разговор.`,
    en: `I am calling a colleague. Estimated wait: ${wait}. Keep writing, they will see the whole conversation.`,
  }),
  requestedNobodyThere: {
    ru: 'Зову сотрудника, но сейчас никого нет на месте. Оставьте e-mail, и вам ответят письмом.',
    en: 'I am calling a colleague, but nobody is there right now. Leave an e-mail and you will be answered by letter.',
  },
  joined: (name: string): Both => ({
    ru: `Оператор ${name} подключился к диалогу`,
    en: `${name} has joined the conversation`,
  }),
  requeued: {
    ru: 'Сотрудник отошёл, передаю разговор его коллеге.',
    en: 'Your operator had to leave, a colleague will take over.',
  },
  delayed: {
    ru: 'Пока никто не освободился. Оставьте e-mail, и вам ответят письмом, — или подождите ещё немного.',
    en: 'Nobody is free yet. Leave an e-mail to be answered by letter, or wait a little longer.',
  },
  givenBack: {
    ru: 'Сотрудники сейчас не могут ответить. Пока отвечаю снова я — спрашивайте; ваша просьба передана.',
    en: 'Nobody can come right now. I am answering again, please go ahead; your request was passed on.',
  },
  released: { ru: 'Снова отвечает ассистент.', en: 'The assistant is answering again.' },
  ended: { ru: 'Разговор с оператором завершён.', en: 'The conversation with the operator has ended.' },
  cancelled: {
    ru: 'Хорошо, сотрудника не зовём. Снова отвечаю я.',
    en: 'All right, no operator then. I am answering again.',
  },
} satisfies Record<string, Both | ((value: string) => Both)>

const STEP = 5 // minutes; a range says honestly how little a forecast is worth

/** A waiting time as people say it: minutes → «5-10 минут». */
export function waitInWords(minutes: number, locale: Locale): string {
  const from = Math.floor(Math.max(0, minutes - 1) / STEP) * STEP
  const range = from === 0 ? `до ${STEP}` : `${from}-${from + STEP}`
  return locale === 'ru' ? `${range} минут` : `${range.replace('до', 'up to')} minutes`
}

const MANUAL: Both = { ru: 'позвали кнопкой или командой', en: 'called by a button or command' }
const REASONS: Record<string, Both> = {
  keyword: { ru: 'просит человека', en: 'asks for a human' },
  manual: MANUAL,
  fallback: { ru: 'ассистент не нашёл ответа', en: 'the assistant found no answer' },
  retries: { ru: 'спрашивает об одном и том же', en: 'asks the same again and again' },
  complaint: { ru: 'жалоба', en: 'a complaint' },
  low_confidence: { ru: 'ассистент не уверен в ответе', en: 'the assistant is not sure' },
}

/** Why a human is wanted, in words. */
export function reasonInWords(reason: string | null, locale: Locale): string {
  return (REASONS[reason ?? 'manual'] ?? MANUAL)[locale]
}
