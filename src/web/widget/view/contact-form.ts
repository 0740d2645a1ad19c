import { el } from '../shared/dom.ts'
import type { Texts } from '../shared/texts.ts'

/** The small form for an address; what was typed stays when it could not be sent. */
export function createContactForm(texts: Texts, onContact: (email: string) => Promise<void>): { node: HTMLElement } {
  const field = el('input', {
    type: 'email',
    required: true,
    maxlength: 254,
    placeholder: texts.email,
    'aria-label': texts.email,
    autocomplete: 'email',
    input: () => say(''),
  })
  const button = el('button', { class: 'solid', type: 'submit' }, texts.leave)
  const warning = el('p', { class: 'warning', role: 'alert' })
  const node = el(
    'form',
    { class: 'contact', novalidate: true, submit: onSubmit },
    el('p', {}, texts.letter),
    el('div', {}, field, button),
    warning,
  )

  function onSubmit(event: Event): void {
    event.preventDefault()
    if (!field.checkValidity()) {
      say(texts.badEmail)
      field.focus()
      return
    }
    button.disabled = true
    onContact(field.value.trim())
      .catch((error: { status?: number }) => say(error.status === 422 ? texts.badEmail : texts.notDone))
      .finally(() => {
        button.disabled = false
      })
  }

  function say(text: string): void {
    warning.textContent = text
    field.setAttribute('aria-invalid', String(text !== ''))
  }

  return { node }
}
