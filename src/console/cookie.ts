import type { Request, Response } from 'express'
import { errors as common } from '../errors.ts'
import { DAY } from '../lib/time.ts'

/** The prefix makes browsers refuse the cookie from a subdomain, with a domain, or over an open connection. */
const NAME = '__Host-replyx'
const LIFE = 30 * DAY // as long as the refresh token in it
const FLAGS = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const
const LOOPBACK = /^((.+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Refuses a call that did not come from our own page: INSUFFICIENT_PERMISSIONS. Another site can neither send the header without asking first,
 * which nobody answers, nor hide where it comes from when the browser says so.
 */
export function assertOwnPage(req: Request, public_url: string | undefined): void {
  const { origin, 'sec-fetch-site': site, 'x-replyx-console': mark } = req.headers
  const isOurs = mark === '1' && (site === undefined ? isOwnOrigin(req, public_url, origin) : site === 'same-origin')
  if (!isOurs) throw common.INSUFFICIENT_PERMISSIONS({ reason: 'not called by the console' })
}

/** Whether the browser keeps a Secure cookie of this page: over TLS, wherever that ends, or from this very machine. */
export function keepsCookies(req: Request): boolean {
  return req.secure || Boolean(req.headers.origin?.startsWith('https://')) || LOOPBACK.test(req.hostname)
}

/** Hands the refresh token to the browser, where no script can read it. */
export function setCookie(res: Response, refresh_token: string): void {
  res.cookie(NAME, refresh_token, { ...FLAGS, maxAge: LIFE })
}

export function clearCookie(res: Response): void {
  res.clearCookie(NAME, FLAGS)
}

/** The refresh token the browser kept. */
export function readCookie(req: Request): string | undefined {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1)
}

function isOwnOrigin(req: Request, public_url: string | undefined, origin: string | undefined): boolean {
  if (origin === undefined) return true // browsers always name it with a POST; what is no browser carries no foreign cookie
  if (!URL.canParse(origin)) return false
  const own = [req.headers.host, public_url && new URL(public_url).host]
  return own.includes(new URL(origin).host)
}
