import { el } from '../../shared/dom.ts'
import { type Block, parseBlocks, parseSpans, type Span } from '../../shared/markdown.ts'

export interface Prose {
  node: HTMLElement
  update: (text: string) => void
}

/** Asks for the mark of a cited source; nothing when there is no such source. */
export type MakeCite = (n: number) => Node | undefined

/** Shows text of the small Markdown as elements and text nodes, never as markup. An update keeps the blocks that did
 * not change, so that a growing answer neither flickers nor loses a selection. */
export function createProse(makeCite: MakeCite = () => undefined): Prose {
  const node = el('div', { class: 'prose', dir: 'auto' })
  let shown: string[] = []

  function update(text: string): void {
    const blocks = parseBlocks(text)
    const wanted = blocks.map((block) => JSON.stringify(block))
    const same = wanted.findIndex((block, index) => block !== shown[index])
    const keep = same < 0 ? wanted.length : same
    while (node.childNodes.length > keep) node.lastChild!.remove()
    node.append(...blocks.slice(keep).map((block) => renderBlock(block, makeCite)))
    shown = wanted
  }

  return { node, update }
}

function renderBlock(block: Block, makeCite: MakeCite): Node {
  const inline = (text: string) => parseSpans(text).map((span) => renderSpan(span, makeCite))
  if (block.kind === 'code') return el('pre', { tabindex: 0 }, el('code', {}, block.text))
  if (block.kind === 'heading') return el('p', {}, el('strong', {}, ...inline(block.text)))
  if (block.kind === 'paragraph') return el('p', {}, ...inline(block.text))
  const items = block.items.map((item) => el('li', {}, ...inline(item)))
  return block.start === undefined ? el('ul', {}, ...items) : el('ol', { start: block.start }, ...items)
}

function renderSpan(span: Span, makeCite: MakeCite): Node {
  if (span.kind === 'text') return document.createTextNode(span.text)
  if (span.kind === 'code') return el('code', {}, span.text)
  if (span.kind === 'cite') return makeCite(span.n) ?? document.createTextNode(` [${span.n}]`)
  if (span.kind === 'link') return renderLink(span)
  return el(span.kind === 'bold' ? 'strong' : 'em', {}, ...span.spans.map((inner) => renderSpan(inner, makeCite)))
}

function renderLink({ href, text }: { href: string; text: string }): Node {
  // A link within the shop stays in the tab: the open chat comes along.
  const target = href.startsWith(`${location.origin}/`) || href.startsWith('mailto:') ? undefined : '_blank'
  return el('a', { href, target, rel: 'noopener nofollow', title: href }, text)
}
