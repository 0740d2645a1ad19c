import { inksOf } from '../shared/colour.ts'
import { el } from '../shared/dom.ts'
import type { Desk } from '../talk/state.ts'
import { createDock, type DockOptions } from './dock.ts'
import { createComposer } from './field/composer.ts'
import { createHeader } from './header.ts'
import { holdAttention } from './modal.ts'

interface Panel {
  node: HTMLElement
  open: () => void
  close: () => void
  /** Puts the keyboard where the visitor most probably wants it. */
  focus: () => void
  notice: (text: string) => void
  render: (desk: Desk) => void
}

interface PanelOptions extends DockOptions {
  thread: HTMLElement
  onSend: (text: string, files: File[]) => void
  onTyping: () => void
}

/** Builds the window around the conversation: header, notice, dock, field, consent line. Hidden until opened. */
export function createPanel(options: PanelOptions): Panel {
  const { host, texts, thread } = options
  const { config } = host
  const header = createHeader(host, texts)
  const dock = createDock(options)
  const composer = createComposer(options)
  const notice = el('div', { class: 'trouble', role: 'status' })
  const consent = config.consent_text ? el('p', { class: 'consent', dir: 'auto' }, config.consent_text) : undefined
  const node = el(
    'div',
    {
      class: 'panel',
      role: 'dialog',
      'aria-label': config.title,
      lang: host.language,
      dir: 'ltr',
      tabindex: -1,
      hidden: true,
    },
    header.node,
    notice,
    thread,
    dock.node,
    composer.node,
    consent,
    el('div', { class: 'drop', 'aria-hidden': 'true' }, texts.drop),
  )
  const { ink_light, ink_dark } = inksOf(config.theme.color)
  node.style.setProperty('--ink-light', ink_light)
  node.style.setProperty('--ink-dark', ink_dark)
  takeDrops(node, composer.addFiles)
  let session: AbortController | undefined

  function open(): void {
    if (!node.hidden) return
    node.hidden = false
    session = new AbortController()
    holdAttention(node, { signal: session.signal, onEscape: host.requestClose })
    composer.fit()
    focus()
  }

  // A keyboard that rises by itself would hide the greeting on a phone.
  function focus(): void {
    if (matchMedia('(pointer: coarse)').matches) node.focus()
    else composer.focus()
  }

  function close(): void {
    session?.abort()
    node.hidden = true
  }

  const say = (text: string) => {
    notice.textContent = text
  }
  const render = (desk: Desk) => {
    header.render(desk)
    dock.render(desk)
  }
  return { node, open, close, focus, notice: say, render }
}

function takeDrops(panel: HTMLElement, onFiles: (files: FileList) => void): void {
  const mark = (event: DragEvent, over: boolean) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault() // or the browser would open the file in place of the page
    panel.toggleAttribute('data-drop', over)
  }
  panel.addEventListener('dragover', (event) => mark(event, true))
  panel.addEventListener('dragleave', (event) => mark(event, false))
  panel.addEventListener('drop', (event) => {
    mark(event, false)
    if (event.dataTransfer?.files.length) onFiles(event.dataTransfer.files)
  })
}
