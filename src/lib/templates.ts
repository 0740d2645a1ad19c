import { join } from 'node:path'
import { Eta } from 'eta'
import { projectRoot } from './entry.ts'

export const templatesFolder = join(projectRoot, 'templates')

const pages = new Eta({ views: templatesFolder, autoEscape: true, cache: true })

/** Renders an HTML template of `templates/`; every value is escaped. */
export function renderPage(name: string, values: Record<string, unknown>): string {
  return pages.render(name, values)
}
