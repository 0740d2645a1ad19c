import { z } from 'zod'
import { route } from '../http/route.ts'
import { Done } from '../http/shapes.ts'
import { errors as accounts } from '../users/errors.ts'
import { Email, PersonName, Profile, profileOf } from '../users/shapes.ts'
import { changePassword, login, register } from './accounts.ts'
import { errors } from './errors.ts'
import { endSession, refreshSession } from './sessions.ts'
import { byEmail, byIp, Password, shown, Tokens } from './shapes.ts'
import { issueTicket } from './tickets.ts'

const tag = 'Аутентификация'

export const loginRoute = route({
  method: 'post',
  path: '/api/auth/login',
  tag,
  summary: 'Вход',
  access: 'public',
  limits: [byIp('login'), byEmail('login')],
  body_type: 'form',
  body: z
    .object({ email: z.string().max(255).optional(), username: z.string().max(255).optional(), password: Password })
    .transform(({ email, username, password }) => ({ email: email ?? username, password }))
    .pipe(z.object({ email: z.string().min(1), password: z.string() })),
  response: Tokens,
  errors: [accounts.INVALID_CREDENTIALS, errors.EMAIL_NOT_CONFIRMED],
  handler: async ({ ctx, body }) => shown(ctx, await login(ctx, body)),
})

export const registerRoute = route({
  method: 'post',
  path: '/api/auth/register',
  tag,
  summary: 'Регистрация',
  access: 'public',
  limits: [byIp('register')],
  body: z.object({
    email: Email,
    password: Password,
    first_name: PersonName.optional(),
    last_name: PersonName.optional(),
  }),
  status: 201,
  response: z.object({
    email: z.string(),
    email_confirmation_required: z.boolean(),
    user: Profile.nullable(),
    access_token: z.string().optional(),
    refresh_token: z.string().optional(),
    token_type: z.literal('bearer').optional(),
    expires_in: z.int().optional(),
  }),
  errors: [accounts.EMAIL_ALREADY_REGISTERED],
  handler: async ({ ctx, body, locale }) => {
    const { signed, user, ...answer } = await register(ctx, body, locale)
    return { ...answer, ...(signed ? await shown(ctx, signed) : {}), user: user && (await profileOf(ctx, user)) }
  },
})

export const refreshRoute = route({
  method: 'post',
  path: '/api/auth/refresh',
  tag,
  summary: 'Новая пара токенов',
  access: 'public',
  body: z.object({ refresh_token: z.string().min(1).max(500) }),
  response: Tokens,
  errors: [errors.TOKEN_EXPIRED],
  handler: async ({ ctx, body }) => shown(ctx, await refreshSession(ctx, body.refresh_token)),
})

export const logoutRoute = route({
  method: 'post',
  path: '/api/auth/logout',
  tag,
  summary: 'Выход: сессия и её потоки заканчиваются сразу',
  access: 'staff',
  response: Done,
  handler: async ({ ctx, caller }) => {
    await endSession(ctx, caller.session_id)
    return { success: true }
  },
})

export const changePasswordRoute = route({
  method: 'post',
  path: '/api/users/change-password',
  tag: 'Пользователи',
  summary: 'Смена пароля: остальные сессии заканчиваются',
  access: 'staff',
  limits: [{ name: 'login', by: ({ caller }) => `password:${(caller as { id: number }).id}` }],
  body: z.object({ current_password: Password, new_password: Password }),
  response: Done,
  handler: async ({ ctx, caller, body }) => {
    await changePassword(ctx, caller, body)
    return { success: true }
  },
})

export const ticketRoute = route({
  method: 'post',
  path: '/api/stream-tickets',
  tag: 'События',
  summary: 'Одноразовый билет на поток событий (60 секунд)',
  access: 'stream',
  status: 201,
  response: z.object({ ticket: z.string(), expires_at: z.iso.datetime() }),
  handler: ({ ctx, caller }) => issueTicket(ctx, caller),
})
