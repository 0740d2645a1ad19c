import { useWords } from '../../core/i18n.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { useTeam } from './team.ts'
import { texts } from './texts.ts'

const MOST = 3

/** The colleagues who are there now. */
export function Online({ me }: { me: number }) {
  const t = useWords(texts)
  const team = useTeam().data ?? []
  const here = team.filter(({ operator_id, status }) => operator_id !== me && status !== 'offline')
  if (here.length === 0) return null
  const names = here.map(({ name }) => name).join(', ')
  return (
    <div class="online" role="img" aria-label={`${t.online}: ${names}`} title={names}>
      {here.slice(0, MOST).map(({ operator_id, name, status }) => (
        <Avatar key={operator_id} name={name} presence={status} />
      ))}
      {here.length > MOST && <span class="muted small">+{here.length - MOST}</span>}
    </div>
  )
}
