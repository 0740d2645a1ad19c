import type { Request } from 'express'
import type { Context } from '../context.ts'
import type { Site } from '../http/route.ts'
import { type Assistant, assistantOf } from './assistants.ts'
import { hostAllowed, originHost } from './domains.ts'
import { errors } from './errors.ts'
import * as store from './store.ts'

/** The site a request comes from: a known public token, an assistant that is switched on, and an allowed Origin. */
export async function siteGuard(ctx: Context, req: Request): Promise<Site> {
  const token = req.headers['x-site-token'] ?? req.query.site_token
  const row = typeof token === 'string' ? await store.findBySiteToken(ctx.db, token) : undefined
  if (!row) throw errors.INVALID_SITE_TOKEN()
  const assistant = assistantOf(row)
  if (!assistant.is_active || !assistant.website_integration)
    throw errors.ORIGIN_NOT_ALLOWED({ reason: 'switched off' })
  assertOrigin(ctx, req, assistant)
  return { kind: 'site', tenant_id: assistant.tenant_id, assistant_id: assistant.id }
}

/** The tag an owner pastes into a page. */
export function embedTag({ site_token }: Pick<Assistant, 'site_token'>, base_url: string): string {
  return `<script async src="${base_url}/widget.js" data-site-token="${site_token}"></script>`
}

/** Every domain that one of the owner's assistants may stand on. */
export async function domainsOf(ctx: Context, tenant_id: number): Promise<string[]> {
  const rows = await store.listAssistants(ctx.db, tenant_id, { limit: 1000, offset: 0 })
  return rows.flatMap((row) => assistantOf(row).allowed_domains)
}

/** Whether a page of this origin may show an assistant that is allowed on these domains: one of theirs, or one of our own. */
export function isOriginAllowed(ctx: Context, req: Request, origin: string, domains: string[]): boolean {
  const host = originHost(origin)
  return host !== undefined && (ownHosts(ctx, req).includes(host) || hostAllowed(host, domains))
}

function assertOrigin(ctx: Context, req: Request, assistant: Assistant): void {
  const { origin } = req.headers
  // A browser sends no Origin with a GET to the page's own host, but says that it is one.
  if (origin === undefined && req.headers['sec-fetch-site'] === 'same-origin') return
  if (origin !== undefined && isOriginAllowed(ctx, req, origin, assistant.allowed_domains)) return
  throw errors.ORIGIN_NOT_ALLOWED({ origin: (origin ?? '').slice(0, 200) })
}

function ownHosts(ctx: Context, req: Request): string[] {
  const hosts = [req.hostname]
  if (ctx.config.public_url) hosts.push(new URL(ctx.config.public_url).hostname)
  return hosts
}
