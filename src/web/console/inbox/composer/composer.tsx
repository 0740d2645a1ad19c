import { useId, useRef, useState } from 'preact/hooks'
import { call } from '../../core/api.ts'
import { useWords } from '../../core/i18n.ts'
import { useKey } from '../../core/keys.ts'
import { useAction } from '../../core/load.ts'
import { Button } from '../../ui/button.tsx'
import { Choice, Problem } from '../../ui/field.tsx'
import type { Dialog } from '../types.ts'
import { CannedList, useCanned } from './canned.tsx'
import { type Mode, useDraft } from './drafts.ts'
import { send } from './outbox.ts'
import { texts } from './texts.ts'
import { useTypingSignal } from './typing.ts'
import './composer.css'

const LONGEST = 4096 // what the API and Telegram take

/** Where replies and notes are written. Enter sends, what is not sent is kept with the dialog. */
export function Composer({ dialog, me, onLeave }: { dialog: Dialog; me: number; onLeave: () => void }) {
  const t = useWords(texts)
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [mode, setMode] = useState<Mode>('reply')
  const [text, setText] = useDraft(dialog.id, mode)
  const signal = useTypingSignal(dialog, me)
  const canned = useCanned(mode === 'reply' ? text : '', setText)
  const note = useAction(async (said: string) => {
    await call('POST', `/api/dialogs/${dialog.id}/notes`, { text: said })
    setText('')
  })
  const write = (next: Mode) => {
    setMode(next)
    field.current?.focus()
  }
  useKey('r', () => write('reply'))
  useKey('n', () => write('note'))
  const isShut = mode === 'reply' && shutBy(dialog, me) !== undefined
  const submit = () => {
    if (isShut || text.trim() === '') return
    if (mode === 'note') return void note.run(text)
    send(dialog.id, text)
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (canned.steer(event)) event.preventDefault()
    else if (event.key === 'Escape') onLeave()
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && !isTouch()) {
      event.preventDefault()
      submit()
    }
  }
  return (
    <form
      class={`composer ${mode}`}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Hint dialog={dialog} me={me} mode={mode} />
      <Problem of={note.error} />
      {canned.isOpen && <CannedList canned={canned} id={id} choose={setText} />}
      <Choice label={t.kind} value={mode} onChange={write} options={[option(t, 'reply'), option(t, 'note')]} />
      <div class="composer-line">
        <textarea
          ref={field}
          rows={1}
          maxLength={LONGEST}
          aria-label={mode === 'note' ? t.note_label : t.reply_label}
          placeholder={mode === 'note' ? t.note_hint : t.reply_hint}
          title={t.keys}
          value={text}
          {...(canned.isOpen && canned.found.length > 0
            ? { 'aria-controls': id, 'aria-activedescendant': `${id}-${canned.at}` }
            : {})}
          onInput={(event) => {
            setText(event.currentTarget.value)
            if (mode === 'reply') signal()
          }}
          onKeyDown={onKeyDown}
        />
        <Button type="submit" look="main" icon="send" busy={note.busy} disabled={isShut || text.trim() === ''}>
          {mode === 'note' ? t.save : t.send}
        </Button>
      </div>
    </form>
  )
}

function option<T extends Record<Mode, string>>(t: T, value: Mode) {
  return { value, label: t[value] }
}

function Hint({ dialog, me, mode }: { dialog: Dialog; me: number; mode: Mode }) {
  const t = useWords(texts)
  if (mode === 'note') return null
  const shut = shutBy(dialog, me)
  const hint =
    shut === 'closed'
      ? t.is_closed
      : shut === 'other'
        ? t.has_other(dialog.operator_name ?? '')
        : dialog.handoff_status === 'active'
          ? ''
          : t.will_take
  return hint === '' ? null : <p class="composer-hint">{hint}</p>
}

function shutBy({ status, handoff_status, taken_over_by }: Dialog, me: number): 'closed' | 'other' | undefined {
  if (status === 'archived') return 'closed'
  return handoff_status === 'active' && taken_over_by !== me ? 'other' : undefined
}

// On a touch screen Enter is the only way to begin a line; the button sends.
function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}
