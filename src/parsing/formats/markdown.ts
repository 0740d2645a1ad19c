import { readFile } from 'node:fs/promises'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmTable } from 'micromark-extension-gfm-table'
import type { Outline, Source } from '../blocks.ts'
import { decodeText } from '../text.ts'
import { addHtml } from './html.ts'
import { addTable } from './tables.ts'

type Root = ReturnType<typeof fromMarkdown>
type Node = Root | Root['children'][number]
type ListItem = Extract<Node, { type: 'listItem' }>

/** Reads Markdown with tables: headings, paragraphs, lists, code, and HTML in between as HTML. The settings at its head are left out. */
export async function readMarkdown({ file }: Source, outline: Outline): Promise<void> {
  const text = decodeText(await readFile(file)).replace(/\r\n?/g, '\n')
  const root = fromMarkdown(withoutSettings(text), {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  })
  for (const node of root.children) addNode(node, outline)
}

function withoutSettings(text: string): string {
  if (!text.startsWith('---\n')) return text
  const end = text.indexOf('\n---\n', 3)
  return end === -1 ? text : text.slice(end + 5)
}

function addNode(node: Node, outline: Outline): void {
  if (node.type === 'heading') outline.heading(node.depth, textOf(node))
  else if (node.type === 'code') outline.add('code', node.value)
  else if (node.type === 'html') addHtml(node.value, outline)
  else if (node.type === 'table')
    addTable(
      outline,
      node.children.map((row) => row.children.map(textOf)),
      true,
    )
  else if (node.type === 'list') addList(node, outline)
  else if (node.type === 'blockquote') for (const child of node.children) addNode(child, outline)
  else outline.add('text', textOf(node))
}

function addList(list: Extract<Node, { type: 'list' }>, outline: Outline): void {
  let number = list.start ?? 1
  for (const item of list.children) addItem(item, { mark: list.ordered ? `${number++}.` : '•', outline })
}

// A nested list follows the words of its item as items of its own.
function addItem(item: ListItem, { mark, outline }: { mark: string; outline: Outline }): void {
  const words = item.children
    .filter((child) => child.type !== 'list')
    .map(textOf)
    .join('\n')
  if (words.trim() !== '') outline.add('item', `${mark} ${words}`)
  for (const child of item.children) if (child.type === 'list') addList(child, outline)
}

function textOf(node: Node): string {
  if (node.type === 'break') return '\n'
  if (node.type === 'html') return /^<br/i.test(node.value) ? '\n' : ''
  if ('value' in node) return node.value
  if (!('children' in node)) return ''
  const holdsBlocks = node.type === 'listItem' || node.type === 'list' || node.type === 'blockquote'
  return node.children.map(textOf).join(holdsBlocks ? '\n' : '')
}
