import { useWords } from '../../core/i18n.ts'
import type { Me } from '../../core/session.ts'
import type { TeamMember } from '../../core/types.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog as Window } from '../../ui/dialog.tsx'
import { Show } from '../../ui/list.tsx'
import type { Dialog } from '../types.ts'
import { useTeam } from './team.ts'
import { texts } from './texts.ts'
import type { Verbs } from './verbs.ts'

type Props = { close: () => void; transfer: Verbs['transfer']; dialog: Dialog; user: Me }

/** A choice of colleagues, with who is there and how much they carry, or the queue. */
export function TransferWindow({ close, transfer, dialog, user }: Props) {
  const t = useWords(texts)
  const team = useTeam()
  const to = (operator_id?: number) => {
    close()
    void transfer(operator_id)
  }
  return (
    <Window title={t.transfer_title} onClose={close}>
      <Show loaded={team} rows={2}>
        {(members) => {
          const others = members.filter(({ operator_id }) => operator_id !== dialog.taken_over_by)
          return (
            <div class="colleagues">
              {others.length === 0 && <p class="muted">{t.transfer_nobody}</p>}
              {others.map((one) => (
                <Colleague key={one.operator_id} of={one} isMe={one.operator_id === user.id} choose={to} />
              ))}
            </div>
          )
        }}
      </Show>
      <div class="actions left">
        <Button icon="back" onClick={() => to()}>
          {t.to_queue}
        </Button>
      </div>
    </Window>
  )
}

type ColleagueProps = { of: TeamMember; isMe: boolean; choose: (operator_id: number) => void }

function Colleague({ of: { operator_id, name, status, current_load, max_capacity }, isMe, choose }: ColleagueProps) {
  const t = useWords(texts)
  const isFull = current_load >= max_capacity
  return (
    <button type="button" class="colleague" disabled={isFull} onClick={() => choose(operator_id)}>
      <Avatar name={name} presence={status} />
      <span>
        <strong>{name}</strong>
        {isMe && ` (${t.you})`}
      </span>
      <span class="muted small">
        {isFull ? t.full_load : t[status]} · {current_load}/{max_capacity} {t.load}
      </span>
    </button>
  )
}
