import type { Dialog } from '../dialogs/dialogs.ts'
import { isWithStaff } from '../handoff/states.ts'

export type Verdict = 'silent' | 'human' | 'answer'

/**
 * Whose turn it is: the AI keeps silent while a human is asked for or has taken over, and when the assistant is switched off.
 * A dialog that staff keep to themselves gets a human again when its visitor writes.
 */
export function triage(
  dialog: Pick<Dialog, 'handoff_status' | 'ai_off'>,
  assistant: { is_active: boolean } | undefined,
): Verdict {
  if (!assistant?.is_active) return 'silent'
  if (isWithStaff(dialog.handoff_status)) return 'silent'
  return dialog.ai_off ? 'human' : 'answer'
}
