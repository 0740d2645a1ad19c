import type { NextFunction, Request, Response } from 'express'

// What a widget on another origin calls. Nothing here is opened by a cookie, so any origin may ask; each call still needs its token.
const OPEN = /^\/(api\/(widget|site|stream-tickets|dialogs\/[^/]+\/events)|widget\.js|widget-chat\.js)(\/|$)/
const PREFLIGHT_LIFE = '600'

/** Lets browsers on other origins reach the visitor's calls, and answers their preflights. */
export function allowWidgets(req: Request, res: Response, next: NextFunction): void {
  if (OPEN.test(req.path) && allow(req, res)) return
  next()
}

// True when the answer is complete: a preflight.
function allow(req: Request, res: Response): boolean {
  const { origin } = req.headers
  res.setHeader('Vary', 'Origin')
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  if (origin === undefined) return false
  res.setHeader('Access-Control-Allow-Origin', origin)
  res.setHeader(
    'Access-Control-Expose-Headers',
    'Retry-After, X-Request-Id, ETag, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset',
  )
  if (req.method !== 'OPTIONS') return false
  res.setHeader('Access-Control-Allow-Methods', 'GET, POST')
  res.setHeader(
    'Access-Control-Allow-Headers',
    'Authorization, Content-Type, X-Site-Token, Last-Event-ID, If-None-Match, Accept-Language',
  )
  res.setHeader('Access-Control-Max-Age', PREFLIGHT_LIFE)
  res.status(204).end()
  return true
}
