import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  INSUFFICIENT_BALANCE: [402, 'Недостаточно средств', 'The balance is too small'],
  INVALID_AMOUNT: [422, 'Некорректная сумма', 'The amount is not valid'],
})
