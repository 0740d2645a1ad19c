import type { Language } from './contract.ts'

const ru = {
  close: 'Закрыть чат',
  online: 'ИИ-помощник, отвечает сразу',
  away: 'ИИ-помощник, ответит чуть позже',
  placeholder: 'Напишите вопрос…',
  send: 'Отправить',
  messages: 'Переписка',
  suggestions: 'Частые вопросы',
  typing: 'Готовит ответ…',
  sending: 'Отправляется…',
  sent: 'Отправлено',
  failed: 'Не отправлено',
  retry: 'Повторить',
  busy: 'Слишком много сообщений сразу. Отправим сами чуть позже',
  offline: 'Нет связи. Сообщения сохранены, переподключаемся…',
  slow: 'Ответ задерживается. Он появится здесь, как только будет готов',
  earlier: 'Показать более ранние',
  latest: 'К последним сообщениям',
  notLoaded: 'Не удалось загрузить переписку',
  tooLong: 'Сообщение длиннее 4000 символов',
  sources: ['источник', 'источника', 'источников'],
  assistant: 'Помощник',
  you: 'Вы',
  today: 'Сегодня',
  yesterday: 'Вчера',
}

const en: typeof ru = {
  close: 'Close the chat',
  online: 'AI assistant, replies at once',
  away: 'AI assistant, replies a little later',
  placeholder: 'Ask a question…',
  send: 'Send',
  messages: 'Conversation',
  suggestions: 'Common questions',
  typing: 'Preparing an answer…',
  sending: 'Sending…',
  sent: 'Sent',
  failed: 'Not sent',
  retry: 'Try again',
  busy: 'Too many messages at once. We will send it shortly',
  offline: 'No connection. Your messages are kept, reconnecting…',
  slow: 'The answer is taking longer. It will appear here as soon as it is ready',
  earlier: 'Show earlier messages',
  latest: 'To the latest messages',
  notLoaded: 'The conversation could not be loaded',
  tooLong: 'The message is longer than 4000 characters',
  sources: ['source', 'sources'],
  assistant: 'Assistant',
  you: 'You',
  today: 'Today',
  yesterday: 'Yesterday',
}

/** The few words the button itself needs, apart so that the loader stays small. */
export const launcherTexts = {
  ru: {
    open: 'Открыть чат',
    close: 'Закрыть чат',
    failed: 'Чат не загрузился. Нажмите, чтобы попробовать ещё раз',
    unread: ['новое сообщение', 'новых сообщения', 'новых сообщений'],
  },
  en: {
    open: 'Open the chat',
    close: 'Close the chat',
    failed: 'The chat did not load. Press to try again',
    unread: ['new message', 'new messages'],
  },
}

export type Texts = typeof ru

/** The words of the chat window in one language. */
export function chatTexts(language: Language): Texts {
  return language === 'en' ? en : ru
}
