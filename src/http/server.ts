import { randomUUID } from 'node:crypto'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { errors, invalid, type Locale } from '../errors.ts'
import { asInvalid, sendError } from './error-response.ts'
import type { Limiter } from './rate-limit.ts'
import type { Access, Call, Callers, Guards, LimitName, Route, Site, User, Visitor } from './route.ts'
import { findFault } from './shapes.ts'

const BODY_LIMIT = '100kb' // the largest JSON shape (a Q&A pair, a system prompt) is far below
const readJson = express.json({ limit: BODY_LIMIT, strict: true })
const readForm = express.urlencoded({ limit: BODY_LIMIT, extended: false })
const language: Record<Locale, z.core.$ZodErrorMap> = { ru: z.locales.ru().localeError, en: z.locales.en().localeError }

/** An express application that serves the routes: guard → limits → parse → handler → shape → send; every failure ends in the error envelope. */
export function mountRoutes(
  app: Express,
  routes: Route[],
  means: { ctx: Context; guards: Guards; limiter: Limiter },
): void {
  for (const route of routes) {
    for (const path of [route.path, ...route.aliases]) {
      app[route.method](path, (req, res) => serve(route, req, res, means))
    }
  }
  app.use(async (req: Request, res: Response) => {
    await means.limiter.take(res, 'general', `ip:${req.ip}`)
    throw errors.NOT_FOUND()
  })
}

/** The headers of every response, and whose address the caller has. */
export function prepareApp(ctx: Context): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', ctx.config.trusted_proxies ?? false)
  app.set('query parser', 'simple')
  app.use((req: Request, res: Response, next: NextFunction) => {
    res.setHeader('X-API-Version', '1.3')
    res.setHeader('X-Request-Id', randomUUID())
    res.setHeader('X-Content-Type-Options', 'nosniff')
    res.setHeader('Referrer-Policy', 'no-referrer')
    if (req.path.startsWith('/api/')) res.setHeader('Cache-Control', 'no-store')
    next()
  })
  return app
}

/** The last step of the application: whatever was thrown before or beside a route. */
export function mountErrors(app: Express, ctx: Context): void {
  app.use((error: unknown, req: Request, res: Response, _next: NextFunction) => {
    sendError(res, error, { locale: localeOf(req, ctx), log: ctx.log })
  })
}

async function serve(
  route: Route,
  req: Request,
  res: Response,
  means: { ctx: Context; guards: Guards; limiter: Limiter },
) {
  const { ctx, guards, limiter } = means
  const locale = localeOf(req, ctx)
  const ip = req.ip ?? 'unknown'
  const caller = await guardOf(route, guards, limiter)(ctx, req, res, ip)
  for (const { name, by, needs_body } of route.limits)
    if (!needs_body) await limiter.take(res, name, by({ ip, caller }))
  const call = {
    ctx,
    caller,
    ip,
    base_url: ctx.config.public_url ?? `${req.protocol}://${req.host}`,
    locale,
    idempotency_key: idempotencyKeyOf(req),
    ...(await parseAll(route, req, res, locale)),
  }
  for (const { name, by, needs_body } of route.limits)
    if (needs_body) await limiter.take(res, name, by({ ip, caller, body: call.body }))
  if (route.raw) return route.raw(call as Call<Access, z.ZodType, z.ZodType, z.ZodType>, req, res)
  send(res, route, await route.handler(call as Call<Access, z.ZodType, z.ZodType, z.ZodType>))
}

// A quoted or bare key of printable characters (draft-ietf-httpapi-idempotency-key-header).
function idempotencyKeyOf(req: Request): string | undefined {
  const given = req.headers['idempotency-key']
  if (given === undefined) return undefined
  const key = /^"?([\x21-\x7e]{1,255}?)"?$/.exec(String(given))?.[1]
  if (key === undefined)
    throw invalid(
      'Idempotency-Key',
      'от 1 до 255 печатных символов без пробелов',
      '1 to 255 printable characters without spaces',
    )
  return key
}

function guardOf({ access, counts }: Route, guards: Guards, limiter: Limiter) {
  return async (ctx: Context, req: Request, res: Response, ip: string): Promise<Callers[Access]> => {
    // A stranger's tries are counted by address before any work; a known account by itself.
    if (access === 'public') await limiter.take(res, counts, `ip:${ip}`)
    const caller = await guards[access](ctx, req).catch(async (refusal: unknown) => {
      if (access !== 'public') await limiter.take(res, counts, `ip:${ip}`)
      throw refusal
    })
    if (caller) await limiter.take(res, ...commonLimit(caller, counts, ip))
    return caller
  }
}

/** The limit that every call of a known caller counts against, and the key it counts by: an account by itself, a visitor with all of that site at one address. */
export function commonLimit(
  caller: User | Visitor | Site,
  counts: Route['counts'],
  ip: string,
): [name: LimitName, key: string] {
  if (caller.kind !== 'user') return [counts, `ip:${ip}:${caller.assistant_id}`]
  // A page that a person leafs through asks more often than a program should.
  const isPage = counts === 'general' && caller.door === 'console'
  return [isPage ? 'desk' : counts, `user:${caller.id}`]
}

async function parseAll(route: Route, req: Request, res: Response, locale: Locale) {
  return {
    params: route.params && parseInput(route.params, req.params, 'path', locale),
    query: route.query && parseInput(route.query, req.query, 'query', locale),
    body:
      route.body && route.body_type !== 'multipart'
        ? parseInput(route.body, await readBody(route, req, res), 'body', locale)
        : undefined,
  }
}

async function readBody(route: Route, req: Request, res: Response): Promise<unknown> {
  const form = route.body_type === 'form' && req.is('application/x-www-form-urlencoded')
  await new Promise<void>((resolve, reject) =>
    (form ? readForm : readJson)(req, res, (error?: unknown) => (error ? reject(error) : resolve())),
  )
  if (req.body !== undefined) return req.body
  if (Number(req.headers['content-length'] ?? 0) > 0 || req.headers['transfer-encoding']) {
    throw invalid('Content-Type', 'нужен application/json', 'application/json is needed')
  }
  return {}
}

/** What came from outside, in its shape; VALIDATION_ERROR names the first field that is wrong, in the given language. */
export function parseInput<S extends z.ZodType>(shape: S, input: unknown, where: string, locale: Locale): z.output<S> {
  const fault = findFault(input, '')
  if (fault) throw invalid(fault.field || where, fault.ru, fault.en)
  const parsed = shape.safeParse(input, { error: language[locale] })
  if (parsed.success) return parsed.data
  throw asInvalid(parsed.error, where)
}

function send(res: Response, route: Route, answer: unknown): void {
  const { rows, total } = route.counted
    ? (answer as { rows: unknown; total: number })
    : { rows: answer, total: undefined }
  if (total !== undefined) res.setHeader('X-Total-Count', total)
  const shown = route.response!.parse(rows)
  res.status(typeof route.status === 'number' ? route.status : route.status(answer as never)).json(shown)
}

/** The first of our languages that the caller accepts, else the appliance's. */
export function localeOf(req: Request, ctx: Pick<Context, 'config'>): Locale {
  const wanted = (req.headers['accept-language'] ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().slice(0, 2))
  return wanted.find((one): one is Locale => one === 'ru' || one === 'en') ?? ctx.config.locale
}
