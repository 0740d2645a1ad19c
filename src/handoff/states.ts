import type { HandoffStatus } from '../dialogs/state.ts'
import type { ErrorMaker } from '../errors.ts'
import { errors } from './errors.ts'

export type Change = 'request' | 'take' | 'transfer' | 'release' | 'cancel' | 'requeue' | 'give_back'

const { HANDOFF_NOT_FOUND: nothing, HANDOFF_CONFLICT: conflict, HANDOFF_ALREADY_REQUESTED: already } = errors
const CLOSED = { none: nothing, released: nothing, cancelled: nothing }

/** The whole state machine (contract, section 3): what a change makes of a state, or why it is refused. */
const TABLE: Record<Change, Record<HandoffStatus, HandoffStatus | ErrorMaker>> = {
  request: { none: 'requested', released: 'requested', cancelled: 'requested', requested: already, active: conflict },
  take: { ...CLOSED, requested: 'active', active: conflict },
  transfer: { ...CLOSED, requested: conflict, active: 'active' },
  release: { ...CLOSED, requested: conflict, active: 'released' },
  cancel: { ...CLOSED, requested: 'cancelled', active: conflict },
  // The clock's own changes: the operator went silent or is gone; nobody came.
  requeue: { ...CLOSED, requested: conflict, active: 'requested' },
  give_back: { ...CLOSED, requested: 'released', active: conflict },
}

/** Whether a human is called or there; the assistant is silent then. */
export function isWithStaff(status: string): boolean {
  return status === 'requested' || status === 'active'
}

/** The state a change leads to; throws the refusal that belongs to it, with the given details. */
export function stepTo(change: Change, from: HandoffStatus, details: Record<string, unknown> = {}): HandoffStatus {
  const to = TABLE[change][from]
  if (typeof to === 'string') return to
  throw to(details)
}
