import { useWords } from '../../core/i18n.ts'
import { AttachmentOf } from '../../ui/attachment.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Time } from '../../ui/time.tsx'
import { texts } from './texts.ts'
import type { Side, TicketMessage } from './types.ts'

/** What one side said, with its files; one's own stands at the right. */
export function Said({ message, side }: { message: TicketMessage; side: Side }) {
  const t = useWords(texts)
  const { author, author_name, attachments, labels, created_at } = message
  const isOwn = author === side
  const role = author === 'owner' ? t.owner : t.support_side
  return (
    <li class={isOwn ? 'own' : ''}>
      <p class="ticket-head">
        <strong>{isOwn ? t.you : author_name}</strong>
        {!isOwn && author_name !== role && <span>{role}</span>}
        <Time at={created_at} />
      </p>
      <div class="ticket-words">
        <p class="plain-text">{message.message}</p>
        {attachments.map((file) => (
          <AttachmentOf key={file.id} path={`/api/support/attachments/${file.id}`} file={file} />
        ))}
        {labels.map((name, index) => (
          <p key={index} class="ticket-label">
            <Icon name="file" />
            <span>
              {name} <span class="muted">({t.named_only})</span>
            </span>
          </p>
        ))}
      </div>
    </li>
  )
}
