import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Asset } from '../http/asset.ts'
import { sha256 } from '../lib/crypto.ts'
import { isOutdated, projectRoot } from '../lib/entry.ts'
import { consolePage } from './page.ts'

export type ConsoleAssets = { page: Asset; files: Map<string, Asset> }

const folder = join(projectRoot, 'dist', 'web', 'console')
const TYPES: Record<string, string> = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' }
const [packBrotli, packGzip] = [promisify(brotliCompress), promisify(gzip)]

let ready: Promise<ConsoleAssets> | undefined

/** The page and its files by their names, read and packed at the first call; in a checkout they are bundled from their sources before. */
export function consoleAssets(): Promise<ConsoleAssets> {
  ready ??= prepare().catch((error: unknown) => {
    ready = undefined // the next call may find the disk well again
    throw error
  })
  return ready
}

async function prepare(): Promise<ConsoleAssets> {
  if (isOutdated(join(folder, 'console.js'))) {
    const { buildConsole } = await import('../web/build.ts')
    await buildConsole(folder)
  }
  const [script, style] = await Promise.all(['console.js', 'console.css'].map(load))
  const page = consolePage({ script: script!.name, style: style!.name })
  return {
    page: await pack(Buffer.from(page), 'text/html; charset=utf-8'),
    files: new Map([script!, style!, ...(await loadParts())].map(({ name, asset }) => [name, asset])),
  }
}

// What the program loads only where it is needed: it knows these files by the names they have.
async function loadParts(): Promise<{ name: string; asset: Asset }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js') && name !== 'console.js')
  return Promise.all(
    names.map(async (name) => ({ name, asset: await pack(await readFile(join(folder, name)), TYPES['.js']!) })),
  )
}

async function load(file: string): Promise<{ name: string; asset: Asset }> {
  const asset = await pack(await readFile(join(folder, file)), TYPES[extname(file)]!)
  return { name: file.replace('.', `-${asset.etag.slice(1, 17)}.`), asset }
}

// Beside the event loop: packing this much takes a fifth of a second, and streams are running.
async function pack(plain: Buffer, type: string): Promise<Asset> {
  const [br, gz] = await Promise.all([packBrotli(plain), packGzip(plain, { level: 9 })])
  return { type, plain, br, gzip: gz, etag: `"${sha256(plain).slice(0, 24)}"` }
}
