import { defineErrors } from '../errors.ts'
import { BankRefused } from '../outside/bank/tbank.ts'
import { OutsideFailed, OutsideRefused } from '../outside/failures.ts'

export const errors = defineErrors({
  PAYMENT_CREATION_FAILED: [502, 'Не удалось создать платёж в банке', 'The bank did not open the payment'],
  PAYMENT_FAILED: [502, 'Банк не выполнил операцию', 'The bank did not carry this out'],
  PAYMENT_NOT_FOUND: [404, 'Платёж не найден', 'There is no such payment'],
  INVALID_PAYMENT_AMOUNT: [422, 'Некорректная сумма платежа', 'The amount of the payment is not valid'],
  PAYMENT_ALREADY_PROCESSED: [409, 'Платёж уже обработан', 'The payment has been processed already'],
  WEBHOOK_SIGNATURE_INVALID: [401, 'Некорректная подпись уведомления', 'The signature of the notice is not valid'],
  WEBHOOK_IP_NOT_ALLOWED: [403, 'Адрес отправителя не из сети банка', "The sender is not in the bank's network"],
})

/** Throws what the bank refused with, or its silence, as PAYMENT_FAILED; anything else as it is. */
export function asBankFailure(error: unknown): never {
  if (error instanceof BankRefused) throw errors.PAYMENT_FAILED({ bank_code: error.code })
  if (error instanceof OutsideFailed || error instanceof OutsideRefused)
    throw errors.PAYMENT_FAILED({ reason: 'the bank did not answer' })
  throw error
}
