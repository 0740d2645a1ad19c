import { accentOf } from '../shared/colour.ts'
import type { Language } from '../shared/contract.ts'
import { addStyles, el, icon } from '../shared/dom.ts'
import { count } from '../shared/language.ts'
import { launcherTexts } from '../shared/texts.ts'
import { css } from './launcher.css'

type State = 'closed' | 'busy' | 'open' | 'failed'

interface Launcher {
  root: ShadowRoot
  setState: (state: State) => void
  setUnread: (count: number) => void
  focus: () => void
  remove: () => void
}

interface Options {
  language: Language
  color: string
  position: string
  onToggle: () => void
  onApproach: () => void
}

const SPEECH =
  'M12 3.5c-5 0-9 3.5-9 7.9 0 2.4 1.2 4.5 3.1 6-.1 1.2-.6 2.3-1.4 3.1 1.7-.1 3.2-.7 4.4-1.6.9.3 1.9.4 2.9.4 5 0 9-3.5 9-7.9s-4-7.9-9-7.9Z'
const DOWN = 'm6 9.5 6 6 6-6'

/** Puts the round button on the page, in a shadow root the page's styles cannot reach, and keeps it there when a
 * single-page site replaces its body. */
export function mountLauncher(options: Options): Launcher {
  const texts = launcherTexts[options.language]
  const badge = el('span', { class: 'badge', 'aria-hidden': 'true', hidden: true })
  const button = el(
    'button',
    {
      class: 'launcher',
      type: 'button',
      'aria-label': texts.open,
      'aria-haspopup': 'dialog',
      'aria-expanded': 'false',
      click: options.onToggle,
      pointerenter: options.onApproach,
      focus: options.onApproach,
    },
    icon(SPEECH),
    icon(DOWN),
    badge,
  )
  const host = el('div', { 'data-replyx': true })
  const root = host.attachShadow({ mode: 'closed' })
  addStyles(root, css)
  paint(host, options)
  root.append(button)

  let state: State = 'closed'
  let unread = 0
  const show = () => {
    const failed = state === 'failed'
    const news = unread ? `, ${count(options.language, unread, texts.unread)}` : ''
    badge.hidden = !unread && !failed
    badge.textContent = failed ? '!' : unread > 9 ? '9+' : String(unread)
    button.dataset.state = state
    button.setAttribute('aria-expanded', String(state === 'open'))
    button.setAttribute('aria-label', state === 'open' ? texts.close : failed ? texts.failed : texts.open + news)
  }
  const setState = (wanted: State) => {
    state = wanted
    show()
  }
  const setUnread = (number: number) => {
    unread = number
    show()
  }
  const focus = () => {
    // Whoever closed the chat from inside goes on from the button; the page's own focus is left alone.
    if (root.activeElement) button.focus()
  }
  const leave = stayAttached(host)
  return { root, setState, setUnread, focus, remove: leave }
}

function paint(host: HTMLElement, { color, position }: Options): void {
  const { accent, on_accent } = accentOf(color)
  host.style.setProperty('--rx-accent', accent)
  host.style.setProperty('--rx-on-accent', on_accent)
  host.dataset.position = position === 'left' ? 'left' : 'right'
}

function stayAttached(host: HTMLElement): () => void {
  const observer = new MutationObserver(attach)
  function attach(): void {
    if (!host.isConnected) document.body?.append(host)
    observer.disconnect()
    observer.observe(document.documentElement, { childList: true })
    if (document.body) observer.observe(document.body, { childList: true })
  }
  attach()
  return () => {
    observer.disconnect()
    host.remove()
  }
}
