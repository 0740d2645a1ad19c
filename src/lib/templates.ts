import { join } from 'node:path'
import { Eta } from 'eta'
import { projectRoot } from './entry.ts'

export const templatesFolder = join(projectRoot, 'templates')

const pages = new Eta({ views: templatesFolder, autoEscape: true, cache: true })
const plain = new Eta({ views: templatesFolder, autoEscape: false, cache: true })

/** Renders an HTML template of `templates/`; every value is escaped. */
export function renderPage(name: string, values: Record<string, unknown>): string {
  return pages.render(name, values)
}

/** Renders a plain-text template of `templates/`: the first line is the subject, the rest after an empty line the text. */
export function renderLetter(name: string, values: Record<string, unknown>): { subject: string; text: string } {
  const [subject = '', ...lines] = plain.render(name, values).split('\n')
  return { subject: subject.trim(), text: lines.join('\n').trim() }
}
