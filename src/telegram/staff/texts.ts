import type { Texts } from '../../errors.ts'
import type { Group } from './store.ts'

/** What the staff reads in its group. */
export const texts = {
  take: { ru: 'Взять диалог', en: 'Take the dialog' },
  waits: { ru: '🔔 Ждёт оператора', en: '🔔 Waits for an operator' },
  led: (name: string): Texts => ({ ru: `👤 Диалог ведёт ${name}`, en: `👤 ${name} has this dialog` }),
  over: { ru: '✓ Оператор больше не нужен', en: '✓ No operator is needed any more' },
  page: { ru: 'Страница', en: 'Page' },
  reason: { ru: 'Почему', en: 'Why' },
  lastSaid: { ru: 'Последние сообщения', en: 'Last messages' },
  assistant: { ru: 'Ассистент', en: 'Assistant' },
  inConsole: { ru: 'В консоли', en: 'In the console' },
  twin: {
    ru: 'Связь оборвалась, пока создавалась тема: возможно, есть ещё одна, пустая, с тем же именем. Её можно удалить.',
    en: 'The connection broke while the topic was made: there may be another, empty one of the same name. You may delete it.',
  },
  again: {
    ru: '↻ Связь обрывалась: это сообщение могло уже прийти выше.',
    en: '↻ The connection broke: this may stand above already.',
  },
  edited: { ru: '(исправлено)', en: '(edited)' },
  transferred: (name: string): Texts => ({
    ru: `👤 Диалог передан, теперь его ведёт ${name}`,
    en: `👤 The dialog was passed on, ${name} has it now`,
  }),
  delayed: {
    ru: '⏳ Посетителю сказано, что пока никто не освободился.',
    en: '⏳ The visitor was told that nobody is free yet.',
  },
  nobodyCame: {
    ru: '⌛ Никто не пришёл: снова отвечает ассистент.',
    en: '⌛ Nobody came: the assistant is answering again.',
  },
  released: { ru: '↩ Снова отвечает ассистент.', en: '↩ The assistant is answering again.' },
  closed: { ru: '✓ Диалог закрыт.', en: '✓ The dialog is closed.' },
  cancelled: {
    ru: '✕ Оператора больше не ждут: запрос отменён.',
    en: '✕ The request for an operator was taken back.',
  },
  taken: {
    ru: 'Диалог ваш. Пишите прямо в эту тему.',
    en: 'The dialog is yours. Write right into this topic.',
  },
  takenBy: (name: string): Texts => ({ ru: `Диалог уже ведёт ${name}`, en: `${name} has this dialog already` }),
  notSent: { ru: 'Посетителю не отправлено', en: 'Not sent to the visitor' },
  isClosed: {
    ru: 'диалог закрыт. Когда посетитель напишет снова, начнётся новый.',
    en: 'the dialog is closed. When the visitor writes again, a new one begins.',
  },
  onlyWords: {
    ru: 'голосовые, стикеры и подобное отсюда не пересылаются. Напишите словами.',
    en: 'voice messages, stickers and the like cannot be passed on from here. Use words.',
  },
  noFiles: {
    ru: 'в Telegram посетителя файлы отсюда не пересылаются. Напишите словами или пришлите ссылку.',
    en: 'files cannot be passed on to a visitor in Telegram. Use words or a link.',
  },
  fileLost: {
    ru: 'файл не удалось взять: нужна картинка или PDF не больше 10 МБ.',
    en: 'the file could not be taken: a picture or PDF of at most 10 MB is needed.',
  },
  unknownCommand: { ru: 'такой команды нет. Список: /help', en: 'there is no such command. The list: /help' },
  stranger: {
    ru: 'Это не ушло посетителю: ваш Telegram не связан с учётной записью. Откройте в консоли «Настройки», получите код в разделе Telegram и отправьте его сюда командой /link КОД.',
    en: 'This was not sent: your Telegram is not linked with an account. Open “Settings” in the console, get a code under Telegram and send it here as /link CODE.',
  },
  help: {
    ru: 'Что напишете в теме диалога, получит посетитель.\n/take — взять диалог\n/ai — вернуть ассистенту\n/close — закрыть диалог\n// в начале — сообщение только для коллег',
    en: 'What you write in the topic of a dialog goes to the visitor.\n/take takes the dialog\n/ai gives it back to the assistant\n/close closes the dialog\n// at the beginning is for colleagues only',
  },
} satisfies Record<string, Texts | ((value: string) => Texts)>

/** What is said about linking. */
export const linkTexts = {
  usage: {
    ru: 'Получите код в консоли и отправьте его так: /link КОД',
    en: 'Get a code in the console and send it like this: /link CODE',
  },
  wrong: {
    ru: 'Этот код не подходит: он уже использован, устарел или набран с ошибкой. Получите в консоли новый.',
    en: 'This code does not work: it was used already, is too old or was mistyped. Get a new one in the console.',
  },
  tooMany: {
    ru: 'Слишком много неверных кодов. Попробуйте через пятнадцать минут.',
    en: 'Too many wrong codes. Try again in fifteen minutes.',
  },
  unsure: {
    ru: 'Не удалось спросить Telegram об этой группе. Код ещё действует: отправьте команду снова.',
    en: 'Telegram could not be asked about this group. The code still works: send the command again.',
  },
  person: (name: string): Texts => ({
    ru: `Готово: ваш Telegram связан с учётной записью «${name}».`,
    en: `Done: your Telegram is linked with the account “${name}”.`,
  }),
  group: {
    ru: 'Готово: группа подключена. Каждый диалог, в котором ждут человека, станет здесь темой. Операторам осталось связать свой Telegram: код — в консоли, в «Настройках». Команды: /help',
    en: 'Done: the group is linked. Each dialog that waits for a human becomes a topic here. Operators link their own Telegram with a code from “Settings” in the console. Commands: /help',
  },
  moved: {
    ru: 'Диалоги теперь приходят в другую группу: эта отвязана.',
    en: 'Dialogs now go to another group: this one was unlinked.',
  },
  unlinked: { ru: 'Эта группа отвязана: новые диалоги сюда не придут.', en: 'This group was unlinked.' },
} satisfies Record<string, Texts | ((value: string) => Texts)>

/** What is wrong with a group and what to do about it. */
export const problems: Record<NonNullable<Group['problem']>, Texts> = {
  no_topics: {
    ru: 'В группе не включены темы. Включите их в настройках группы («Темы») и отправьте команду ещё раз.',
    en: 'Topics are off in this group. Switch on “Topics” in its settings and send the command again.',
  },
  no_rights: {
    ru: 'Бот не может управлять темами. Сделайте его администратором с правом «Управление темами» и отправьте команду ещё раз.',
    en: 'The bot may not manage topics. Make it an administrator who may “Manage topics” and send the command again.',
  },
  kicked: {
    ru: 'Бота нет в группе. Добавьте его администратором с правом «Управление темами».',
    en: 'The bot is not in the group. Add it as an administrator who may “Manage topics”.',
  },
}
