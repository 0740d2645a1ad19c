import { globSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'tsup'
import { buildConsole, buildWidget } from './src/web/build.ts'

// Every file that is started on its own: the program, the reader of documents, and one thread for each job.
const started = [
  'cli/main',
  'parsing/child',
  ...globSync('jobs/nightly/*.ts', { cwd: 'src' }).map((file) => file.replace(/\.ts$/, '')),
]

export default defineConfig({
  entry: Object.fromEntries(started.map((name) => [name, `src/${name}.ts`])),
  outDir: 'dist',
  format: 'esm',
  target: 'node24',
  platform: 'node',
  splitting: true, // a command loads only what it needs
  clean: true,
  dts: false,
  external: [/^[^./]/], // libraries stay libraries: native ones and those that start workers cannot be bundled
  onSuccess: async () => {
    await buildWidget(join(import.meta.dirname, 'dist', 'web'))
    await buildConsole(join(import.meta.dirname, 'dist', 'web', 'console'))
  },
})
