import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useLoad } from '../../core/load.ts'
import { Link } from '../../core/router.ts'
import { Time } from '../../ui/time.tsx'
import { useInboxPath } from '../places.ts'
import type { Dialog } from '../types.ts'
import { texts } from './texts.ts'

const MOST = 10 // the newest; somebody with more is found by the search

/** The other dialogs of the same visitor, the newest first. */
export function OtherDialogs({ dialog: { id } }: { dialog: Dialog }) {
  const t = useWords(texts)
  const pathOf = useInboxPath()
  const { data } = useLoad(
    () => call<{ dialogs: Dialog[] }>('GET', `/api/dialogs?visitor_of=${id}&limit=${MOST + 1}`),
    [id],
  )
  const others = (data?.dialogs ?? []).filter((one) => one.id !== id)
  if (others.length === 0) return null
  return (
    <section class="details-part">
      <h3>{t.others}</h3>
      <ul class="others">
        {others.map((one) => (
          <Other key={one.id} dialog={one} to={pathOf(one.id)} />
        ))}
      </ul>
    </section>
  )
}

function Other({ dialog, to }: { dialog: Dialog; to: string }) {
  const { id, last_message, last_message_time, created_at } = dialog
  return (
    <li>
      <Link to={to} class="cut">
        {last_message || `№ ${id}`}
      </Link>
      <span class="muted small">
        <Time at={last_message_time ?? created_at} />
      </span>
    </li>
  )
}
