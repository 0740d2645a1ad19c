import type { load } from 'cheerio'

export type Node = Exclude<Parameters<typeof load>[0], string | Buffer | unknown[]>
export type Element = Extract<Node, { attribs: unknown }>

/** Elements that stand on lines of their own. */
export const BLOCKS = new Set(
  `address article blockquote body center dd details div dl dt fieldset figcaption figure header hr li main p section summary
  caption td th tr`.split(' '),
)

/** The cells of a table, row by row; those of tables inside it are not among them. */
export function rowsOf(node: Element): Element[][] {
  return node.children.flatMap((child) => {
    if (!('tagName' in child)) return []
    if (child.tagName === 'tr')
      return [child.children.filter((cell): cell is Element => 'tagName' in cell && /^t[dh]$/.test(cell.tagName))]
    return /^t(?:head|body|foot)$/.test(child.tagName) ? rowsOf(child) : []
  })
}

/** True when an element holds another of this name, however deep. */
export function hasInside(node: Element, tag: string): boolean {
  return node.children.some((child) => 'tagName' in child && (child.tagName === tag || hasInside(child, tag)))
}

// A page may claim any span; real tables stay far below.
const LARGEST_SPAN = 100

/** The texts of a table's cells; a cell over several rows belongs to each of them, over several columns it fills the first. */
export function fillSpans(rows: Element[][]): string[][] {
  const below: { text: string; rows: number }[] = []
  return rows.map((row) => {
    const cells: string[] = []
    const takeFromAbove = () => {
      for (let held = below[cells.length]; held && held.rows > 0; held = below[cells.length]) {
        held.rows--
        cells.push(held.text)
      }
    }
    for (const cell of row) {
      takeFromAbove()
      below[cells.length] = { text: textOf(cell), rows: span(cell, 'rowspan') - 1 }
      cells.push(textOf(cell))
      for (let extra = span(cell, 'colspan'); extra > 1; extra--) cells.push('')
    }
    takeFromAbove()
    return cells
  })
}

function span(cell: Element, name: string): number {
  const value = Number(cell.attribs[name] ?? 1)
  return value >= 1 ? Math.min(Math.floor(value), LARGEST_SPAN) : 1
}

/** All text below a node, block elements on lines of their own; white space is folded unless lines are to be kept as they are. */
export function textOf(node: Node, keepsLines = false): string {
  if (node.type === 'text') return keepsLines ? node.data : node.data.replace(/\s+/g, ' ')
  if ('tagName' in node && node.tagName === 'br') return '\n'
  if (!('children' in node)) return ''
  const text = node.children.map((child) => textOf(child, keepsLines)).join('')
  return 'tagName' in node && (BLOCKS.has(node.tagName) || node.tagName === 'li') ? `\n${text}\n` : text
}
