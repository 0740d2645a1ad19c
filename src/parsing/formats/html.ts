import { readFile } from 'node:fs/promises'
import { type CheerioAPI, load } from 'cheerio'
import type { Block, Outline, Source } from '../blocks.ts'
import { decodeText } from '../text.ts'
import { BLOCKS, type Element, fillSpans, hasInside, type Node, rowsOf, textOf } from './html-nodes.ts'
import { addTable } from './tables.ts'

/** Reads a page: its main part without menus, footers, forms, scripts and whatever is hidden. The page's title is the heading when it has no other. */
export async function readHtml({ file }: Source, outline: Outline): Promise<void> {
  const bytes = await readFile(file)
  const $ = load(decodeText(bytes, declaredCharset(bytes)))
  if ($('h1').length === 0) outline.heading(1, $('head > title').first().text())
  removeChrome($)
  walk(mainPart($), outline)
}

/** Adds a piece of HTML that has no page around it. */
export function addHtml(html: string, outline: Outline): void {
  const $ = load(html)
  $(NOT_TEXT).remove()
  walk($('body').get(0)!, outline)
}

// The standard lets a page declare its charset within the first kilobyte.
function declaredCharset(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 1024).toString('latin1')
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})/i.exec(head)?.[1]
}

const NOT_TEXT = 'script, style, noscript, template, svg, canvas, iframe, object, audio, video, math, head'
const CHROME = `nav, footer, aside, form, button, select, dialog, [role=navigation], [role=banner], [role=contentinfo],
  [role=complementary], [role=search], [hidden], [aria-hidden=true]`
// A reader doesn't see such text, so it mustn't be answered from either.
const HIDDEN_STYLE = /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])/i
// Less than this in <main> means that the page keeps its text elsewhere.
const LITTLE_TEXT = 100

function removeChrome($: CheerioAPI): void {
  $(NOT_TEXT).remove()
  $(CHROME).remove()
  $('[style]')
    .filter((_, element) => HIDDEN_STYLE.test($(element).attr('style') ?? ''))
    .remove()
  // A header of the page holds the logo and the menu, one inside an article its heading.
  $('header')
    .filter(
      (_, element) => $(element).closest('main, article, section').length === 0 && $(element).find('h1').length === 0,
    )
    .remove()
}

function mainPart($: CheerioAPI): Node {
  const main = $('main, [role=main]').first()
  const part = main.length > 0 ? main : $('article').length === 1 ? $('article') : $('body')
  const found = part.text().trim().length >= LITTLE_TEXT ? part : $('body')
  return found.get(0) ?? $.root().get(0)!
}

// Blocks are texts between the borders of block elements: inline text gathers in `line` until one comes.
type Walk = { outline: Outline; line: string; kind: Block['kind'] }

function walk(root: Node, outline: Outline): void {
  const state: Walk = { outline, line: '', kind: 'text' }
  visit(root, state)
  flush(state)
}

function visit(node: Node, state: Walk): void {
  if (node.type === 'text') state.line += node.data.replace(/\s+/g, ' ')
  else if ('tagName' in node) visitElement(node, state)
  else visitChildren(node, state)
}

function visitChildren(node: Node, state: Walk): void {
  if ('children' in node) for (const child of node.children) visit(child, state)
}

function visitElement(element: Element, state: Walk): void {
  const tag = element.tagName
  if (tag === 'br') state.line += '\n'
  else if (/^h[1-6]$/.test(tag)) apart(state, () => state.outline.heading(Number(tag[1]), textOf(element)))
  else if (tag === 'table') apart(state, () => visitTable(element, state))
  else if (tag === 'ul' || tag === 'ol') visitList(element, state)
  else if (tag === 'dl') apart(state, () => visitTerms(element, state))
  else if (tag === 'pre') apart(state, () => state.outline.add('code', textOf(element, true)))
  else if (BLOCKS.has(tag) && state.kind === 'text') apart(state, () => visitChildren(element, state))
  else if (BLOCKS.has(tag)) visitInItem(element, state)
  else visitChildren(element, state)
}

function apart(state: Walk, visitIt: () => void): void {
  flush(state)
  visitIt()
  flush(state)
}

function flush(state: Walk): void {
  state.outline.add(state.kind, state.line)
  state.line = ''
}

// Paragraphs inside a list item are lines of that item.
function visitInItem(element: Element, state: Walk): void {
  if (!/[\n•]\s*$|^\d+\.\s*$|^$/.test(state.line)) state.line += '\n'
  visitChildren(element, state)
}

function visitList(list: Element, state: Walk): void {
  const outer = state.kind
  flush(state)
  let number = Number(list.attribs.start ?? 1) || 1
  for (const child of list.children) {
    if (!('tagName' in child)) continue
    if (child.tagName !== 'li') {
      visit(child, state)
      continue
    }
    state.kind = 'item'
    state.line = list.tagName === 'ol' ? `${number++}. ` : '• '
    visitChildren(child, state)
    // A bullet without words, or what a nested list has already taken along, is nothing.
    if (/^(?:•|\d+\.)?\s*$/.test(state.line)) state.line = ''
    flush(state)
  }
  state.kind = outer
}

function visitTerms(list: Element, state: Walk): void {
  let terms: string[] = []
  for (const child of list.children.flatMap((node) =>
    'tagName' in node && node.tagName === 'div' ? node.children : [node],
  )) {
    if (!('tagName' in child)) continue
    if (child.tagName === 'dt') terms.push(textOf(child).replace(/:\s*$/, ''))
    if (child.tagName !== 'dd') continue
    state.outline.add('row', `${terms.join(', ')}${terms.length > 0 ? ': ' : ''}${textOf(child)}`)
    terms = []
  }
  if (terms.length > 0) state.outline.add('text', terms.join('\n'))
}

// A table of one column, or with tables inside, only arranges a page.
function visitTable(table: Element, state: Walk): void {
  const rows = rowsOf(table)
  const isData = rows.some((row) => row.length > 1) && !hasInside(table, 'table')
  if (!isData) {
    visitChildren(table, state)
    return
  }
  const isHeader = (row: Element[]) => row.length > 1 && row.every((cell) => cell.tagName === 'th')
  const caption = table.children.find((child): child is Element => 'tagName' in child && child.tagName === 'caption')
  if (caption) state.outline.add('text', textOf(caption))
  addTable(state.outline, fillSpans(rows), isHeader(rows[0] ?? []))
}
