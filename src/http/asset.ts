import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Request, Response } from 'express'
import { sha256 } from '../lib/crypto.ts'

export type Asset = { type: string; etag: string; plain: Buffer; gzip: Buffer; br: Buffer }

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
}

/** Reads one of the few small files a browser needs and packs it once; they live in memory from then on. */
export function loadAsset(path: string): Asset {
  return packAsset(readFileSync(path), TYPES[extname(path)] ?? 'application/octet-stream')
}

/** Packs content for browsers. */
export function packAsset(plain: Buffer, type: string): Asset {
  return {
    type,
    plain,
    etag: `"${sha256(plain).slice(0, 24)}"`,
    gzip: gzipSync(plain, { level: 9 }),
    br: brotliCompressSync(plain),
  }
}

/** Sends an asset in the best packing the browser takes, or 304 when it has it already. */
export function sendAsset(req: Request, res: Response, asset: Asset, cache: string): void {
  res.setHeader('Content-Type', asset.type)
  res.setHeader('Cache-Control', cache)
  res.setHeader('ETag', asset.etag)
  res.vary('Accept-Encoding')
  if (req.headers['if-none-match'] === asset.etag) return void res.status(304).end()
  const packing = (['br', 'gzip'] as const).find((one) => req.acceptsEncodings(one))
  if (packing) res.setHeader('Content-Encoding', packing)
  res.end(packing ? asset[packing] : asset.plain)
}
