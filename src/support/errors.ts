import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  TICKET_CHANGED: [
    409,
    'Владелец успел написать ещё: прочитайте и закройте снова, если вопрос решён',
    'The owner has written again: read it, and close again if the matter is settled',
  ],
})
