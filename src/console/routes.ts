import { z } from 'zod'
import { errors } from '../errors.ts'
import { sendAsset } from '../http/asset.ts'
import { rawRoute } from '../http/route.ts'
import { consoleAssets } from './assets.ts'
import { PAGE_HEADERS } from './page.ts'

const tag = 'Консоль'
const FOREVER = 'public, max-age=31536000, immutable' // its address changes with its content

export const file = rawRoute({
  method: 'get',
  path: '/console/assets/:file',
  tag,
  summary: 'Программа и стили консоли',
  access: 'public',
  counts: 'assets',
  params: z.object({ file: z.string().max(100) }),
  raw: async ({ params }, req, res) => {
    const asset = (await consoleAssets()).files.get(params.file)
    if (!asset) throw errors.NOT_FOUND()
    sendAsset(req, res, asset, FOREVER)
  },
})

export const page = rawRoute({
  method: 'get',
  path: '/console',
  aliases: ['/console/*path'],
  tag,
  summary: 'Консоль: рабочее место оператора и владельца',
  access: 'public',
  counts: 'assets',
  raw: async (_call, req, res) => {
    res.set(PAGE_HEADERS)
    sendAsset(req, res, (await consoleAssets()).page, 'no-cache')
  },
})
