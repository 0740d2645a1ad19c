import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { errors } from '../errors.ts'
import { type Asset, loadAsset, packAsset, sendAsset } from '../http/asset.ts'
import { openApiDocument } from '../http/openapi.ts'
import { type Route, rawRoute } from '../http/route.ts'

const tag = 'Справочник'
const CACHE = 'no-cache'
const PROGRAM_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const PAGE = `<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ReplyX API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<div id="ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
`
const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#ui', deepLinking: true, validatorUrl: null })
`

let served: () => Route[] = () => []

/** Tells the reference which routes there are; it cannot ask the table of contents, which is below it. */
export function describeRoutes(routes: () => Route[]): void {
  served = routes
}

export const openApi = rawRoute({
  method: 'get',
  path: '/api/openapi.json',
  tag,
  summary: 'Описание API (OpenAPI 3.1)',
  access: 'public',
  counts: 'assets',
  raw: async ({ ctx }, req, res) => {
    res.json(openApiDocument(served(), ctx.config.public_url ?? `${req.protocol}://${req.headers.host}`))
  },
})

export const apiDocs = rawRoute({
  method: 'get',
  path: '/api/docs',
  tag,
  summary: 'Это описание для чтения и проб в браузере',
  access: 'public',
  counts: 'assets',
  raw: async (_, req, res) => {
    res.setHeader('Content-Security-Policy', CSP)
    sendAsset(req, res, fileNamed('index.html'), CACHE)
  },
})

export const apiDocsFile = rawRoute({
  method: 'get',
  path: '/api/docs/:file',
  tag,
  summary: 'Файлы страницы описания',
  access: 'public',
  counts: 'assets',
  params: z.object({ file: z.enum([...PROGRAM_FILES, 'start.js']) }),
  raw: async ({ params }, req, res) => sendAsset(req, res, fileNamed(params.file), CACHE),
})

const packed = new Map<string, Asset>()

// Packed when first asked for: most appliances never show this page, and packing takes half a second.
function fileNamed(name: string): Asset {
  const asset = packed.get(name) ?? loadNamed(name)
  packed.set(name, asset)
  return asset
}

function loadNamed(name: string): Asset {
  if (name === 'index.html') return packAsset(Buffer.from(PAGE), 'text/html; charset=utf-8')
  if (name === 'start.js') return packAsset(Buffer.from(START), 'text/javascript; charset=utf-8')
  if (!PROGRAM_FILES.some((one) => one === name)) throw errors.NOT_FOUND()
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  return loadAsset(join(folder, name))
}
