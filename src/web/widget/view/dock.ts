import type { ChatHost } from '../shared/contract.ts'
import { el, icon } from '../shared/dom.ts'
import type { Texts } from '../shared/texts.ts'
import type { Desk } from '../talk/state.ts'
import { createContactForm } from './contact-form.ts'

export interface DockOptions {
  host: ChatHost
  texts: Texts
  onCall: () => void
  onStopWaiting: () => void
  onContact: (email: string) => Promise<void>
  onTelegram: () => void
}

interface Dock {
  node: HTMLElement
  render: (desk: Desk) => void
}

type Face = 'idle' | 'waiting' | 'contact' | 'thanks' | 'human'

const PERSON = 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8a7 7 0 0 1 14 0'
const PLANE = 'm21 4-18 7 5.5 2L11 20l3.5-4.5L19 19z'

/** What stands between conversation and field: the way to a human, how long one is waited for, the address to be answered at. */
export function createDock(options: DockOptions): Dock {
  const { host, texts, onCall, onStopWaiting, onContact, onTelegram } = options
  const [title, place] = [el('span', {}), el('small', {})]
  const stop = el('button', { class: 'quiet', type: 'button', click: onStopWaiting }, texts.stopWaiting)
  const call = el('button', { class: 'quiet', type: 'button', click: onCall }, icon(PERSON), texts.call)
  const telegram =
    host.config.telegram &&
    el(
      'button',
      { class: 'quiet', type: 'button', click: onTelegram, 'aria-label': texts.telegram, title: texts.telegram },
      icon(PLANE),
      'Telegram',
    )
  const form = createContactForm(texts, onContact)
  const thanks = el('p', { class: 'thanks', role: 'status' })
  const waiting = el(
    'div',
    { class: 'waiting' },
    el('i', { class: 'pulse', 'aria-hidden': 'true' }),
    el('div', {}, title, place),
    stop,
  )
  const ways = el('div', { class: 'ways' }, call, telegram)
  const node = el('div', { class: 'dock' }, waiting, form.node, thanks, ways)

  function render(desk: Desk): void {
    const face = faceOf(desk)
    const waits = desk.status === 'requested'
    node.dataset.face = face
    waiting.hidden = !waits
    title.textContent = face === 'waiting' ? texts.calling : texts.nobody
    place.textContent = placeInWords(desk, texts)
    form.node.hidden = face !== 'contact'
    thanks.textContent = face === 'thanks' ? texts.thanks : ''
    call.hidden = waits || face === 'human'
    ways.hidden = call.hidden && !telegram
  }

  return { node, render }
}

function faceOf({ status, operators_online, nobody_came, contact_left }: Desk): Face {
  if (status === 'active') return 'human'
  const isAlone = nobody_came || (status === 'requested' && operators_online === 0)
  if (isAlone) return contact_left ? 'thanks' : 'contact'
  return status === 'requested' ? 'waiting' : 'idle'
}

function placeInWords({ queue_position, estimated_wait_time, operators_online }: Desk, texts: Texts): string {
  if (!operators_online || !queue_position) return ''
  return `${texts.place}: ${queue_position} · ${estimated_wait_time}`
}
