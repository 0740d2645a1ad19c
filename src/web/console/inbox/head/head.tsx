import type { Ref } from 'preact'
import { useState } from 'preact/hooks'
import { useWords } from '../../core/i18n.ts'
import { useKey } from '../../core/keys.ts'
import type { Me } from '../../core/session.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { useVisitorName } from '../names.ts'
import { openDialog } from '../places.ts'
import type { Dialog } from '../types.ts'
import { Leader } from './leader.tsx'
import { Online } from './online.tsx'
import { ReleaseWindow } from './release.tsx'
import { texts } from './texts.ts'
import { TransferWindow } from './transfer.tsx'
import { useVerbs, type Verbs } from './verbs.ts'
import './head.css'

type Props = { dialog: Dialog; user: Me; heading: Ref<HTMLHeadingElement>; onInfo: () => void }

/** Above a conversation: with whom it is, who has it, who else is there, and what can be done with it. */
export function Head({ dialog, user, heading, onInfo }: Props) {
  const t = useWords(texts)
  const name = useVisitorName(dialog)
  return (
    <header class="dialog-head">
      <div class="dialog-back">
        <IconButton icon="back" label={t.back} onClick={() => openDialog()} />
      </div>
      <div class="dialog-who">
        <h2 ref={heading} tabIndex={-1} class="cut">
          {name}
        </h2>
        <Leader dialog={dialog} me={user.id} />
      </div>
      <Online me={user.id} />
      <Actions dialog={dialog} user={user} />
      <div class="dialog-info">
        <IconButton icon="user" label={t.details} onClick={onInfo} />
      </div>
    </header>
  )
}

function Actions({ dialog, user }: { dialog: Dialog; user: Me }) {
  const t = useWords(texts)
  const verbs = useVerbs(dialog)
  const [asks, setAsks] = useState<'release' | 'transfer'>()
  const may = rightsOf(dialog, user)
  const toAi = may.release ? () => setAsks('release') : may.cancel ? () => void verbs.cancel() : undefined
  useKey('t', () => may.take && void verbs.take())
  useKey('a', () => toAi?.())
  useKey('e', () => may.archive && void verbs.archive())
  return (
    <div class="dialog-actions">
      {may.take && (
        <Button
          look={dialog.handoff_status === 'requested' ? 'main' : 'plain'}
          busy={verbs.busy}
          onClick={() => void verbs.take()}
        >
          {t.take}
        </Button>
      )}
      {toAi && (
        <Button icon="assistants" onClick={toAi}>
          {may.release ? t.release : t.cancel}
        </Button>
      )}
      {may.release && (
        <Button icon="team" onClick={() => setAsks('transfer')}>
          {t.transfer}
        </Button>
      )}
      {may.archive && (
        <Button icon="check" onClick={() => void verbs.archive()}>
          {t.archive}
        </Button>
      )}
      <Windows asks={asks} close={() => setAsks(undefined)} verbs={verbs} dialog={dialog} user={user} />
    </div>
  )
}

type WindowProps = {
  asks: 'release' | 'transfer' | undefined
  close: () => void
  verbs: Verbs
  dialog: Dialog
  user: Me
}

function Windows({ asks, close, verbs, dialog, user }: WindowProps) {
  if (asks === 'release') return <ReleaseWindow close={close} release={verbs.release} />
  if (asks === 'transfer') return <TransferWindow close={close} transfer={verbs.transfer} dialog={dialog} user={user} />
  return null
}

// As the API rules: whoever has a dialog, or the owner, may end or pass it on.
function rightsOf({ status, handoff_status, taken_over_by }: Dialog, { id, role, is_admin }: Me) {
  const isOpen = status === 'active'
  const isTaken = handoff_status === 'active'
  const mayEnd = taken_over_by === id || role === 'owner' || is_admin
  return {
    take: isOpen && !isTaken,
    release: isTaken && mayEnd,
    cancel: handoff_status === 'requested',
    archive: isOpen && (!isTaken || mayEnd),
  }
}
