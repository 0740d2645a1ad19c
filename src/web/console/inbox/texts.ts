import { words } from '../core/i18n.ts'

export const texts = words({
  ru: {
    title: 'Диалоги',
    empty: 'Пока никто не написал',
    empty_text: 'Здесь появятся разговоры с сайта и из Telegram.',
    visitor: 'Посетитель',
  },
  en: {
    title: 'Inbox',
    empty: 'Nobody has written yet',
    empty_text: 'Conversations from the website and Telegram will appear here.',
    visitor: 'Visitor',
  },
})
