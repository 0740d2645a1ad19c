import { defineErrors } from '../errors.ts'

export const errors = defineErrors({
  SSE_AUTH_FAILED: [401, 'Нет доступа к этому потоку событий', 'No access to this event stream'],
  SSE_CONNECTION_LIMIT: [429, 'Слишком много открытых потоков событий', 'Too many open event streams'],
  INVALID_LAST_EVENT_ID: [400, 'Некорректный Last-Event-ID', 'Last-Event-ID is not valid'],
})
