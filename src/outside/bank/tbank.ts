import { z } from 'zod'
import { sha256 } from '../../lib/crypto.ts'
import { parseExact } from '../../lib/json.ts'
import { SECOND } from '../../lib/time.ts'
import { parsed } from '../answers.ts'
import { OutsideFailed } from '../failures.ts'
import { type Http, send } from '../http.ts'
import { readText } from '../reading.ts'

/** The bank said no, in its own code. `is_temporary`: it may say yes later, and whether anything was done is not known. */
export class BankRefused extends Error {
  readonly code: string
  readonly is_temporary: boolean
  constructor(code: string) {
    super(`T-Bank refused with ${code}`)
    this.name = 'BankRefused'
    this.code = code
    this.is_temporary = TEMPORARY.has(code)
  }
}

export type BankOrder = {
  order_id: string
  amount: number
  description: string
  customer: string
  language: 'ru' | 'en'
  notification_url: string | undefined
  success_url: string | undefined
  fail_url: string | undefined
  receipt: object | undefined
}
export type BankState = { bank_id: string; status: string; amount: number | undefined }
export type Cancellation = { bank_id: string; amount: number; request_id: string; receipt: object | undefined }
export type Tbank = {
  terminal_key: string
  /** The passwords a notice may be signed with. */
  passwords: string[]
  init(order: BankOrder): Promise<{ bank_id: string; payment_url: string; status: string }>
  getState(bank_id: string): Promise<BankState>
  /** Every try to pay an order; empty when the bank does not know it. */
  checkOrder(order_id: string): Promise<BankState[]>
  /** Gives money back; the same `request_id` again does nothing more. `new_amount` is what remains paid. */
  cancel(request: Cancellation): Promise<{ status: string; new_amount: number | undefined }>
}

const SYSTEM = 'T-Bank'
const LIMITS = { first_ms: 15 * SECOND, idle_ms: 5 * SECOND, total_ms: 20 * SECOND, max_bytes: 64 * 1024 }
const TEMPORARY = new Set(['3', '21', '99', '401', '402', '999', '9001', '9999'])
const UNKNOWN_ORDER = new Set(['255', '325', '914'])

// Numbers arrive as printed texts; the bank itself is not of one mind about the types of its fields.
const Text = z.string().max(2000)
const Amount = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(Number)
const Verdict = z.object({ Success: z.union([z.boolean(), Text]), ErrorCode: Text })
const Opened = z.object({ PaymentId: Text, PaymentURL: z.url({ protocol: /^https?$/ }).max(2000), Status: Text })
const State = z.object({ PaymentId: Text, Status: Text, Amount: Amount.optional() })
const Cancelled = z.object({ Status: Text, NewAmount: Amount.optional() })

/** A client of the bank's acquiring API v2 for one terminal. Each call throws `BankRefused`, or what an unanswered call throws. */
export function openTbank(
  http: Http,
  options: { api_url: string; terminal_key: string; password: string; previous: string | undefined },
): Tbank {
  const { terminal_key, password, previous } = options
  const ask = (method: string, fields: Record<string, unknown>) =>
    call(http, `${options.api_url}/${method}`, { TerminalKey: terminal_key, ...fields }, password)
  return {
    terminal_key,
    passwords: previous === undefined ? [password] : [password, previous],
    async init(order) {
      const answer = parsed(SYSTEM, Opened, await ask('Init', initFields(order)))
      return { bank_id: answer.PaymentId, payment_url: answer.PaymentURL, status: answer.Status }
    },
    getState: async (bank_id) => stateOf(await ask('GetState', { PaymentId: bank_id })),
    async checkOrder(order_id) {
      const answer = await ask('CheckOrder', { OrderId: order_id }).catch(nothingIfUnknown)
      const { Payments } = parsed(SYSTEM, z.object({ Payments: z.array(z.unknown()).max(100) }), answer)
      return Payments.map(stateOf)
    },
    async cancel({ bank_id, amount, request_id, receipt }) {
      const fields = { PaymentId: bank_id, Amount: amount, ExternalRequestId: request_id, Receipt: receipt }
      const { Status, NewAmount } = parsed(SYSTEM, Cancelled, await ask('Cancel', fields))
      return { status: Status, new_amount: NewAmount }
    },
  }
}

/** The signature of a request or notice: SHA-256 of the root scalars and the password, in the order of their names. Nested values are left out by type, whatever they are called. */
export function tbankToken(fields: Record<string, unknown>, password: string): string {
  const signed: Record<string, unknown> = { ...fields, Password: password }
  const names = Object.keys(signed).filter((name) => name !== 'Token' && isScalar(signed[name]))
  return sha256(
    names
      .sort()
      .map((name) => String(signed[name]))
      .join(''),
  )
}

function isScalar(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'object'
}

function initFields(order: BankOrder): Record<string, unknown> {
  return {
    OrderId: order.order_id,
    Amount: order.amount,
    Description: order.description,
    CustomerKey: order.customer,
    PayType: 'O', // one stage: nobody here confirms a hold by hand
    Language: order.language,
    NotificationURL: order.notification_url,
    SuccessURL: order.success_url,
    FailURL: order.fail_url,
    Receipt: order.receipt,
  }
}

async function call(http: Http, url: string, fields: Record<string, unknown>, password: string): Promise<unknown> {
  const body = JSON.stringify({ ...fields, Token: tbankToken(fields, password) })
  const headers = { 'content-type': 'application/json' }
  using answer = await send(http, { system: SYSTEM, url, headers, body, limits: LIMITS })
  const received = exactly(await readText(answer))
  const { Success, ErrorCode } = parsed(SYSTEM, Verdict, received)
  if (String(Success) !== 'true') throw new BankRefused(/^\w{1,10}$/.test(ErrorCode) ? ErrorCode : 'unknown')
  return received
}

function exactly(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    throw new OutsideFailed(SYSTEM, 'garbage')
  }
}

function stateOf(received: unknown): BankState {
  const { PaymentId, Status, Amount } = parsed(SYSTEM, State, received)
  return { bank_id: PaymentId, status: Status, amount: Amount }
}

function nothingIfUnknown(error: unknown): unknown {
  if (error instanceof BankRefused && UNKNOWN_ORDER.has(error.code)) return { Payments: [] }
  throw error
}
