import { z } from 'zod'
import { verifyLedger } from '../../billing/chain/verify.ts'
import { errors as billing } from '../../billing/errors.ts'
import { errors as common } from '../../errors.ts'
import { route } from '../../http/route.ts'
import { Id, Page } from '../../http/shapes.ts'
import { errors } from '../errors.ts'
import { PaymentId, Roubles, StatusFilter } from '../shapes.ts'
import { adjust, listBalances, OwnerBalance } from './balances.ts'
import { AnyPayment, askBank, listAll, PaymentDetail, showPayment } from './payments.ts'
import { moneySetup, Setup } from './setup.ts'

const tag = 'Расчёты'
const owner = z.string().trim().min(1).max(255).optional().meta({ description: 'Адрес или ID владельца' })
const params = z.object({ id: PaymentId })

export const setup = route({
  method: 'get',
  path: '/api/admin/money',
  tag,
  summary: 'Настроены ли биллинг и банк, чего не хватает; без секретов',
  access: 'admin',
  response: Setup,
  handler: async ({ ctx }) => moneySetup(ctx),
})

export const everybodys = route({
  method: 'get',
  path: '/api/admin/payments',
  tag,
  summary: 'Платежи всех владельцев, новые сверху',
  access: 'admin',
  query: Page.extend({ owner, status: StatusFilter }),
  response: z.object({ payments: z.array(AnyPayment), total: z.int(), has_more: z.boolean() }),
  errors: [common.NOT_FOUND],
  handler: ({ ctx, query }) => listAll(ctx, query),
})

export const one = route({
  method: 'get',
  path: '/api/admin/payments/:id',
  tag,
  summary: 'Платёж: что сообщал банк и какие были возвраты',
  access: 'admin',
  params,
  response: PaymentDetail,
  errors: [errors.PAYMENT_NOT_FOUND],
  handler: ({ ctx, params }) => showPayment(ctx, params.id),
})

export const reconcile = route({
  method: 'post',
  path: '/api/admin/payments/:id/reconcile',
  tag,
  summary: 'Спросить банк о платеже сейчас',
  access: 'admin',
  params,
  response: PaymentDetail,
  errors: [errors.PAYMENT_NOT_FOUND, errors.PAYMENT_FAILED],
  handler: ({ ctx, params }) => askBank(ctx, params.id),
})

export const balances = route({
  method: 'get',
  path: '/api/admin/balances',
  tag,
  summary: 'Балансы владельцев',
  access: 'admin',
  query: Page.extend({ owner }),
  response: z.array(OwnerBalance),
  counted: true,
  errors: [common.NOT_FOUND],
  handler: ({ ctx, query }) => listBalances(ctx, query),
})

export const adjustment = route({
  method: 'post',
  path: '/api/admin/balances/:id/adjust',
  tag,
  summary: 'Изменить баланс владельца; причину видит владелец. Idempotency-Key защищает от повтора',
  access: 'admin',
  params: z.object({ id: Id }),
  body: z.object({
    amount: Roubles.meta({ description: 'Рубли; со знаком минус — списать' }),
    reason: z.string().trim().min(3).max(500),
  }),
  response: OwnerBalance,
  errors: [common.NOT_FOUND, billing.INVALID_AMOUNT, billing.INSUFFICIENT_BALANCE],
  handler: ({ ctx, caller, params, body, idempotency_key }) =>
    adjust(ctx, { ...body, owner_id: params.id, admin_id: caller.id, idempotency_key }),
})

export const verification = route({
  method: 'get',
  path: '/api/admin/ledger/verification',
  tag,
  summary: 'Пересчитать все балансы и цепочки записей',
  access: 'admin',
  response: z.object({
    ok: z.boolean(),
    owners: z.int(),
    entries: z.int(),
    broken: z.array(
      z.object({ tenant_id: z.int(), seq: z.int().nullable(), entry_id: z.int().nullable(), why: z.string() }),
    ),
  }),
  handler: ({ ctx }) => verifyLedger(ctx),
})
