import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { useWords } from '../core/i18n.ts'
import { useAction } from '../core/load.ts'
import { createStore, useStore } from '../core/store.ts'
import { Button, IconButton } from './button.tsx'
import { Problem } from './field.tsx'
import { texts } from './texts.ts'

/** A window over the page; Escape and a click beside it close it, and the focus goes back to where it was. */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  title: string
  onClose: () => void
  children: ComponentChildren
  wide?: boolean
}) {
  const t = useWords(texts)
  const node = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = node.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same, by the element's own `cancel`
    <dialog
      ref={node}
      class={wide ? 'wide' : ''}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === node.current && onClose()}
    >
      <div class="dialog-body">
        <header>
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={t.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  )
}

type Asked = { title: string; text: string; verb: string; danger?: boolean; run: () => Promise<void> }
const asked = createStore<Asked | undefined>(undefined)

/** Asks before something that cannot be undone; `run` is done on yes, and what it throws is shown in the window. */
export function confirm(question: Asked): void {
  asked.set(question)
}

/** Where `confirm` shows its question; once a page. */
export function Confirmations() {
  const question = useStore(asked)
  return question ? <Confirmation key={question.title} {...question} /> : null
}

function Confirmation({ title, text, verb, danger = true, run }: Asked) {
  const t = useWords(texts)
  const close = () => asked.set(undefined)
  const action = useAction(async () => {
    await run()
    close()
  })
  return (
    <Dialog title={title} onClose={close}>
      <p>{text}</p>
      <Problem of={action.error} />
      <div class="actions">
        <Button onClick={close}>{t.cancel}</Button>
        <Button look={danger ? 'danger' : 'main'} busy={action.busy} onClick={() => void action.run()}>
          {verb}
        </Button>
      </div>
    </Dialog>
  )
}
