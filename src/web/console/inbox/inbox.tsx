import { useEffect, useRef } from 'preact/hooks'
import { count, useWords, wordsNow } from '../core/i18n.ts'
import { useKey } from '../core/keys.ts'
import { waiting } from '../core/live/waiting.ts'
import { me } from '../core/session.ts'
import { useStore } from '../core/store.ts'
import { addHints } from '../shell/help.tsx'
import { EmptyState } from '../ui/list.tsx'
import { useTitle } from '../ui/page.tsx'
import { keepOutbox } from './composer/outbox.ts'
import { texts as composerTexts } from './composer/texts.ts'
import { keepKnown } from './known.ts'
import { keepCounts } from './list/counts.ts'
import { DialogList } from './list/list.tsx'
import { keepPassing } from './passing.ts'
import { isShowingInfo, openDialog, step } from './places.ts'
import { DialogPane } from './talk/pane.tsx'
import { texts } from './texts.ts'
import './inbox.css'

/** Where operators work: the dialogs at the left, one of them beside, and who its visitor is. On a phone one at a time. */
export function Inbox({ dialog_id }: { dialog_id: number | undefined }) {
  const t = useWords(texts)
  const user = useStore(me)
  const queue = useStore(waiting)
  useTitle(t.title)
  useKeptUp()
  useHints()
  useReturn(dialog_id)
  useKey('j', () => step(1))
  useKey('k', () => step(-1))
  // First what lies over the dialog, then the dialog.
  useKey('Escape', () => dialog_id !== undefined && openDialog(isShowingInfo() ? dialog_id : undefined))
  if (!user) return null
  return (
    <div class={dialog_id === undefined ? 'inbox' : 'inbox with-dialog'}>
      <h1 class="spoken" tabIndex={-1}>
        {t.title}
      </h1>
      <p class="spoken" role="status">
        {queue > 0 && count(queue, t.waiting_now)}
      </p>
      <DialogList open={dialog_id} me={user.id} />
      {dialog_id === undefined ? (
        <div class="inbox-nothing">
          <EmptyState icon="inbox" title={t.choose} text={t.choose_text} />
        </div>
      ) : (
        <DialogPane key={dialog_id} dialog_id={dialog_id} user={user} />
      )}
    </div>
  )
}

function useKeptUp(): void {
  useEffect(() => {
    const ends = [keepKnown(), keepPassing(), keepCounts(), keepOutbox(wordsNow(composerTexts).maybe_sent)]
    return () => {
      for (const end of ends) end()
    }
  }, [])
}

/** Whoever closes a dialog is back at its row. */
function useReturn(dialog_id: number | undefined): void {
  const before = useRef(dialog_id)
  useEffect(() => {
    if (dialog_id === undefined && before.current !== undefined)
      document.querySelector<HTMLElement>(`[data-dialog="${before.current}"] a`)?.focus()
    before.current = dialog_id
  }, [dialog_id])
}

function useHints(): void {
  const t = useWords(texts)
  useEffect(
    () =>
      addHints([
        { keys: 'J K', text: t.key_steps },
        { keys: 'T', text: t.key_take },
        { keys: 'R', text: t.key_reply },
        { keys: 'N', text: t.key_note },
        { keys: 'A', text: t.key_ai },
        { keys: 'E', text: t.key_archive },
      ]),
    [t],
  )
}
