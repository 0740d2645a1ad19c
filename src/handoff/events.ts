import { z } from 'zod'
import { dialogStream } from '../dialogs/events.ts'
import { event } from '../events/event.ts'

const Place = z.object({
  tenant_id: z.int(),
  assistant_id: z.int(),
  dialog_id: z.int(),
  platform: z.enum(['website', 'telegram']),
  handoff_id: z.int(),
  bot_id: z.int().nullable(),
  telegram_chat_id: z.string().nullable(),
})
const stream = ({ dialog_id }: { dialog_id: number }) => dialogStream(dialog_id)

/** A human is wanted: asked for anew, or again because the one who had the dialog is gone. `at` names this wait. */
export const handoffRequested = event(
  'handoff.requested',
  Place.extend({
    reason: z.string(),
    priority: z.enum(['low', 'normal', 'high', 'urgent']),
    queue_position: z.int(),
    estimated_wait_time: z.string(),
    requeued: z.boolean(),
    at: z.int(),
  }),
  stream,
)
export type HandoffRequested = z.infer<typeof handoffRequested.shape>

const Operator = z.object({ id: z.int(), name: z.string(), avatar: z.null() })

/** An operator has the dialog now. */
export const handoffStarted = event(
  'handoff.started',
  Place.extend({ operator: Operator, at: z.int(), transferred_from: z.string().nullable() }),
  stream,
)
export type HandoffStarted = z.infer<typeof handoffStarted.shape>

/** Nobody has come for some minutes; the visitor may leave an address. */
export const handoffDelayed = event('handoff.delayed', Place, stream)

/** No human has the dialog any more; with `return_to_ai` the assistant answers again. */
export const handoffReleased = event(
  'handoff.released',
  Place.extend({ resolution: z.string().nullable(), return_to_ai: z.boolean(), nobody_came: z.boolean() }),
  stream,
)
export type HandoffReleased = z.infer<typeof handoffReleased.shape>

/** The wish was taken back before anybody came. */
export const handoffCancelled = event('handoff.cancelled', Place, stream)
