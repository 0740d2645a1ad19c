import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin, transform } from 'esbuild'

const sources = fileURLToPath(new URL('./widget/', import.meta.url))
const consoleSources = fileURLToPath(new URL('./console/', import.meta.url))

// The engines of summer 2023: the first Safari with constructable style sheets, which the strict policy of a customer's
// site needs, and its contemporaries.
const browsers = ['chrome111', 'edge111', 'firefox115', 'safari16.4', 'ios16.4']

/** Bundles the widget into `outDir` as `widget.js` (the loader, a classic script) and `widget-chat.js` (a module), and
 * answers with the 16 hex digits that change whenever a file does; a repeat overwrites both files. */
export async function buildWidget(outDir: string): Promise<{ loader_hash: string; chat_hash: string }> {
  const chat = await bundle('chat.ts', { format: 'esm' })
  const chat_hash = hashOf(chat)
  const loader = await bundle('loader.ts', { format: 'iife', define: { CHAT_HASH: JSON.stringify(chat_hash) } })
  await mkdir(outDir, { recursive: true })
  await writeFile(join(outDir, 'widget-chat.js'), chat)
  await writeFile(join(outDir, 'widget.js'), loader)
  return { loader_hash: hashOf(loader), chat_hash }
}

/** Bundles the console into `outDir` as `console.js` (a module), `console.css` and what is loaded only where it is needed, under names that change with it; a repeat replaces the files, each at once. */
export async function buildConsole(outDir: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(consoleSources, 'main.tsx')],
    entryNames: 'console',
    chunkNames: '[name]-[hash]',
    splitting: true,
    outdir: outDir,
    write: false,
    bundle: true,
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    format: 'esm',
    target: browsers,
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  await mkdir(outDir, { recursive: true })
  // The program last, because its age tells whether the sources are newer; by renaming, because another process may be reading.
  const isProgram = ({ path }: { path: string }) => Number(basename(path) === 'console.js')
  const inOrder = outputFiles.toSorted((a, b) => isProgram(a) - isProgram(b))
  for (const { path, contents } of inOrder) {
    await writeFile(`${path}.${process.pid}`, contents)
    await rename(`${path}.${process.pid}`, path)
  }
  const made = new Set(outputFiles.map(({ path }) => basename(path)))
  const older = (await readdir(outDir)).filter((name) => name.endsWith('.js') && !made.has(name))
  await Promise.all(older.map((name) => rm(join(outDir, name), { force: true })))
}

async function bundle(entry: string, options: { format: 'esm' | 'iife'; define?: Record<string, string> }) {
  const result = await build({
    entryPoints: [join(sources, entry)],
    bundle: true,
    minify: true,
    write: false,
    legalComments: 'none',
    charset: 'utf8',
    target: browsers,
    plugins: [styleText],
    ...options,
  })
  return Buffer.from(result.outputFiles[0]!.contents)
}

// A style sheet becomes a string in the script, because the policy of a customer's site forbids inline styles.
const styleText: Plugin = {
  name: 'style-text',
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: browsers })
      return { contents: `export const css = ${JSON.stringify(code.trim())}`, loader: 'js' }
    })
  },
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}
