import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locale } from '../errors.ts'
import { templatesFolder } from '../lib/templates.ts'

export const TEMPLATES = ['support', 'sales', 'faq', 'universal'] as const
export type TemplateName = (typeof TEMPLATES)[number]
export type PromptTemplate = {
  template: TemplateName
  locale: Locale
  name: string
  description: string
  system_prompt: string
}

/** One of the four shipped prompts in the given language. */
export function promptTemplate(template: TemplateName, locale: Locale): PromptTemplate {
  const file = readFileSync(join(templatesFolder, 'assistants', `${template}.${locale}.md`), 'utf8')
  const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file) ?? []
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(head)?.[1]?.trim() ?? ''
  return { template, locale, name: field('name'), description: field('description'), system_prompt: body.trim() }
}

/** All of them, in both languages. */
export function promptTemplates(): PromptTemplate[] {
  return TEMPLATES.flatMap((name) => [promptTemplate(name, 'ru'), promptTemplate(name, 'en')])
}
