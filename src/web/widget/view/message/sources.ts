import type { Language, Source } from '../../shared/contract.ts'
import { el } from '../../shared/dom.ts'
import { count } from '../../shared/language.ts'
import type { Texts } from '../../shared/texts.ts'

interface Sources {
  node: HTMLElement
  /** Makes the mark that opens a source from within the text. */
  makeCite: (n: number) => Node | undefined
}

/** Shows the passages an answer rests on as chips; a chip opens its passage and closes the one before. */
export function createSources(sources: Source[], { texts, language }: { texts: Texts; language: Language }): Sources {
  const passage = el('div', { class: 'passage', tabindex: 0, role: 'group', hidden: true })
  const buttons = new Map<number, HTMLButtonElement[]>()
  let shown: number | undefined

  function toggle(source: Source): void {
    shown = shown === source.n ? undefined : source.n
    passage.hidden = shown === undefined
    passage.setAttribute('aria-label', source.title)
    passage.replaceChildren(el('strong', {}, source.title), el('p', { dir: 'auto' }, source.text))
    passage.scrollTop = 0
    for (const [n, those] of buttons) {
      for (const button of those) button.setAttribute('aria-expanded', String(n === shown))
    }
    if (shown !== undefined) passage.scrollIntoView({ block: 'nearest' })
  }

  function makeButton(source: Source, name: string, ...content: Node[]): HTMLButtonElement {
    const attributes = { class: name, type: 'button', 'aria-expanded': 'false', click: () => toggle(source) }
    const button = el('button', attributes, ...content)
    buttons.set(source.n, [...(buttons.get(source.n) ?? []), button])
    return button
  }

  function makeCite(n: number): Node | undefined {
    const source = sources.find((source) => source.n === n)
    if (!source) return undefined
    const button = makeButton(source, 'cite', document.createTextNode(String(n)))
    button.setAttribute('aria-label', `${n}: ${source.title}`)
    return button
  }

  const chips = sources.map((source) =>
    makeButton(source, 'chip', el('b', {}, String(source.n)), el('span', { dir: 'auto' }, source.title)),
  )
  const label = count(language, sources.length, texts.sources)
  const node = el(
    'div',
    { class: 'sources' },
    el('div', { class: 'chips', role: 'group', 'aria-label': label }, ...chips),
    passage,
  )
  return { node, makeCite }
}
