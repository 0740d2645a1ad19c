import type { ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { type FakeServer, openFake, type Seen, sendJson } from './fake-openai.ts'

type Fields = Record<string, unknown>
type Sdk = { generateSignature: (of: { payload: Fields; password: string }) => string }
// Only this file of it: the whole would bring two HTTP clients.
const require = createRequire(import.meta.url)
const { generateSignature } = require('@jfkz/tinkoff-payment-sdk/dist/common/signature.js') as Sdk

export type BankPayment = { id: string; order: string; amount: number; left: number; status: string; back?: string }
export type NoticeOptions = {
  fields?: Fields
  /** Put beside the signed fields afterwards, as the bank does with nested values. */
  unsigned?: Fields
  password?: string
  form?: boolean
  /** The number as a JSON number, longer than a double holds. */
  numeric_id?: boolean
}
export type FakeTbank = AsyncDisposable & {
  url: string
  seen: Seen[]
  payments: Map<string, BankPayment>
  /** The payment of an order. */
  of(order: string): BankPayment
  move(order: string, status: string): BankPayment
  /** A refund made in the bank's own cabinet. */
  refund(order: string, amount: number): BankPayment
  /** The next requests of this method are carried out, but their answers never arrive; or they fail before anything is done. */
  lose(method: string, times?: number): void
  refuse(method: string, code: string, times?: number): void
  hang(method: string, times?: number): void
  /** What the bank would post about an order now: body and type. */
  notice(order: string, options?: NoticeOptions): { body: string; type: string }
  /** Posts it and answers what came back. */
  notify(app_url: string, order: string, options?: NoticeOptions): Promise<{ status: number; text: string }>
  server: FakeServer
}
export const TERMINAL = 'TestDemo'
export const PASSWORD = 'TestPassword'

type Trouble = { method: string; kind: 'lose' | 'refuse' | 'hang'; code?: string }
const FIRST_ID = 9_007_199_254_740_993_000n // far beyond what a double holds exactly

/** A double of T-Bank's acquiring API v2 on a free port: checks our signature, keeps payments, and fails as told. With `pages` it has a page to pay at as well. */
export async function openFakeTbank({ pages = false } = {}): Promise<FakeTbank> {
  const payments = new Map<string, BankPayment>()
  const requests = new Map<string, object>()
  const troubles: Trouble[] = []
  let next_id = FIRST_ID
  const newPayment = (order: string, amount: number): BankPayment => {
    const payment = { id: String(next_id++), order, amount, left: amount, status: 'NEW' }
    payments.set(order, payment)
    return payment
  }
  const server = await openFake((res, seen) => {
    if (seen.method === 'GET') return pageOf(res, seen.path, payments)
    const method = seen.path.split('/').at(-1) ?? ''
    const at = troubles.findIndex((one) => one.method === method)
    const trouble = at === -1 ? undefined : troubles.splice(at, 1)[0]
    if (trouble?.kind === 'hang') return
    if (trouble?.kind === 'refuse') return sendJson(res, 200, refusal(trouble.code ?? '99'))
    const answer = answerTo(method, seen.body, { payments, requests, newPayment })
    if (trouble?.kind === 'lose') return void res.socket?.resetAndDestroy()
    const { PaymentId } = answer as { PaymentId?: string }
    reply(
      res,
      pages && method === 'Init' && PaymentId ? { ...answer, PaymentURL: `${server.url}/pay/${PaymentId}` } : answer,
    )
  })
  const of = (order: string) => {
    const payment = payments.get(order)
    if (!payment) throw new Error(`the bank knows no order ${order}`)
    return payment
  }
  const trouble = (kind: Trouble['kind']) => (method: string, times: number) =>
    void troubles.push(...Array.from({ length: times }, () => ({ method, kind })))
  const notice: FakeTbank['notice'] = (order, options = {}) => noticeAbout(of(order), options)
  return {
    url: server.url,
    seen: server.seen,
    payments,
    of,
    server,
    move: (order, status) => Object.assign(of(order), { status }),
    refund: (order, amount) => giveBack(of(order), amount),
    lose: (method, times = 1) => trouble('lose')(method, times),
    hang: (method, times = 1) => trouble('hang')(method, times),
    refuse: (method, code, times = 1) =>
      void troubles.push(...Array.from({ length: times }, () => ({ method, kind: 'refuse' as const, code }))),
    notice,
    async notify(app_url, order, options) {
      const { body, type } = notice(order, options)
      const headers = { 'content-type': type }
      const answer = await fetch(`${app_url}/api/payments/webhook`, { method: 'POST', headers, body })
      return { status: answer.status, text: await answer.text() }
    },
    [Symbol.asyncDispose]: () => server.switchOff(),
  }
}

/** A signature by other hands than ours. */
export function signed(fields: Fields, password = PASSWORD): Fields {
  return { ...fields, Token: generateSignature({ payload: fields, password }) }
}

type Bank = {
  payments: Map<string, BankPayment>
  requests: Map<string, object>
  newPayment: (order: string, amount: number) => BankPayment
}

function answerTo(method: string, body: Fields, bank: Bank): object {
  const { Token, ...fields } = body
  if (fields.TerminalKey !== TERMINAL) return refusal('205')
  if (Token !== generateSignature({ payload: fields, password: PASSWORD })) return refusal('204')
  const byId = () => [...bank.payments.values()].find((one) => one.id === fields.PaymentId)
  if (method === 'Init') return init(fields, bank)
  if (method === 'GetState') return stateOf(byId())
  if (method === 'CheckOrder') return orderOf(bank.payments.get(String(fields.OrderId)))
  if (method === 'Cancel') return cancel(fields, byId(), bank)
  return refusal('9999')
}

function init(fields: Fields, bank: Bank): object {
  const order = String(fields.OrderId)
  if (bank.payments.has(order)) return refusal('20')
  const payment = bank.newPayment(order, Number(fields.Amount))
  if (fields.SuccessURL !== undefined) payment.back = String(fields.SuccessURL)
  return { ...good(payment), PaymentURL: `https://securepay.tinkoff.ru/new/${payment.id}` }
}

// The page where a payer presses the button, and what the button does: the money moves, the payer is sent back, no notice is sent by itself.
function pageOf(res: ServerResponse, path: string, payments: Map<string, BankPayment>): void {
  const [, verb, id] = path.split('/')
  const payment = [...payments.values()].find((one) => one.id === id)
  if (!payment) return void res.writeHead(404).end()
  if (verb === 'paid') {
    payment.status = 'CONFIRMED'
    return void res.writeHead(302, { location: payment.back ?? '/' }).end()
  }
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  res.end(`<!doctype html><title>Банк</title><a href="/paid/${payment.id}">Оплатить ${payment.amount / 100} ₽</a>`)
}

function stateOf(payment: BankPayment | undefined): object {
  return payment ? { ...good(payment), Amount: payment.left } : refusal('255')
}

// Here, and only here, success is a text and the code a number.
function orderOf(payment: BankPayment | undefined): object {
  if (!payment) return refusal('255')
  const { id, left, status } = payment
  return {
    ...{ Success: 'true', ErrorCode: 0, TerminalKey: TERMINAL, OrderId: payment.order },
    Payments: [{ PaymentId: id, Amount: left, Status: status, Success: 'true', ErrorCode: 0 }],
  }
}

function cancel(fields: Fields, payment: BankPayment | undefined, { requests }: Bank): object {
  if (!payment) return refusal('255')
  const request = String(fields.ExternalRequestId)
  const known = requests.get(request)
  if (known) return known
  if (!/^(CONFIRMED|PARTIAL_REFUNDED)$/.test(payment.status)) return refusal('4')
  if (Number(fields.Amount) > payment.left) return refusal('330')
  const before = payment.left
  giveBack(payment, Number(fields.Amount))
  const answer = { ...good(payment), OriginalAmount: before, NewAmount: payment.left }
  requests.set(request, answer)
  return answer
}

function giveBack(payment: BankPayment, amount: number): BankPayment {
  payment.left -= amount
  payment.status = payment.left === 0 ? 'REFUNDED' : 'PARTIAL_REFUNDED'
  return payment
}

function good({ id, order, amount, status }: BankPayment) {
  return {
    Success: true,
    ErrorCode: '0',
    TerminalKey: TERMINAL,
    Status: status,
    PaymentId: id,
    OrderId: order,
    Amount: amount,
  }
}

function refusal(code: string): object {
  return { Success: false, ErrorCode: code, Message: 'Отказ', Details: '' }
}

function reply(res: ServerResponse, answer: object): void {
  sendJson(res, 200, answer)
}

function noticeAbout(payment: BankPayment, options: NoticeOptions): { body: string; type: string } {
  const { fields = {}, unsigned = {}, password = PASSWORD, form = false, numeric_id = true } = options
  const about = {
    TerminalKey: TERMINAL,
    OrderId: payment.order,
    Success: true,
    Status: payment.status,
    PaymentId: payment.id,
    ErrorCode: '0',
    Amount: payment.left,
    CardId: '10452',
    Pan: '430000******0777',
    ExpDate: '1122',
    ...fields,
  }
  const whole = { ...signed(about, password), ...unsigned }
  if (form)
    return {
      body: new URLSearchParams(Object.entries(whole).map(([name, value]) => [name, String(value)])).toString(),
      type: 'application/x-www-form-urlencoded',
    }
  const text = JSON.stringify(whole)
  return {
    body: numeric_id ? text.replace(/"PaymentId":"(\d+)"/, '"PaymentId":$1') : text,
    type: 'application/json',
  }
}
