import { type Caps, ParsingFailed } from './reasons.ts'
import { normaliseLine, normaliseText } from './text.ts'

/** A paragraph, a list item, a table row with its labels, or a piece of code, under its path of headings. */
export type Block = { headings: string[]; kind: 'text' | 'item' | 'row' | 'code'; text: string }

/** Collects blocks while a reader walks through a document. */
export type Outline = {
  heading(level: number, text: string): void
  add(kind: Block['kind'], text: string): void
  blocks(): Block[]
}

// A heading is a title field and a prefix; a longer one is a paragraph in large type.
const HEADING_LIMIT = 160

/**
 * An empty outline. Headings nest by their level, whatever levels are skipped; a heading that nothing follows becomes a text of its own,
 * so that a phone number in large type is not lost. Throws ParsingFailed when all texts together go beyond `limit` bytes of UTF-8.
 */
export function createOutline(limit: number): Outline {
  const blocks: Block[] = []
  let path: { level: number; text: string }[] = []
  let names: string[] = []
  let isBare = false
  let spent = 0

  const spend = (bytes: number) => {
    spent += bytes
    if (spent > limit) throw new ParsingFailed('too_much_text')
  }
  const closeBare = () => {
    if (isBare) blocks.push({ headings: names.slice(0, -1), kind: 'text', text: names.at(-1)! })
    isBare = false
  }
  const add = (kind: Block['kind'], text: string) => {
    // Before it is cleaned, which takes several times its memory.
    if (text.length > limit) throw new ParsingFailed('too_much_text')
    const clean = normaliseText(text)
    if (clean === '') return
    spend(Buffer.byteLength(clean))
    isBare = false
    blocks.push({ headings: names, kind, text: clean })
  }
  return {
    add,
    heading(level, text) {
      const line = normaliseLine(text)
      if (line === '') return
      if (line.length > HEADING_LIMIT) {
        add('text', line)
        return
      }
      spend(Buffer.byteLength(line))
      if (isBare && level <= path.at(-1)!.level) closeBare()
      path = [...path.filter((above) => above.level < level), { level, text: line }]
      names = path.map((heading) => heading.text)
      isBare = true
    },
    blocks() {
      closeBare()
      return blocks
    },
  }
}

/** What a reader is given: the file, what it may cost, and whom to tell how far it is (0 to 1). */
export type Source = { file: string; caps: Caps; report(fraction: number): void }

/** A reader walks through one format and tells the outline what it finds, in reading order. Throws ParsingFailed, or what its library throws. */
export type Reader = (source: Source, outline: Outline) => Promise<void>
