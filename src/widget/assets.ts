import { join } from 'node:path'
import type { Request, Response } from 'express'
import { type Asset, loadAsset, sendAsset } from '../http/asset.ts'
import { isOutdated, projectRoot } from '../lib/entry.ts'
import { MINUTE } from '../lib/time.ts'

const folder = join(projectRoot, 'dist', 'web')
const LOADER_CACHE = `public, max-age=${(5 * MINUTE) / 1000}, stale-while-revalidate=86400`
const FOREVER = 'public, max-age=31536000, immutable' // its address changes with its content

const loaded = new Map<string, Asset>()

/** Makes the browser programs ready: bundled by the build, or here and now in a checkout without one. */
export async function prepareAssets(): Promise<void> {
  if (isOutdated(join(folder, 'widget.js'))) {
    const { buildWidget } = await import('../web/build.ts')
    await buildWidget(folder)
  }
  for (const name of ['widget.js', 'widget-chat.js']) loaded.set(name, loadAsset(join(folder, name)))
}

/** Sends the loader or the chat program. */
export function sendProgram(name: 'widget.js' | 'widget-chat.js', req: Request, res: Response): void {
  sendAsset(req, res, loaded.get(name)!, name === 'widget.js' ? LOADER_CACHE : FOREVER)
}
