import { z } from 'zod'
import { event } from '../../events/event.ts'

const stream = ({ tenant_id }: { tenant_id: number }) => `telegram-staff:${tenant_id}`

/** What is said in a dialog's topic is behind what happened in the dialog, and is to be brought on after a while. */
export const topicDue = event(
  'telegram.topic.due',
  z.object({ tenant_id: z.int(), dialog_id: z.int(), wait: z.number() }),
  stream,
)

/** A tenant's group can be written in: it was linked, or its bot is back. */
export const groupReady = event('telegram.group.ready', z.object({ tenant_id: z.int() }), stream)
