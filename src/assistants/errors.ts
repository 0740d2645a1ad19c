import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  INVALID_SITE_TOKEN: [401, 'Неизвестный site_token', 'Unknown site_token'],
  ORIGIN_NOT_ALLOWED: [
    403,
    'Этому сайту не разрешено показывать виджет: добавьте его домен в allowed_domains ассистента',
    'This site may not show the widget: add its domain to the allowed_domains of the assistant',
  ],
  IDENTITY_NOT_VERIFIED: [
    403,
    'Подпись посетителя не подходит или устарела',
    'The signature of the visitor is wrong or has expired',
  ],
})
