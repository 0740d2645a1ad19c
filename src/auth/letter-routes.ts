import { z } from 'zod'
import { route } from '../http/route.ts'
import { Done } from '../http/shapes.ts'
import { Email } from '../users/shapes.ts'
import { confirmAddress, forgotPassword, resendCode, resetPassword } from './accounts.ts'
import { errors } from './errors.ts'
import { byEmail, byIp, Password, shown, Tokens } from './shapes.ts'

const tag = 'Аутентификация'

export const forgotRoute = route({
  method: 'post',
  path: '/api/auth/forgot-password',
  tag,
  summary: 'Письмо с кодом для нового пароля',
  access: 'public',
  limits: [byIp('letters_ip'), byEmail('reset')],
  body: z.object({ email: Email }),
  response: Done,
  handler: async ({ ctx, body, locale }) => {
    await forgotPassword(ctx, body.email, locale)
    return { success: true }
  },
})

export const resetRoute = route({
  method: 'post',
  path: '/api/auth/reset-password',
  tag,
  summary: 'Новый пароль по коду из письма: все сессии заканчиваются',
  access: 'public',
  limits: [byIp('confirm')],
  body: z.object({ token: z.string().min(1).max(200), new_password: Password }),
  response: Done,
  errors: [errors.CONFIRMATION_CODE_EXPIRED],
  handler: async ({ ctx, body }) => {
    await resetPassword(ctx, body)
    return { success: true }
  },
})

export const confirmRoute = route({
  method: 'post',
  path: '/api/email/confirm_email',
  tag,
  summary: 'Подтверждение адреса кодом из письма',
  access: 'public',
  limits: [byIp('confirm')],
  body: z.object({ email: Email, code: z.string().regex(/^\d{6}$/) }),
  response: Tokens.extend({ success: z.literal(true), message: z.string() }),
  errors: [errors.CONFIRMATION_CODE_EXPIRED],
  handler: async ({ ctx, body, locale }) => ({
    ...(await shown(ctx, await confirmAddress(ctx, body))),
    success: true,
    message: { ru: 'Email успешно подтверждён', en: 'The address is confirmed' }[locale],
  }),
})

export const resendRoute = route({
  method: 'post',
  path: '/api/email/resend_confirmation',
  tag,
  summary: 'Повторная отправка кода подтверждения',
  access: 'public',
  limits: [byIp('letters_ip'), byEmail('resend')],
  body: z.object({ email: Email }),
  response: Done,
  handler: async ({ ctx, body, locale }) => {
    await resendCode(ctx, body.email, locale)
    return { success: true }
  },
})
