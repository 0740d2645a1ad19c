import type { ListedPayment } from '../common/payments.tsx'

export type Setup = {
  billing: boolean
  bank: boolean
  notice_url: string
  missing: string[]
  settings: { name: string; value: string | null; is_set: boolean; is_secret: boolean }[]
}
export type OwnerBalance = {
  owner_id: number
  email: string | null
  balance: number
  debt: number
  total_spent: number
  plan: 'trial' | 'payg'
}
export type AnyPayment = ListedPayment & {
  owner_id: number
  owner_email: string | null
  bank_payment_id: string | null
}
export type PaymentDetail = AnyPayment & {
  customer_email: string
  error_code: string | null
  details: { pan: string | null }
  steps: {
    at: string
    status: string
    amount: number | null
    source: 'notice' | 'answer' | 'question'
    error_code: string | null
  }[]
  refunds: {
    refund_id: string
    amount: number
    state: 'pending' | 'done' | 'refused'
    reason: string | null
    requested_by: string
    created_at: string
  }[]
}
export type Verified = {
  ok: boolean
  owners: number
  entries: number
  broken: { tenant_id: number; seq: number | null; why: string }[]
}
