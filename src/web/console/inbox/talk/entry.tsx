import { language, useWords } from '../../core/i18n.ts'
import { useStore } from '../../core/store.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { addToDraft } from '../composer/drafts.ts'
import { discard, type Outgoing, resend } from '../composer/outbox.ts'
import type { Dialog, Note, Rating } from '../types.ts'
import type { Entry } from './entries.ts'
import { Said } from './said.tsx'
import { texts } from './texts.ts'

type Props = { entry: Entry; dialog: Dialog; ratings: readonly Rating[] }

/** One thing in the history. */
export function EntryOf({ entry, dialog, ratings }: Props) {
  if (entry.kind === 'day') return <Day at={entry.at} />
  if (entry.kind === 'note') return <NoteOf note={entry.note} />
  if (entry.kind === 'outgoing') return <Unsent outgoing={entry.outgoing} />
  const { message, leads } = entry
  if (message.message_kind === 'system' || message.sender === 'system')
    return (
      <p class="entry-line">
        {message.text} <Clock at={message.created_at} />
      </p>
    )
  const rating = ratings.find(({ message_id }) => message_id === message.id)
  return <Said message={message} dialog={dialog} leads={leads} rating={rating} />
}

function Day({ at }: { at: string }) {
  const t = useWords(texts)
  const day = new Date(at)
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toDateString() === day.toDateString()
  const format = new Intl.DateTimeFormat(useStore(language), { day: 'numeric', month: 'long', year: 'numeric' })
  return (
    <h3 class="entry-day">
      <span>{ago(0) ? t.today : ago(1) ? t.yesterday : format.format(day)}</span>
    </h3>
  )
}

function NoteOf({ note }: { note: Note }) {
  const t = useWords(texts)
  return (
    <div class="entry note">
      <p class="entry-head">
        <Icon name="edit" />
        <strong>{note.author_name}</strong> <span>{t.note}</span>
      </p>
      <p class="plain-text">{note.text}</p>
      <p class="entry-foot">
        <Clock at={note.created_at} />
      </p>
    </div>
  )
}

function Unsent({ outgoing }: { outgoing: Outgoing }) {
  const t = useWords(texts)
  const { text, state, why, client_message_id } = outgoing
  return (
    <div class={`entry ours operator ${state}`}>
      <div class="bubble">
        <p class="plain-text">{text}</p>
      </div>
      {state === 'failed' ? (
        <div class="unsent" role="alert">
          <p>
            {t.not_sent}. {why}
          </p>
          <div class="line">
            <Button look="quiet" onClick={() => resend(outgoing)}>
              {t.retry}
            </Button>
            <Button
              look="quiet"
              onClick={() => {
                addToDraft(outgoing.dialog_id, 'reply', text)
                discard(client_message_id)
              }}
            >
              {t.edit}
            </Button>
            <Button look="quiet" onClick={() => discard(client_message_id)}>
              {t.discard}
            </Button>
          </div>
        </div>
      ) : (
        <p class="entry-foot">{state === 'sending' ? t.sending : <Clock at={outgoing.created_at} />}</p>
      )}
    </div>
  )
}

/** The time of day; the day stands above. */
export function Clock({ at }: { at: string }) {
  const format = new Intl.DateTimeFormat(useStore(language), { hour: '2-digit', minute: '2-digit' })
  return <time dateTime={at}>{format.format(new Date(at))}</time>
}
