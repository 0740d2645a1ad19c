import type { ComponentChildren } from 'preact'
import { useWords } from '../core/i18n.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Problem } from './field.tsx'
import { texts } from './texts.ts'

type FormProps = {
  /** What submitting does and how the last try ended, as `useAction` gives it. */
  action: { run: () => Promise<void>; busy: boolean; error: unknown }
  /** The word on the button that submits. */
  verb: string
  look?: 'main' | 'plain'
  /** The names of the fields that show by themselves why they were refused. */
  fields?: readonly string[]
  /** What else can be done, beside the verb. */
  more?: ComponentChildren
  onCancel?: () => void
  children: ComponentChildren
}

/** Fields with one verb; why it was refused stands above the button unless a field shows it. */
export function Form({ action, verb, look = 'main', fields, more, onCancel, children }: FormProps) {
  const t = useWords(texts)
  return (
    <form class="stack" onSubmit={submits(action.run)}>
      {children}
      <Problem of={action.error} {...(fields ? { fields } : {})} />
      <div class={onCancel ? 'actions' : 'actions left'}>
        {onCancel && <Button onClick={onCancel}>{t.cancel}</Button>}
        <Button type="submit" look={look} busy={action.busy}>
          {verb}
        </Button>
        {more}
      </div>
    </form>
  )
}

type WindowProps = Omit<FormProps, 'onCancel'> & { title: string; wide?: boolean; onClose: () => void }

/** A form in a window over the page, with a way out that changes nothing. */
export function FormDialog({ title, wide = false, onClose, ...form }: WindowProps) {
  return (
    <Dialog title={title} wide={wide} onClose={onClose}>
      <Form {...form} onCancel={onClose} />
    </Dialog>
  )
}

/** A form's `onSubmit` that runs a verb instead of leaving the page. */
export function submits(run: () => Promise<void>) {
  return (event: Event) => {
    event.preventDefault()
    void run()
  }
}
