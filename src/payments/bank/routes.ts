import { readRawBody } from '../../http/raw-body.ts'
import { rawRoute } from '../../http/route.ts'
import { errors } from '../errors.ts'
import { assertFromBank, takeNotice } from './notice.ts'

const MAX_NOTICE = 16 * 1024 // bytes; a notice with a whole receipt is a fifth of it

export const webhook = rawRoute({
  method: 'post',
  path: '/api/payments/webhook',
  tag: 'Платежи',
  summary: 'Уведомления Т-Банка: сеть отправителя, размер, терминал, подпись, заказ, сумма; в ответ OK',
  access: 'public',
  counts: 'notices',
  errors: [errors.WEBHOOK_IP_NOT_ALLOWED, errors.WEBHOOK_SIGNATURE_INVALID, errors.INVALID_PAYMENT_AMOUNT],
  raw: async ({ ctx, ip }, req, res) => {
    assertFromBank(ctx, ip)
    const text = await readRawBody(req, res, MAX_NOTICE)
    await takeNotice(ctx, { text, is_form: Boolean(req.is('application/x-www-form-urlencoded')) })
    res.type('text/plain').send('OK')
  },
})
