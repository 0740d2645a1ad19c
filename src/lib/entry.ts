import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/** The folder that holds package.json, bin, src or dist, and templates: the same place in a checkout and when installed. */
export const projectRoot = findRoot(here)

/** The release this program is. */
export function programVersion(): string {
  const text = readFileSync(join(projectRoot, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** True when the program runs from `src/` as TypeScript, false when it runs from the bundle in `dist/`. */
export const runsFromSource = import.meta.url.endsWith('.ts')

/** The file to start for a thread or child process named by its path below `src/` without ending, e.g. `parsing/child`. */
export function entryPath(name: string): string {
  return runsFromSource ? join(projectRoot, 'src', `${name}.ts`) : join(projectRoot, 'dist', `${name}.js`)
}

/** Whether a program for browsers has to be bundled again: in a checkout it follows its sources, as everything else does. */
export function isOutdated(built: string): boolean {
  if (!runsFromSource) return false
  if (!existsSync(built)) return true
  const sources = join(projectRoot, 'src', 'web')
  const changed = readdirSync(sources, { recursive: true, encoding: 'utf8' }).map(
    (file) => statSync(join(sources, file)).mtimeMs,
  )
  return Math.max(...changed) > statSync(built).mtimeMs
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'templates'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('the folder with package.json and templates was not found')
  return findRoot(parent)
}
