import { z } from 'zod'
import type { Context } from '../../context.ts'
import { inSharedTransaction } from '../../db/together.ts'
import { invalid } from '../../errors.ts'
import { findFault } from '../../http/shapes.ts'
import { sameText } from '../../lib/crypto.ts'
import { parseExact } from '../../lib/json.ts'
import { inNetworks } from '../../outside/bank/networks.ts'
import { tbankToken } from '../../outside/bank/tbank.ts'
import { errors } from '../errors.ts'
import type { Payment } from '../store.ts'
import * as store from '../store.ts'
import { recordState } from './state.ts'
import { isStatus } from './statuses.ts'

type Fields = Record<string, unknown>
const Text = z.string().max(200)
const Notice = z.object({
  OrderId: Text,
  PaymentId: Text,
  Status: Text,
  Amount: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
  ErrorCode: Text.optional(),
  Pan: Text.optional(),
  ExpDate: Text.optional(),
  CardId: Text.optional(),
})
type Notice = z.output<typeof Notice>

/** Throws WEBHOOK_IP_NOT_ALLOWED for a sender outside the bank's networks. */
export function assertFromBank(ctx: Context, ip: string): void {
  if (!inNetworks(ip, ctx.config['tbank.allowed_networks'])) throw errors.WEBHOOK_IP_NOT_ALLOWED({ ip })
}

/**
 * Takes in a notice of the bank: terminal, signature, order, amount, in this order. What is signed but concerns no payment of ours is logged and done,
 * or the bank would send it for a month. A repeat changes nothing. Throws WEBHOOK_SIGNATURE_INVALID, INVALID_PAYMENT_AMOUNT, VALIDATION_ERROR.
 */
export async function takeNotice(ctx: Context, body: { text: string; is_form: boolean }): Promise<void> {
  const fields = fieldsOf(body)
  assertGenuine(ctx, fields)
  const read = Notice.safeParse(fields)
  if (!read.success || !isStatus(read.data.Status)) return void ctx.log.info('a notice of the bank about no payment')
  const notice = read.data
  await inSharedTransaction(ctx, async (ctx) => {
    const payment = await store.findOrder(ctx.db, notice.OrderId)
    if (!payment || (payment.bank_id !== null && payment.bank_id !== notice.PaymentId))
      return void ctx.log.error({ order: notice.OrderId }, 'a signed notice about an order that is not known')
    assertSum(payment, notice)
    await recordState(ctx, payment, heardFrom(notice))
  })
}

function fieldsOf({ text, is_form }: { text: string; is_form: boolean }): Fields {
  const fields = is_form ? Object.fromEntries(new URLSearchParams(text)) : parsed(text)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw invalid('body', 'нужен объект', 'an object is needed')
  const fault = findFault(fields, '')
  if (fault) throw invalid(fault.field || 'body', fault.ru, fault.en)
  return fields as Fields
}

function parsed(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    throw invalid('body', 'это не JSON', 'this is not JSON')
  }
}

function assertGenuine(ctx: Context, fields: Fields): void {
  const bank = ctx.outside.tbank
  if (!bank || fields.TerminalKey !== bank.terminal_key) throw errors.WEBHOOK_SIGNATURE_INVALID()
  const token = typeof fields.Token === 'string' ? fields.Token.toLowerCase() : ''
  const fits = bank.passwords.map((password) => sameText(token, tbankToken(fields, password)))
  if (!fits.includes(true)) throw errors.WEBHOOK_SIGNATURE_INVALID()
}

// The bank tells the sum that is paid now, so after refunds it may be less; before them it must be the one we asked for.
function assertSum(payment: Payment, { Status, Amount }: Notice): void {
  const hasReturned = /^(PARTIAL_)?(REFUND|REVERS)/.test(Status)
  if (hasReturned ? Amount <= payment.amount : Amount === payment.amount) return
  throw errors.INVALID_PAYMENT_AMOUNT({ status: Status })
}

function heardFrom({ PaymentId, Status, Amount, ErrorCode, Pan, ExpDate, CardId }: Notice) {
  const card = { pan: Pan ? masked(Pan) : null, exp_date: ExpDate ?? null, card_id: CardId ?? null }
  return {
    source: 'notice' as const,
    status: Status,
    bank_id: PaymentId,
    amount: Amount,
    error_code: ErrorCode === undefined || ErrorCode === '0' ? null : ErrorCode,
    card: Pan || ExpDate || CardId ? card : null,
  }
}

// The bank masks it already; a number that it once did not must not lie here in clear.
function masked(pan: string): string {
  return pan.replace(/^(\d{6})\d+(\d{4})$/, (_, first: string, last: string) => `${first}******${last}`)
}
