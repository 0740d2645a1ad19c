import { z } from 'zod'
import { event } from '../events/event.ts'

/** An account may not work any more: it was blocked or removed. */
export const accountClosed = event(
  'account.closed',
  z.object({ tenant_id: z.int(), user_id: z.int() }),
  ({ user_id }) => `account:${user_id}`,
)
