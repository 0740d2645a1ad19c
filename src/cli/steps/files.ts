import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { FileAtHand } from '../../knowledge/uploads.ts'

/** The files meant by paths: themselves, or all below a folder, in order of name; hidden ones and links inside folders are left out. ENOENT names a path that is not there. */
export async function filesAt(paths: string[]): Promise<FileAtHand[]> {
  const found: FileAtHand[] = []
  for (const path of paths) {
    const info = await stat(path)
    if (info.isDirectory()) found.push(...(await filesBelow(path)))
    else found.push({ path, name: basename(path), size: info.size })
  }
  return found
}

/** How many lines a file has, to know how far a reader of it is. */
export async function countLines(path: string): Promise<number> {
  let lines = 0
  for await (const piece of createReadStream(path)) {
    for (const byte of piece as Buffer) if (byte === 10) lines++
  }
  return lines
}

async function filesBelow(folder: string): Promise<FileAtHand[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const shown = entries.filter((entry) => !entry.name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1))
  const found: FileAtHand[] = []
  for (const entry of shown) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(path)))
    else if (entry.isFile()) found.push({ path, name: entry.name, size: (await stat(path)).size })
  }
  return found
}
