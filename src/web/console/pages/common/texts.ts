import { words } from '../../core/i18n.ts'

/** The words that every page of the owner needs. */
export const common = words({
  ru: {
    save: 'Сохранить',
    saved: 'Сохранено',
    add: 'Добавить',
    edit: 'Изменить',
    remove: 'Удалить',
    removed: 'Удалено',
    assistant: 'Ассистент',
    more: 'Показать ещё',
    no_assistant: 'Сначала создайте ассистента',
    no_assistant_text: 'Ассистент отвечает клиентам по вашим материалам: у каждого свои документы, вид и каналы.',
    create: 'Создать ассистента',
  },
  en: {
    save: 'Save',
    saved: 'Saved',
    add: 'Add',
    edit: 'Edit',
    remove: 'Delete',
    removed: 'Deleted',
    assistant: 'Assistant',
    more: 'Show more',
    no_assistant: 'Create an assistant first',
    no_assistant_text:
      'An assistant answers customers from your material; each has documents, looks and channels of its own.',
    create: 'Create an assistant',
  },
})
