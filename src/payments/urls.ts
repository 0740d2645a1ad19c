import { hostAllowed } from '../assistants/domains.ts'
import { domainsOf } from '../assistants/sites.ts'
import type { Context } from '../context.ts'
import { invalid } from '../errors.ts'

/** Where a payer may be sent afterwards: to this appliance or a site that one of the owner's assistants may stand on; VALIDATION_ERROR for anywhere else. */
export async function assertOwnUrls(
  ctx: Context,
  { tenant_id, base_url }: { tenant_id: number; base_url: string },
  urls: { return_url?: string | undefined; fail_url?: string | undefined },
): Promise<void> {
  const given = Object.entries(urls).filter((pair): pair is [string, string] => pair[1] !== undefined)
  if (given.length === 0) return
  const domains = await domainsOf(ctx, tenant_id)
  const own = new URL(base_url).hostname
  for (const [field, url] of given) {
    const host = hostOf(url)
    if (host === undefined || (host !== own && !hostAllowed(host, domains)))
      throw invalid(
        field,
        'нужен адрес этого сервера или разрешённого сайта',
        'an address of this server or of an allowed site is needed',
      )
  }
}

// A name and password before the host make one address look like another.
function hostOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined
  return url.hostname.replace(/\.$/, '')
}
