import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  EMAIL_ALREADY_REGISTERED: [409, 'Этот адрес уже зарегистрирован', 'This address is already registered'],
  INVALID_CREDENTIALS: [401, 'Неверный email или пароль', 'Wrong email or password'],
})
