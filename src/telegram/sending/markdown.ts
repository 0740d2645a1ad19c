import type { Nodes, Parents } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import type { Mark, Span } from './spans.ts'

/** The Markdown of an answer as spans: what Telegram can show is kept, everything else is its own words. Never throws. */
export function readMarkdown(text: string): Span[] {
  return blocks(fromMarkdown(text), [], '\n\n')
}

function blocks(parent: Parents, marks: Mark[], gap: string): Span[] {
  return parent.children.flatMap((child, at) => [...(at > 0 ? plain(gap) : []), ...read(child, marks)])
}

function read(node: Nodes, marks: Mark[]): Span[] {
  switch (node.type) {
    case 'text':
      return struck(node.value, marks)
    case 'strong':
    case 'heading':
      return inside(node, [...marks, 'b'])
    case 'emphasis':
      return inside(node, [...marks, 'i'])
    case 'inlineCode':
      return [{ text: node.value, marks: [...marks, 'code'] }]
    case 'code':
      return [{ text: node.value, marks: [...marks, 'pre'] }]
    case 'link':
      return inside(node, isWeb(node.url) ? [...marks, { href: node.url }] : marks)
    case 'image':
      return struck(node.alt || node.url, isWeb(node.url) ? [...marks, { href: node.url }] : marks)
    case 'break':
      return plain('\n')
    case 'thematicBreak':
      return plain('———')
    case 'html':
      return [{ text: node.value, marks }]
    case 'list':
      return node.children.flatMap((item, at) => [
        ...plain(at > 0 ? '\n' : ''),
        ...plain(node.ordered ? `${(node.start ?? 1) + at}. ` : '• '),
        ...indented(blocks(item, marks, '\n')),
      ])
    case 'root':
    case 'blockquote':
      return blocks(node, marks, '\n\n')
    default:
      return 'children' in node ? inside(node as Parents, marks) : []
  }
}

function inside(node: Parents, marks: Mark[]): Span[] {
  return node.children.flatMap((child) => read(child, marks))
}

// ~~struck out~~ belongs to GitHub's Markdown, which models write as well.
function struck(text: string, marks: Mark[]): Span[] {
  return text
    .split(/~~(?=\S)(.+?)(?<=\S)~~/s)
    .map((piece, at): Span => ({ text: piece, marks: at % 2 === 1 ? [...marks, 's'] : marks }))
    .filter((span) => span.text !== '')
}

function indented(spans: Span[]): Span[] {
  return spans.map((span) => ({ ...span, text: span.text.replaceAll('\n', '\n  ') }))
}

function plain(text: string): Span[] {
  return text === '' ? [] : [{ text, marks: [] }]
}

function isWeb(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}
