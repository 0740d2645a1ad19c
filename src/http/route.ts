import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { ErrorMaker, Locale } from '../errors.ts'

/** A member of staff: an owner, or an operator of an owner's team; `tenant_id` is the owner whose data they may see. */
export type Staff = {
  id: number
  tenant_id: number
  is_admin: boolean
  role: 'owner' | 'operator'
  /** How visitors and colleagues see them. */
  name: string
  email: string
}
/** Where somebody signed in: a program by the API, or a person at the console. */
export type Door = 'api' | 'console'
/** A signed-in member of staff. */
export type User = Staff & { kind: 'user'; session_id: string; door: Door }
/** A person on a customer's site, known by a token issued to them for one assistant. */
export type Visitor = { kind: 'visitor'; tenant_id: number; assistant_id: number; guest_id: string }
/** A customer's site that may embed one assistant, from an allowed origin. */
export type Site = { kind: 'site'; tenant_id: number; assistant_id: number }

/** Who may call, and what the handler learns about the caller. `user` is an owner, `staff` an owner or an operator; `stream` also accepts credentials in the query, as streams need. */
export type Callers = {
  public: null
  user: User
  staff: User
  admin: User
  site: Site
  visitor: Visitor
  stream: User | Visitor
}
export type Access = keyof Callers
export type Guards = { [A in Access]: (ctx: Context, req: Request) => Promise<Callers[A]> }

export type LimitName =
  | 'general'
  | 'assets'
  | 'desk'
  | 'login'
  | 'register'
  | 'confirm'
  | 'resend'
  | 'reset'
  | 'letters_ip'
  | 'contact'
  | 'contact_all'
  | 'upload'
  | 'payment'
  | 'top_up'
  | 'notices'
  | 'visitor_session'
  | 'visitor_message'
  | 'assistant_message'
/** One limit of a route and the key it counts by; keys that need the body are counted after parsing, before the handler. */
export type Limit = {
  name: LimitName
  by: (call: { ip: string; caller: Callers[Access]; body?: unknown }) => string
  needs_body?: boolean
}

type Shape = z.ZodType
type Out<S> = S extends Shape ? z.output<S> : undefined

export type Call<A extends Access, P, Q, B> = {
  ctx: Context
  caller: Callers[A]
  params: Out<P>
  query: Out<Q>
  body: Out<B>
  ip: string
  /** The address under which the caller reached us, without a slash at its end. */
  base_url: string
  locale: Locale
  idempotency_key: string | undefined
}

export type Route = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  path: string
  aliases: string[]
  tag: string
  summary: string
  access: Access
  /** The common limit it counts against: pages, programs and the bank's notices have roomier ones than calls. */
  counts: 'general' | 'assets' | 'notices'
  limits: Limit[]
  params: Shape | undefined
  query: Shape | undefined
  body: Shape | undefined
  /** The form of bodies other than JSON, for the reference document. */
  body_type: 'json' | 'form' | 'multipart'
  response: Shape | undefined
  /** Success status; a function chooses by the answer (201 for what is new, 200 for a repeat). */
  status: number | ((answer: never) => number)
  /** The handler answers `{ rows, total }`: the rows are sent, the total travels as X-Total-Count. */
  counted: boolean
  errors: ErrorMaker[]
  handler: (call: Call<Access, Shape, Shape, Shape>) => Promise<unknown>
  raw: ((call: Call<Access, Shape, Shape, Shape>, req: Request, res: Response) => Promise<void>) | undefined
}

type Declared<A extends Access, P, Q, B, R> = {
  method: Route['method']
  path: string
  aliases?: string[]
  tag: string
  summary: string
  access: A
  counts?: Route['counts']
  limits?: Limit[]
  params?: P
  query?: Q
  body?: B
  body_type?: Route['body_type']
  response?: R
  counted?: boolean
  errors?: ErrorMaker[]
}

/** Declares one endpoint: its guard, its shapes, its documentation and its one call. Fields that are not in `response` never leave. */
export function route<
  A extends Access,
  P extends Shape | undefined,
  Q extends Shape | undefined,
  B extends Shape | undefined,
  R extends Shape,
>(
  one: Declared<A, P, Q, B, R> & {
    response: R
    status?: Route['status']
    handler: (call: Call<A, P, Q, B>) => Promise<unknown>
  },
): Route {
  return {
    ...filled(one),
    status: (one.status ?? 200) as Route['status'],
    handler: one.handler as unknown as Route['handler'],
    raw: undefined,
  }
}

/** Declares an endpoint that speaks for itself (streams, uploads, pages): the same guard, limits and shapes, then `raw` answers. */
export function rawRoute<
  A extends Access,
  P extends Shape | undefined,
  Q extends Shape | undefined,
  B extends Shape | undefined,
  R extends Shape | undefined,
>(
  one: Declared<A, P, Q, B, R> & {
    status?: number
    raw: (call: Call<A, P, Q, B>, req: Request, res: Response) => Promise<void>
  },
): Route {
  return {
    ...filled(one),
    status: one.status ?? 200,
    handler: async () => undefined,
    raw: one.raw as unknown as Route['raw'],
  }
}

function filled(one: Declared<Access, unknown, unknown, unknown, unknown>) {
  return {
    method: one.method,
    path: one.path,
    aliases: one.aliases ?? [],
    tag: one.tag,
    summary: one.summary,
    access: one.access,
    counts: one.counts ?? ('general' as const),
    limits: one.limits ?? [],
    params: one.params as Shape | undefined,
    query: one.query as Shape | undefined,
    body: one.body as Shape | undefined,
    body_type: one.body_type ?? ('json' as const),
    response: one.response as Shape | undefined,
    counted: one.counted ?? false,
    errors: one.errors ?? [],
  }
}
