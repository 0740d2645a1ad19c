import type { TargetedEvent } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useWords } from '../../core/i18n.ts'
import type { Loaded } from '../../core/load.ts'
import { Button } from '../../ui/button.tsx'
import { toastError } from '../../ui/toast.tsx'
import { useOutbox } from '../composer/outbox.ts'
import type { Dialog } from '../types.ts'
import { entriesOf } from './entries.ts'
import { EntryOf } from './entry.tsx'
import { Live } from './live.tsx'
import type { Talk } from './talk.ts'
import { texts } from './texts.ts'

const NEAR = 400 // pixels from the top at which the older page is asked for
const AWAY = 240 // pixels from the end at which a way back to it is shown

type Props = { dialog: Dialog; talk: Talk; older: Loaded<Talk>['reload'] }

/** The conversation, standing at its end; older parts come while one scrolls up. */
export function History({ dialog, talk, older }: Props) {
  const t = useWords(texts)
  const node = useRef<HTMLDivElement>(null)
  const [isAway, setAway] = useState(false)
  const outgoing = useOutbox(dialog.id)
  const entries = useMemo(() => entriesOf(talk, outgoing), [talk, outgoing])
  const { ratings } = talk
  // The same drawing is not compared again: there may be thousands of entries.
  const drawn = useMemo(
    () => entries.map((entry) => <EntryOf key={entry.key} entry={entry} dialog={dialog} ratings={ratings} />),
    [entries, ratings, dialog],
  )
  const askOlder = () => void older().catch(toastError)
  const onScroll = ({ currentTarget: box }: TargetedEvent<HTMLDivElement>) => {
    setAway(-box.scrollTop > AWAY)
    if (box.scrollHeight - box.clientHeight + box.scrollTop < NEAR) askOlder()
  }
  const toEnd = () => node.current?.scrollTo({ top: 0 })
  useEffect(toEnd, [outgoing.at(-1)?.client_message_id]) // whoever sends wants to see it
  return (
    <div class="history-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <div class="history" ref={node} onScroll={onScroll} role="log" aria-label={t.history} tabIndex={0}>
        <div class="entries">
          {talk.has_more && (
            <Button look="quiet" onClick={askOlder}>
              {t.older}
            </Button>
          )}
          {entries.length === 0 && <p class="entry-line">{t.empty}</p>}
          {drawn}
          <Live dialog={dialog} />
        </div>
      </div>
      {isAway && (
        <div class="to-end">
          <Button icon="down" onClick={toEnd}>
            {t.newest}
          </Button>
        </div>
      )}
    </div>
  )
}
