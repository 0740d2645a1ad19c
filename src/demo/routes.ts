import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errors } from '../errors.ts'
import { loadAsset, sendAsset } from '../http/asset.ts'
import { rawRoute } from '../http/route.ts'
import { renderPage, templatesFolder } from '../lib/templates.ts'
import { demoAssistant } from './demo.ts'

const tag = 'Демо'
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

export const page = rawRoute({
  method: 'get',
  path: '/demo',
  tag,
  summary: 'Страница магазина-образца с виджетом',
  access: 'public',
  counts: 'assets',
  query: z.object({ lang: z.enum(['ru', 'en']).optional() }),
  raw: async ({ ctx, query, locale }, req, res) => {
    const assistant = await demoAssistant(ctx)
    if (!assistant) throw errors.NOT_FOUND({ hint: 'replyx setup --demo' })
    const base_url = ctx.config.public_url ?? `${req.protocol}://${req.headers.host}`
    res.setHeader('Content-Security-Policy', CSP)
    res
      .type('html')
      .send(renderPage('demo/page.eta', { lang: query.lang ?? locale, site_token: assistant.site_token, base_url }))
  },
})

export const pageFile = rawRoute({
  method: 'get',
  path: '/demo/:file',
  tag,
  summary: 'Файлы этой страницы',
  access: 'public',
  counts: 'assets',
  params: z.object({ file: z.string().regex(/^[a-z][a-z0-9-]*\.(css|js|svg|png)$/) }),
  raw: async ({ params }, req, res) => {
    const path = join(templatesFolder, 'demo', params.file)
    if (!existsSync(path)) throw errors.NOT_FOUND()
    sendAsset(req, res, loadAsset(path), 'no-cache')
  },
})
