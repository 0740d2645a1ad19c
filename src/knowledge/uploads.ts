import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../context.ts'
import { randomId } from '../lib/ids.ts'
import { errors } from './errors.ts'

/** A file at hand: its path, the name to show, its size in bytes. */
export type FileAtHand = { path: string; name: string; size: number }

/** Where a kept file lies. */
export function fileOf(ctx: Pick<Context, 'config'>, file: string): string {
  return join(uploads(ctx), file)
}

/** Throws VIRUS_DETECTED when the virus check is configured and finds one. */
export async function assertClean(ctx: Context, file: FileAtHand): Promise<void> {
  const virus = await ctx.outside.clamd?.scan(createReadStream(file.path))
  if (virus) throw errors.VIRUS_DETECTED({ virus })
}

/** Keeps a file below the uploads folder under a name of our own, which is answered; one that was received there is moved, any other is copied. */
export async function moveToUploads(ctx: Context, path: string, folder = ''): Promise<string> {
  const name = join(folder, randomId())
  await mkdir(join(uploads(ctx), folder), { recursive: true, mode: 0o700 })
  if (path.startsWith(uploads(ctx))) await rename(path, fileOf(ctx, name))
  else await copyFile(path, fileOf(ctx, name))
  return name
}

/** Hex SHA-256 of a file's content. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function uploads(ctx: Pick<Context, 'config'>): string {
  return join(ctx.config.data_dir, 'uploads')
}
