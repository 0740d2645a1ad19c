import { words } from '../core/i18n.ts'

export const texts = words({
  ru: {
    cancel: 'Отмена',
    close: 'Закрыть',
    copy: 'Скопировать',
    copied: 'Скопировано',
    not_copied: 'Браузер не дал скопировать. Выделите текст и нажмите Ctrl+C.',
    retry: 'Попробовать ещё раз',
    loading: 'Загружается…',
    back: 'Назад',
    optional: 'необязательно',
    now: 'только что',
    failed: 'Не получилось',
    sources: 'На чём основано',
  },
  en: {
    cancel: 'Cancel',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    not_copied: 'The browser did not allow copying. Select the text and press Ctrl+C.',
    retry: 'Try again',
    loading: 'Loading…',
    back: 'Back',
    optional: 'optional',
    now: 'just now',
    failed: 'That did not work',
    sources: 'What it stands on',
  },
})
