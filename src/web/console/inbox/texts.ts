import { words } from '../core/i18n.ts'

export const texts = words({
  ru: {
    title: 'Диалоги',
    visitor: 'Посетитель',
    choose: 'Выберите диалог',
    choose_text: 'Слева — разговоры. J и K ведут к следующему и предыдущему, T берёт диалог.',
    waiting_now: ['человек ждёт', 'человека ждут', 'человек ждут'],
    key_steps: 'Следующий и предыдущий диалог',
    key_take: 'Взять диалог',
    key_reply: 'Ответить',
    key_note: 'Внутренняя заметка',
    key_archive: 'Закрыть диалог',
    key_ai: 'Вернуть ассистенту',
  },
  en: {
    title: 'Inbox',
    visitor: 'Visitor',
    choose: 'Choose a dialog',
    choose_text: 'Conversations are at the left. J and K lead to the next and the one before, T takes a dialog.',
    waiting_now: ['person waits', 'people wait'],
    key_steps: 'Next and previous dialog',
    key_take: 'Take the dialog',
    key_reply: 'Reply',
    key_note: 'Internal note',
    key_archive: 'Close the dialog',
    key_ai: 'Back to the AI',
  },
})
