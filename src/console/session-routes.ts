import type { Request, Response } from 'express'
import { z } from 'zod'
import { login } from '../auth/accounts.ts'
import { errors as auth } from '../auth/errors.ts'
import { endSessionOfRefresh, refreshSession, type Signed } from '../auth/sessions.ts'
import { byEmail, byIp, Password } from '../auth/shapes.ts'
import type { Context } from '../context.ts'
import { rawRoute, route } from '../http/route.ts'
import { Done } from '../http/shapes.ts'
import { errors as accounts } from '../users/errors.ts'
import { Profile, profileOf } from '../users/shapes.ts'
import { assertOwnPage, clearCookie, keepsCookies, readCookie, setCookie } from './cookie.ts'

const tag = 'Консоль'
const SignedIn = z
  .object({
    access_token: z.string(),
    expires_in: z.int(),
    user: Profile,
    billing: z.boolean().meta({ description: 'false: ответы ничего не стоят' }),
    refresh_token: z
      .string()
      .optional()
      .meta({ description: 'Только там, где браузер не сохранит cookie: http без TLS' }),
  })
  .meta({ id: 'ConsoleSession' })
const Kept = z.object({ refresh_token: z.string().min(1).max(500).optional() })

export const door = route({
  method: 'get',
  path: '/api/console/door',
  tag,
  summary: 'Можно ли открыть аккаунт самому',
  access: 'public',
  response: z.object({ registration: z.boolean() }),
  handler: async ({ ctx }) => ({ registration: ctx.config.registration === 'open' }),
})

export const signIn = rawRoute({
  method: 'post',
  path: '/api/console/login',
  tag,
  summary: 'Вход в консоль: refresh-токен уходит в cookie __Host-replyx',
  access: 'public',
  limits: [byIp('login'), byEmail('login')],
  body: z.object({ email: z.string().min(1).max(255), password: Password }),
  response: SignedIn,
  errors: [accounts.INVALID_CREDENTIALS, auth.EMAIL_NOT_CONFIRMED],
  raw: async ({ ctx, body }, req, res) => {
    assertOwnPage(req, ctx.config.public_url)
    await answer(ctx, await login(ctx, body, 'console'), req, res)
  },
})

export const refresh = rawRoute({
  method: 'post',
  path: '/api/console/refresh',
  tag,
  summary: 'Новый access-токен по cookie; cookie меняется',
  access: 'public',
  body: Kept,
  response: SignedIn,
  errors: [auth.TOKEN_EXPIRED],
  raw: async ({ ctx, body }, req, res) => {
    assertOwnPage(req, ctx.config.public_url)
    // A cookie that no longer fits stays: another tab may be putting the next one in its place right now.
    await answer(ctx, await refreshSession(ctx, kept(req, body) ?? '', 'console'), req, res)
  },
})

export const signOut = rawRoute({
  method: 'post',
  path: '/api/console/logout',
  tag,
  summary: 'Выход из консоли: сессия и её потоки заканчиваются сразу',
  access: 'public',
  body: Kept,
  response: Done,
  raw: async ({ ctx, body }, req, res) => {
    assertOwnPage(req, ctx.config.public_url)
    // By the refresh token, for the access token may have run out.
    await endSessionOfRefresh(ctx, kept(req, body) ?? '')
    clearCookie(res)
    res.json({ success: true })
  },
})

function kept(req: Request, body: z.infer<typeof Kept>): string | undefined {
  return keepsCookies(req) ? readCookie(req) : body.refresh_token
}

async function answer(ctx: Context, { refresh_token, ...signed }: Signed, req: Request, res: Response): Promise<void> {
  const view = { ...signed, user: await profileOf(ctx, signed.user), billing: ctx.config['billing.enabled'] }
  if (keepsCookies(req)) setCookie(res, refresh_token)
  res.json(SignedIn.parse(keepsCookies(req) ? view : { ...view, refresh_token }))
}
