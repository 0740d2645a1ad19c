import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  TOKEN_EXPIRED: [401, 'Сессия закончилась, войдите снова', 'The session has ended, sign in again'],
  EMAIL_NOT_CONFIRMED: [
    403,
    'Адрес не подтверждён: введите код из письма',
    'The address is not confirmed: enter the code from the letter',
  ],
  CONFIRMATION_CODE_EXPIRED: [
    400,
    'Код не подходит или истёк, запросите новый',
    'The code does not fit or has expired, ask for a new one',
  ],
})
