import type { Vote } from '../../shared/contract.ts'
import { el, icon } from '../../shared/dom.ts'
import type { Texts } from '../../shared/texts.ts'

interface Votes {
  node: HTMLElement
  show: (vote: Vote | undefined) => void
}

const THUMB = 'M7 11v9H4v-9zm0 0 4-8a2.5 2.5 0 0 1 2.5 2.5V9H19a2 2 0 0 1 2 2.3l-1.1 7A2 2 0 0 1 18 20H7'

/** Asks quietly whether an answer helped. */
export function createVotes(texts: Texts, onVote: (vote: Vote) => void): Votes {
  const button = (vote: Vote, label: string) =>
    el(
      'button',
      { class: `vote ${vote}`, type: 'button', 'aria-label': label, title: label, click: () => onVote(vote) },
      icon(THUMB),
    )
  const [up, down] = [button('up', texts.good), button('down', texts.bad)]
  const node = el('div', { class: 'votes', role: 'group', 'aria-label': texts.rating }, up, down)
  const show = (vote: Vote | undefined) => {
    up.setAttribute('aria-pressed', String(vote === 'up'))
    down.setAttribute('aria-pressed', String(vote === 'down'))
  }
  return { node, show }
}
