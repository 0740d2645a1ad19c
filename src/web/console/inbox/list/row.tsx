import { useEffect, useRef } from 'preact/hooks'
import { count, useWords } from '../../core/i18n.ts'
import { Link } from '../../core/router.ts'
import { Avatar, Badge } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Elapsed, Time } from '../../ui/time.tsx'
import { useVisitorName } from '../names.ts'
import { useTyping } from '../passing.ts'
import type { Dialog } from '../types.ts'
import { texts } from './texts.ts'

/** One dialog in the list: who, what was said last and when, and whether somebody has to do something. */
export function DialogRow({ dialog, to, isOpen, me }: { dialog: Dialog; to: string; isOpen: boolean; me: number }) {
  const t = useWords(texts)
  const name = useVisitorName(dialog)
  const { visitor: isTyping } = useTyping(dialog.id)
  const { unread, last_message, last_message_time } = dialog
  const node = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (isOpen) node.current?.scrollIntoView({ block: 'nearest' })
  }, [isOpen])
  return (
    <li ref={node} data-dialog={dialog.id}>
      <Link
        to={to}
        class={unread > 0 ? 'dialog-row unread' : 'dialog-row'}
        {...(isOpen ? { 'aria-current': 'true' as const } : {})}
      >
        <Avatar name={name} />
        <span class="dialog-row-name">
          <span class="cut">{name}</span>
          {dialog.platform === 'telegram' && (
            <span class="dialog-row-platform">
              <Icon name="telegram" />
              <span class="spoken">{t.telegram}</span>
            </span>
          )}
        </span>
        <span class="dialog-row-time">{last_message_time && <Time at={last_message_time} />}</span>
        <span class="dialog-row-said cut">
          {isTyping ? <em>{t.typing}</em> : last_message === null ? '' : last_message || t.file}
        </span>
        {unread > 0 && (
          <span class="dialog-row-unread">
            <span aria-hidden="true">{unread}</span>
            <span class="spoken">{count(unread, t.unread)}</span>
          </span>
        )}
        <Marks dialog={dialog} me={me} />
      </Link>
    </li>
  )
}

function Marks({ dialog, me }: { dialog: Dialog; me: number }) {
  const t = useWords(texts)
  const { handoff_status, handoff_requested_at, priority, operator_name, taken_over_by } = dialog
  const isUrgent = priority === 'urgent' || priority === 'high'
  if (handoff_status === 'requested' && handoff_requested_at)
    return (
      <span class="dialog-row-marks">
        <Badge kind="warn">
          {t.waits} <Elapsed since={handoff_requested_at} />
        </Badge>
        {isUrgent && <Badge kind="bad">{t[priority]}</Badge>}
      </span>
    )
  if (handoff_status !== 'active') return null
  const isMine = taken_over_by === me
  return (
    <span class="dialog-row-marks">
      <Badge kind={isMine ? 'accent' : 'plain'}>{isMine ? t.yours : operator_name}</Badge>
    </span>
  )
}
