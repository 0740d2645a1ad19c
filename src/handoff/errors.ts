import { defineErrors } from '../errors.ts'

/** The refusals of handing a dialog over. */
export const errors = defineErrors({
  HANDOFF_NOT_FOUND: [404, 'Запрос на оператора не найден', 'There is no handoff request'],
  HANDOFF_ALREADY_REQUESTED: [409, 'Оператор уже вызван', 'An operator has already been asked for'],
  HANDOFF_CONFLICT: [409, 'Диалог уже ведёт другой оператор', 'Another operator has this dialog'],
  OPERATOR_CAPACITY_EXCEEDED: [
    409,
    'У оператора уже столько диалогов, сколько он может вести',
    'The operator has as many dialogs as they can handle',
  ],
  HANDOFF_RATE_LIMIT: [
    429,
    'Слишком много запросов оператора, подождите минуту',
    'Too many handoff requests, wait a minute',
  ],
})
