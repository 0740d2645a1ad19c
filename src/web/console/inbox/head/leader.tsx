import { useWords } from '../../core/i18n.ts'
import { Elapsed } from '../../ui/time.tsx'
import type { Dialog } from '../types.ts'
import { texts } from './texts.ts'

/** Who answers in a dialog right now. */
export function Leader({ dialog, me }: { dialog: Dialog; me: number }) {
  const t = useWords(texts)
  const { status, handoff_status, handoff_requested_at, taken_over_by, operator_name } = dialog
  const { ai_off, assistant_active, assistant_name } = dialog
  if (status === 'archived') return <p class="leader">{t.archived}</p>
  if (handoff_status === 'requested')
    return (
      <p class="leader waits">
        {t.waits} {handoff_requested_at && <Elapsed since={handoff_requested_at} />}
      </p>
    )
  if (handoff_status === 'active')
    return (
      <p class={taken_over_by === me ? 'leader mine' : 'leader'}>
        {taken_over_by === me ? t.mine : `${t.theirs} ${operator_name ?? ''}`}
      </p>
    )
  return <p class="leader">{ai_off || !assistant_active ? t.nobody : `${t.ai} ${assistant_name}`}</p>
}
