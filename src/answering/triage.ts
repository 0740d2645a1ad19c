import type { Dialog } from '../dialogs/dialogs.ts'

export type Verdict = 'silent' | 'answer'

/** Whose turn it is: the AI keeps silent while a human is asked for or has taken over, and when the assistant is switched off. */
export function triage(dialog: Pick<Dialog, 'handoff_status'>, assistant: { is_active: boolean } | undefined): Verdict {
  if (!assistant?.is_active) return 'silent'
  return dialog.handoff_status === 'requested' || dialog.handoff_status === 'active' ? 'silent' : 'answer'
}
