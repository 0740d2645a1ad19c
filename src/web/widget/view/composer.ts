import type { ChatHost } from '../shared/contract.ts'
import { el, icon } from '../shared/dom.ts'
import type { Texts } from '../shared/texts.ts'

interface Composer {
  node: HTMLElement
  /** Fits the field to its draft, whose height is only known once it is shown. */
  fit: () => void
  focus: () => void
}

const LONGEST_MESSAGE = 4000 // characters, as the visitor API accepts
const TALLEST_PX = 132 // five lines

/** The field for a question and its button. Enter sends, Shift+Enter breaks the line, the draft outlives the page. */
export function createComposer({
  host,
  texts,
  onSend,
}: {
  host: ChatHost
  texts: Texts
  onSend: (text: string) => void
}): Composer {
  const { config, language, store } = host
  const placeholder = config.texts[language]?.placeholder ?? texts.placeholder
  const field = el('textarea', {
    rows: 1,
    placeholder,
    'aria-label': placeholder,
    enterkeyhint: 'send',
    autocomplete: 'off',
    input: onInput,
    keydown: onKey,
  })
  const button = el(
    'button',
    { class: 'send', type: 'submit', 'aria-label': texts.send },
    icon('M12 19V5m-6.5 6.5L12 5l6.5 6.5'),
  )
  const warning = el('div', { class: 'warning', role: 'alert' })
  const form = el('form', { class: 'composer', submit: onSubmit }, el('div', { class: 'box' }, field, button), warning)

  function onInput(): void {
    store.write({ draft: field.value })
    refresh()
  }

  function onKey(event: KeyboardEvent): void {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  }

  function onSubmit(event: Event): void {
    event.preventDefault()
    submit()
  }

  function submit(): void {
    const text = field.value.trim()
    if (!text || text.length > LONGEST_MESSAGE) return
    field.value = ''
    onInput()
    onSend(text)
    field.focus()
  }

  function refresh(): void {
    const { length } = field.value.trim()
    warning.textContent = length > LONGEST_MESSAGE ? texts.tooLong : ''
    button.toggleAttribute('data-ready', length > 0 && length <= LONGEST_MESSAGE)
    field.style.height = 'auto'
    if (field.scrollHeight) field.style.height = `${Math.min(field.scrollHeight, TALLEST_PX)}px`
  }

  function focus(): void {
    field.focus({ preventScroll: true })
  }

  field.value = store.read().draft ?? ''
  return { node: form, fit: refresh, focus }
}
