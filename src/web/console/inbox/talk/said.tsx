import { useWords } from '../../core/i18n.ts'
import { AttachmentOf } from '../../ui/attachment.tsx'
import { Badge } from '../../ui/avatar.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { Sources } from '../../ui/sources.tsx'
import { useVisitorName } from '../names.ts'
import type { Dialog, Message, Rating } from '../types.ts'
import { Clock } from './entry.tsx'
import { EvidenceOf } from './evidence.tsx'
import { texts } from './texts.ts'

type Props = { message: Message; dialog: Dialog; leads: boolean; rating: Rating | undefined }

/** What somebody said: who, the text and files, how far it got, and for an answer of the assistant why it says so. */
export function Said({ message, dialog, leads, rating }: Props) {
  const { sender, text, attachments, sources } = message
  const isOurs = sender !== 'user'
  return (
    <div class={`entry ${isOurs ? 'ours' : 'theirs'} ${sender}${leads ? ' leads' : ''}`}>
      {leads && <Speaker message={message} dialog={dialog} />}
      {text !== '' && (
        <div class="bubble">{sender === 'assistant' ? <RichText text={text} /> : <p class="plain-text">{text}</p>}</div>
      )}
      {attachments.map((file) => (
        <AttachmentOf key={file.id} path={`/api/dialogs/${dialog.id}/files/${file.id}`} file={file} />
      ))}
      <Foot message={message} />
      {rating && <RatingOf rating={rating} />}
      {sources.length > 0 && <Sources of={sources} />}
      {sender === 'assistant' && <EvidenceOf message_id={message.id} />}
    </div>
  )
}

function Speaker({ message: { sender, operator_name }, dialog }: { message: Message; dialog: Dialog }) {
  const t = useWords(texts)
  const visitor = useVisitorName(dialog)
  const name =
    sender === 'user' ? visitor : sender === 'operator' ? (operator_name ?? t.operator) : dialog.assistant_name
  return (
    <p class="entry-head">
      <strong>{name}</strong>
      {sender !== 'user' && <span>{sender === 'operator' ? t.operator : t.assistant}</span>}
    </p>
  )
}

function Foot({ message: { created_at, edited_at, delivery, answered } }: { message: Message }) {
  const t = useWords(texts)
  return (
    <p class="entry-foot">
      <Clock at={created_at} />
      {edited_at && <span>{t.edited}</span>}
      {delivery && <span class={`delivery ${delivery}`}>{t[delivery]}</span>}
      {answered === false && <Badge kind="warn">{t.not_answered}</Badge>}
    </p>
  )
}

function RatingOf({ rating: { rating, comment } }: { rating: Rating }) {
  const t = useWords(texts)
  return (
    <p class="entry-rating">
      <Badge kind={rating === 'up' ? 'good' : 'bad'}>{rating === 'up' ? t.liked : t.disliked}</Badge>
      {comment && <span class="plain-text">{comment}</span>}
    </p>
  )
}
