import { type Config, publicUrl } from '../../config/config.ts'
import type { Locale } from '../../errors.ts'
import { renderPage } from '../../lib/templates.ts'
import { cleanText, oneLine, trimTo } from '../../lib/text.ts'
import { type Block, fillTemplate } from './blocks.ts'

const SUBJECT = 200 // characters; more is cut by every list of letters

/** A letter in both forms, from one template. Values are shown as text whatever they hold, and the subject is one line. */
export function composeLetter(
  config: Pick<Config, 'public_url' | 'host' | 'port'>,
  { kind, locale }: { kind: string; locale: Locale },
  data: Record<string, unknown>,
): { subject: string; text: string; html: string } {
  const values = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, cleaned(value)]))
  const letter = fillTemplate(`${kind}.${locale}`, values)
  const subject = trimTo(oneLine(letter.subject).trim(), SUBJECT)
  const host = new URL(publicUrl(config)).host
  const footer = {
    ru: `Письмо отправлено автоматически: ReplyX, ${host}`,
    en: `Sent automatically: ReplyX, ${host}`,
  }[locale]
  return {
    subject,
    text: [...letter.blocks.map(asText), `-- \n${footer}`].join('\n\n'),
    html: renderPage('email/layout', { locale, subject, blocks: letter.blocks, footer }),
  }
}

function asText(block: Block): string {
  if (block.kind === 'button') return `${block.label}:\n${block.url}`
  if (block.kind === 'code') return block.text
  if (block.kind === 'rows') return block.rows.map(([label, value]) => `${label}: ${value}`).join('\n')
  return block.lines.map((line) => (block.kind === 'quote' ? `> ${line}` : line)).join('\n')
}

function cleaned(value: unknown): unknown {
  return typeof value === 'string' ? cleanText(value.replace(/\r\n?/g, '\n')) : value
}
