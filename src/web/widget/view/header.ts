import type { ChatHost } from '../shared/contract.ts'
import { el, icon } from '../shared/dom.ts'
import type { Texts } from '../shared/texts.ts'
import type { Desk } from '../talk/state.ts'

/** The head of the window: whom the visitor talks to right now, and the way out. */
export function createHeader({ config, requestClose }: ChatHost, texts: Texts) {
  const avatar = el('div', { class: 'avatar', 'aria-hidden': 'true', 'data-online': true })
  const title = el('h2', { dir: 'auto' })
  const subtitle = el('p', {})
  const node = el(
    'div',
    { class: 'header' }, // a <header> would be a second banner of the page
    avatar,
    el('div', { class: 'names' }, title, subtitle),
    el(
      'button',
      { class: 'close', type: 'button', 'aria-label': texts.close, click: requestClose },
      icon('M6 6l12 12M18 6 6 18'),
    ),
  )

  function render({ status, operator_name }: Desk): void {
    const isHuman = status === 'active' && operator_name
    const name = isHuman ? operator_name : config.title
    avatar.textContent = [...name.trim()][0]?.toUpperCase() ?? '?'
    title.textContent = name
    // While a human is called the assistant keeps silent.
    subtitle.textContent = isHuman ? texts.human : status === 'requested' ? '' : texts.about
  }

  return { node, render }
}
