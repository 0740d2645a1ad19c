import type { Happening } from '../core/live/events.ts'
import type { Dialog, Fact } from './types.ts'

/** What the stream tells, if it is about a dialog. */
export function factOf(event: Happening): Fact | undefined {
  return typeof event.dialog_id === 'number' ? (event as unknown as Fact) : undefined
}

/** The dialog after a fact about it; undefined when the fact does not say enough and the dialog must be asked for. */
export function applyFact(dialog: Dialog, fact: Fact): Dialog | undefined {
  switch (fact.type) {
    case 'dialog.message.created':
      return {
        ...dialog,
        last_message: fact.message.text,
        last_message_time: fact.message.created_at,
        unread: dialog.unread + (fact.message.sender === 'user' ? 1 : 0),
      }
    case 'dialog.message.updated':
      return fact.message.created_at === dialog.last_message_time
        ? { ...dialog, last_message: fact.message.text }
        : dialog
    case 'handoff.requested':
      return {
        ...dialog,
        ...nobody,
        handoff_status: 'requested',
        handoff_reason: fact.reason,
        priority: fact.priority,
        handoff_requested_at: firstAsked(dialog, fact),
      }
    case 'handoff.started':
      return { ...dialog, handoff_status: 'active', taken_over_by: fact.operator.id, operator_name: fact.operator.name }
    case 'handoff.released':
      return { ...dialog, ...nobody, handoff_status: 'released', ai_off: !fact.return_to_ai }
    case 'handoff.cancelled':
      return { ...dialog, ...nobody, handoff_status: 'none' }
    case 'dialog.opened':
    case 'dialog.changed':
      return undefined
    default:
      return dialog
  }
}

const nobody = { taken_over_by: null, operator_name: null }

// Whoever goes back to the queue has waited since they asked first.
function firstAsked(dialog: Dialog, fact: { requeued: boolean; at: number }): string {
  return (fact.requeued && dialog.handoff_requested_at) || new Date(fact.at).toISOString()
}
