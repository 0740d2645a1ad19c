import { z } from 'zod'
import { inRoubles, toRoubles } from '../lib/money.ts'
import { toIsoOrNull } from '../lib/time.ts'
import { reconcilePayment, reconcilePayments } from '../payments/bank/reconcile.ts'
import { getPayment, listPayments, type Payment } from '../payments/find.ts'
import { refundPayment } from '../payments/refunds/refund.ts'
import { PaymentId, viewOf } from '../payments/shapes.ts'
import { userMeantBy } from '../users/users.ts'
import { command, EVERYBODY, Whole } from './shell/command.ts'
import { misuse } from './shell/errors.ts'
import { TypedRoubles } from './shell/money.ts'
import { sheet, table } from './shell/output.ts'
import { confirmed } from './shell/prompts.ts'

const shape = z.object({ id: PaymentId })

export const list = command({
  usage: 'list',
  about: ['платежи, новые сверху', 'payments, newest first'],
  example: 'replyx payment list --status CONFIRMED',
  flags: [
    ['--owner <who>', 'только этого владельца: адрес или ID', 'of this owner only, by address or ID'],
    ['--status <status>', 'только в этом статусе', 'in this status only'],
    ['--limit <n>', 'не больше стольких', 'at most that many'],
    ['--offset <n>', 'пропустить столько', 'skip that many'],
  ],
  shape: z.object({
    owner: z.string().min(1).max(255).optional(),
    status: z.string().max(30).optional(),
    limit: Whole.default(100),
    offset: Whole.default(0),
  }),
  run: async ({ ctx, input, say }) => {
    const { owner, ...filter } = input
    const scope = owner === undefined ? EVERYBODY : { tenant_id: (await userMeantBy(ctx, owner)).id, is_admin: false }
    const { payments } = await listPayments(ctx, scope, filter)
    const headings = [
      'ID',
      say('Владелец', 'Owner'),
      say('Сумма', 'Sum'),
      say('Статус', 'Status'),
      say('Когда', 'When'),
    ]
    const rows = payments.map((one) => [
      one.id,
      one.tenant_id,
      inRoubles(one.amount),
      one.status,
      toIsoOrNull(one.created_at)?.slice(0, 16).replace('T', ' '),
    ])
    return { data: payments.map(shown), text: table(headings, rows) }
  },
})

export const show = command({
  usage: 'show <id>',
  about: ['один платёж', 'one payment'],
  example: 'replyx payment show 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
  shape,
  run: async ({ ctx, input }) => {
    const view = shown(await getPayment(ctx, EVERYBODY, input.id))
    const { details, ...rest } = view
    return { data: view, text: sheet([...Object.entries(rest), ['card', details.pan]]) }
  },
})

export const refund = command({
  usage: 'refund <id>',
  about: ['вернуть платёж, весь или часть', 'give a payment back, all or a part'],
  example: 'replyx payment refund 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed --amount 500 --reason "Просьба клиента"',
  flags: [
    ['--amount <roubles>', 'сколько; без этого — всё, что осталось', 'how much; all that is left without it'],
    ['--reason <text>', 'почему', 'why'],
    ['--force', 'даже если деньги потрачены: остаток станет долгом', 'even when it was spent: the rest becomes a debt'],
  ],
  shape: shape.extend({
    amount: TypedRoubles.optional(),
    reason: z.string().max(500).optional(),
    force: z.boolean().optional(),
  }),
  run: async ({ ctx, input, globals, say }) => {
    const { id: payment_id, ...order } = input
    const payment = await getPayment(ctx, EVERYBODY, payment_id)
    const sum = inRoubles(order.amount ?? payment.amount - payment.refunded)
    const sure = await confirmed({ globals, say }, `Вернуть ${sum} из банка?`, `Give back ${sum} through the bank?`)
    if (!sure) return { data: { changed: false }, text: say('Ничего не изменено', 'Nothing was changed'), exit: 4 }
    const done = await refundPayment(ctx, { ...order, payment_id, requested_by: 'command line' })
    const { id: refund_id, amount, state } = done.refund
    return {
      data: { ...shown(done.payment), refund_id, refund_state: state, refund_amount: toRoubles(amount) },
      text: say(`Возвращено ${inRoubles(amount)}`, `${inRoubles(amount)} was given back`),
    }
  },
})

export const reconcile = command({
  usage: 'reconcile [id]',
  about: [
    'спросить банк об одном платеже или обо всех незавершённых',
    'ask the bank about one payment, or about all that are under way',
  ],
  example: 'replyx payment reconcile',
  shape: shape.partial(),
  run: async ({ ctx, input, say }) => {
    const bank = ctx.outside.tbank
    if (!bank) throw misuse('терминал не настроен: tbank.terminal_key', 'no terminal is configured: tbank.terminal_key')
    if (input.id !== undefined) {
      const view = shown(await reconcilePayment(ctx, bank, await getPayment(ctx, EVERYBODY, input.id)))
      return { data: view, text: `${view.payment_id}  ${view.status}` }
    }
    const result = await reconcilePayments(ctx)
    const { asked, changed, failed } = result
    return {
      data: result,
      text: say(
        `Спрошено: ${asked}, изменилось: ${changed}, без ответа: ${failed}`,
        `Asked: ${asked}, changed: ${changed}, unanswered: ${failed}`,
      ),
      exit: failed > 0 ? 1 : 0,
    }
  },
})

function shown(payment: Payment) {
  return { ...viewOf(payment), owner_id: payment.tenant_id, bank_payment_id: payment.bank_id }
}
