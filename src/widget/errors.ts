import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  TELEGRAM_NOT_CONNECTED: [
    404,
    'У этого ассистента нет бота, который сейчас работает',
    'This assistant has no bot that works right now',
  ],
})
