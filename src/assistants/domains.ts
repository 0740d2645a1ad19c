import { domainToASCII } from 'node:url'
import { invalid } from '../errors.ts'

const HOST = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Domains as a person types them → bare lower-case hosts without scheme, `www.`, port and path, sorted, each once. VALIDATION_ERROR names one that is none. */
export function normaliseDomains(given: string[], field = 'allowed_domains'): string[] {
  return [...new Set(given.map((domain) => normaliseDomain(domain, field)))].sort()
}

function normaliseDomain(given: string, field: string): string {
  const bare = given
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '')
  const host = domainToASCII(bare.replace(/^www\./, ''))
  if (host && HOST.test(host)) return host
  throw invalid(field, `«${given.slice(0, 100)}» — не домен`, `«${given.slice(0, 100)}» is not a domain`)
}

/** The host of an Origin header, or undefined for `null`, another scheme or nonsense. */
export function originHost(origin: string): string | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== origin) return undefined
  return url.hostname.replace(/\.$/, '')
}

/** Whether a host is one of the domains or below one; label boundaries count, so `evil-example.com` is not `example.com`. */
export function hostAllowed(host: string, domains: string[]): boolean {
  const bare = host.replace(/^www\./, '')
  return domains.some((domain) => bare === domain || bare.endsWith(`.${domain}`))
}
