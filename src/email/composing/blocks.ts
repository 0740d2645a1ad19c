import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Eta } from 'eta'
import { templatesFolder } from '../../lib/templates.ts'

/** A piece of a letter, the same in text and HTML. */
export type Block =
  | { kind: 'paragraph' | 'quote'; lines: string[] }
  | { kind: 'code'; text: string }
  | { kind: 'button'; label: string; url: string }
  | { kind: 'rows'; rows: [string, string][] }
type Fill = (values: Record<string, unknown>) => Block | undefined
type Template = { subject: (values: Record<string, unknown>) => string; blocks: Fill[] }

const plain = new Eta({ autoEscape: false, autoTrim: false })
const known = new Map<string, Template>()

/**
 * Fills a template of `templates/email/`: its first line is the subject, the rest blocks between empty lines. `> ` is a quotation, `= ` a code,
 * `[label](url)` alone a button, lines with `| ` a table; a block left empty is left out. The blocks are found before any value is put in,
 * so no value can make one.
 */
export function fillTemplate(name: string, values: Record<string, unknown>): { subject: string; blocks: Block[] } {
  const template = known.get(name) ?? readTemplate(name)
  known.set(name, template)
  const blocks = template.blocks.map((fill) => fill(values)).filter((block) => block !== undefined)
  return { subject: template.subject(values), blocks }
}

function readTemplate(name: string): Template {
  const [subject = '', ...rest] = readFileSync(join(templatesFolder, 'email', `${name}.eta`), 'utf8').split('\n')
  const sources = rest.join('\n').split(/\n{2,}/)
  return {
    subject: filler(subject),
    blocks: sources
      .map((one) => one.trim())
      .filter(Boolean)
      .map(blockOf),
  }
}

function blockOf(source: string): Fill {
  const button = /^\[([^\]]+)\]\((.+)\)$/.exec(source)
  if (button) return buttonOf(button[1] ?? '', filler(button[2] ?? ''))
  if (source.startsWith('= ')) return codeOf(filler(source.slice(2)))
  if (source.startsWith('| ')) return rowsOf(source)
  if (source.startsWith('> ')) return linesOf('quote', filler(source.slice(2)))
  return linesOf('paragraph', filler(source))
}

function buttonOf(label: string, fill: ReturnType<typeof filler>): Fill {
  return (values) => {
    const url = fill(values)
    return url ? { kind: 'button', label, url } : undefined
  }
}

function codeOf(fill: ReturnType<typeof filler>): Fill {
  return (values) => ({ kind: 'code', text: fill(values) })
}

function rowsOf(source: string): Fill {
  const rows = source.split('\n').map((line) => {
    const [label = '', ...value] = line.replace(/^\|\s*/, '').split(' | ')
    return [label, filler(value.join(' | '))] as const
  })
  return (values) => {
    const filled = rows.map(([label, fill]): [string, string] => [label, fill(values)]).filter(([, value]) => value)
    return filled.length > 0 ? { kind: 'rows', rows: filled } : undefined
  }
}

function linesOf(kind: 'paragraph' | 'quote', fill: ReturnType<typeof filler>): Fill {
  return (values) => {
    const text = fill(values)
    return text ? { kind, lines: text.split('\n') } : undefined
  }
}

function filler(source: string): (values: Record<string, unknown>) => string {
  const compiled = plain.compile(source)
  return (values) => plain.render(compiled, values).trim()
}
