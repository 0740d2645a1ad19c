import { inksOf } from '../shared/colour.ts'
import type { ChatHost } from '../shared/contract.ts'
import { el, icon } from '../shared/dom.ts'
import type { Texts } from '../shared/texts.ts'
import { createComposer } from './composer.ts'
import { holdAttention } from './modal.ts'

interface Panel {
  node: HTMLElement
  open: () => void
  close: () => void
  notice: (text: string) => void
}

interface PanelOptions {
  host: ChatHost
  texts: Texts
  thread: HTMLElement
  onSend: (text: string) => void
}

/** Builds the window around the conversation: header, notice, field, consent line. Hidden until opened. */
export function createPanel({ host, texts, thread, onSend }: PanelOptions): Panel {
  const { config } = host
  const composer = createComposer({ host, texts, onSend })
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
    createHeader(host, texts),
    notice,
    thread,
    composer.node,
    consent,
  )
  const { ink_light, ink_dark } = inksOf(config.theme.color)
  node.style.setProperty('--ink-light', ink_light)
  node.style.setProperty('--ink-dark', ink_dark)
  let session: AbortController | undefined

  function open(): void {
    if (!node.hidden) return
    node.hidden = false
    session = new AbortController()
    holdAttention(node, { signal: session.signal, onEscape: host.requestClose })
    composer.fit()
    // A keyboard that rises by itself would hide the greeting on a phone.
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
  return { node, open, close, notice: say }
}

function createHeader({ config, requestClose }: ChatHost, texts: Texts): HTMLElement {
  const initial = [...config.title.trim()][0]?.toUpperCase() ?? '?'
  const subtitle = config.online ? texts.online : texts.away
  return el(
    'div',
    { class: 'header' }, // a <header> would be a second banner of the page
    el('div', { class: 'avatar', 'aria-hidden': 'true', 'data-online': config.online }, initial),
    el('div', { class: 'names' }, el('h2', { dir: 'auto' }, config.title), el('p', {}, subtitle)),
    el(
      'button',
      { class: 'close', type: 'button', 'aria-label': texts.close, click: requestClose },
      icon('M6 6l12 12M18 6 6 18'),
    ),
  )
}
