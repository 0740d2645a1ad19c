import type { ChatHost } from '../../shared/contract.ts'
import { el, icon } from '../../shared/dom.ts'
import type { Texts } from '../../shared/texts.ts'
import { createStaged, KINDS } from './staged.ts'

interface Composer {
  node: HTMLElement
  /** Fits the field to its draft, whose height is only known once it is shown. */
  fit: () => void
  focus: () => void
  addFiles: (files: Iterable<File>) => void
}

interface ComposerOptions {
  host: ChatHost
  texts: Texts
  onSend: (text: string, files: File[]) => void
  onTyping: () => void
}

const LONGEST_MESSAGE = 4000 // characters, as the visitor API accepts
const TALLEST_PX = 132 // five lines
const CLIP = 'm20 11-8.3 8.3a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.2a1.7 1.7 0 0 1-2.4-2.4L14.5 7'

/** The field for a question with its files. Enter sends, Shift+Enter breaks the line, the draft outlives the page. */
export function createComposer({ host, texts, onSend, onTyping }: ComposerOptions): Composer {
  const { config, language, store } = host
  const placeholder = config.texts[language]?.placeholder ?? texts.placeholder
  const staged = createStaged({ host, texts, onChange: () => refresh() })
  const picker = el('input', { type: 'file', accept: KINDS.join(), multiple: true, hidden: true, change: onPick })
  const field = el('textarea', {
    rows: 1,
    placeholder,
    'aria-label': placeholder,
    enterkeyhint: 'send',
    autocomplete: 'off',
    input: onInput,
    keydown: onKey,
    paste: onPaste,
  })
  const attach = el(
    'button',
    { class: 'attach', type: 'button', 'aria-label': texts.attach, title: texts.attach, click: () => picker.click() },
    icon(CLIP),
  )
  const button = el(
    'button',
    { class: 'send', type: 'submit', 'aria-label': texts.send },
    icon('M12 19V5m-6.5 6.5L12 5l6.5 6.5'),
  )
  const warning = el('div', { class: 'warning', role: 'alert' })
  const box = el('div', { class: 'box' }, attach, field, button)
  const form = el('form', { class: 'composer', submit: onSubmit }, staged.node, box, picker, warning)

  function onInput(): void {
    store.write({ draft: field.value })
    refresh()
    if (field.value) onTyping()
  }

  function onKey(event: KeyboardEvent): void {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  }

  function onPick(): void {
    addFiles(picker.files ?? [])
    picker.value = '' // so that the same file can be chosen again
  }

  function onPaste(event: ClipboardEvent): void {
    const files = event.clipboardData?.files
    if (!files?.length) return
    event.preventDefault()
    addFiles(files)
  }

  function onSubmit(event: Event): void {
    event.preventDefault()
    submit()
  }

  function submit(): void {
    const text = field.value.trim()
    if ((!text && !staged.count()) || text.length > LONGEST_MESSAGE) return
    field.value = ''
    onInput()
    onSend(text, staged.take())
    field.focus()
  }

  function addFiles(files: Iterable<File>): void {
    const refusal = staged.add(files)
    if (refusal) warning.textContent = refusal
    focus()
  }

  function refresh(): void {
    const { length } = field.value.trim()
    const fits = length <= LONGEST_MESSAGE
    warning.textContent = fits ? '' : texts.tooLong
    button.toggleAttribute('data-ready', (length > 0 || staged.count() > 0) && fits)
    field.style.height = 'auto'
    if (field.scrollHeight) field.style.height = `${Math.min(field.scrollHeight, TALLEST_PX)}px`
  }

  function focus(): void {
    field.focus({ preventScroll: true })
  }

  field.value = store.read().draft ?? ''
  return { node: form, fit: refresh, focus, addFiles }
}
