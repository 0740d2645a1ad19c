import { z } from 'zod'
import { event } from '../events/event.ts'

/** Passages were added that may lack vectors of the present embedder. */
export const passagesAdded = event(
  'passages.added',
  z.object({ tenant_id: z.int(), assistant_id: z.int() }),
  ({ tenant_id }) => `knowledge:${tenant_id}`,
)
export type PassagesAdded = z.infer<typeof passagesAdded.shape>
