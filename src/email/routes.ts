import { z } from 'zod'
import { route } from '../http/route.ts'
import { toIso } from '../lib/time.ts'
import { errors } from './errors.ts'
import { Address } from './kinds.ts'
import { sendTrial } from './try.ts'

export const testSend = route({
  method: 'post',
  path: '/api/email/test_send',
  tag: 'Email',
  summary: 'Пробное письмо: доходит ли почта',
  access: 'admin',
  body: z.object({ to: Address }),
  response: z.object({
    success: z.literal(true),
    message: z.string(),
    smtp_server: z.string(),
    sent_at: z.iso.datetime(),
  }),
  errors: [errors.EMAIL_SEND_FAILED, errors.SMTP_CONNECTION_FAILED],
  handler: async ({ ctx, body, locale }) => {
    const { smtp_server, sent_at } = await sendTrial(ctx, body.to, locale)
    const message = { ru: 'Письмо успешно отправлено', en: 'The letter was sent' }[locale]
    return { success: true, message, smtp_server, sent_at: toIso(sent_at) }
  },
})
