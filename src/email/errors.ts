import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  EMAIL_SEND_FAILED: [502, 'Письмо не отправлено', 'The letter could not be sent'],
  SMTP_CONNECTION_FAILED: [502, 'Почтовый сервер недоступен', 'The mail server cannot be reached'],
  LETTER_ENDED: [
    409,
    'Это письмо уже не отправить: оно ушло, устарело или забыто',
    'This letter cannot be sent any more: it went out, is out of date or forgotten',
  ],
})
