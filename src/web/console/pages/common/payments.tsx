import { useWords, words } from '../../core/i18n.ts'
import { Badge } from '../../ui/avatar.tsx'

/** A payment as the API lists it. */
export type ListedPayment = {
  payment_id: string
  amount: number
  refunded_amount: number
  status: string
  description: string
  created_at: string
  confirmed_at: string | null
  is_open: boolean
  continue_url: string | null
}
export type PaymentState = keyof (typeof paymentStates)['ru']
type Kind = 'plain' | 'good' | 'warn' | 'bad'

/** What the bank's statuses mean to whoever pays. */
export const paymentStates = words({
  ru: {
    waits: 'Ждёт оплаты',
    checking: 'Банк проверяет оплату',
    held: 'Деньги удержаны, ждём подтверждения',
    paid: 'Оплачен',
    refused: 'Банк отклонил оплату',
    expired: 'Время на оплату вышло',
    cancelled: 'Отменён',
    refunding: 'Возврат выполняется',
    partly_refunded: 'Возвращён частично',
    refunded: 'Возвращён',
    released: 'Удержание снято',
    unknown: 'Состояние неизвестно',
  },
  en: {
    waits: 'Waits to be paid',
    checking: 'The bank is checking it',
    held: 'The money is held, not confirmed yet',
    paid: 'Paid',
    refused: 'The bank refused it',
    expired: 'The time to pay is over',
    cancelled: 'Cancelled',
    refunding: 'Being refunded',
    partly_refunded: 'Refunded in part',
    refunded: 'Refunded',
    released: 'The hold was released',
    unknown: 'State unknown',
  },
})

const STATES: [PaymentState, Kind, string[]][] = [
  ['waits', 'plain', ['NEW', 'FORM_SHOWED']],
  ['checking', 'warn', ['AUTHORIZING', '3DS_CHECKING', '3DS_CHECKED', 'PAY_CHECKING']],
  ['held', 'warn', ['AUTHORIZED', 'CONFIRM_CHECKING', 'CONFIRMING']],
  ['paid', 'good', ['CONFIRMED']],
  ['refused', 'bad', ['AUTH_FAIL', 'REJECTED']],
  ['expired', 'plain', ['ATTEMPTS_EXPIRED', 'DEADLINE_EXPIRED']],
  ['cancelled', 'plain', ['CANCELED']],
  ['refunding', 'warn', ['REFUNDING']],
  ['partly_refunded', 'warn', ['PARTIAL_REFUNDED']],
  ['refunded', 'plain', ['REFUNDED']],
  ['released', 'plain', ['REVERSING', 'PARTIAL_REVERSED', 'REVERSED']],
]

/** What a status of the bank is in our words, and how it looks. */
export function stateOf(status: string): { state: PaymentState; kind: Kind } {
  const [state, kind] = STATES.find(([, , statuses]) => statuses.includes(status)) ?? (['unknown', 'plain'] as const)
  return { state, kind }
}

/** A payment's state as a mark beside its sum. */
export function PaymentBadge({ status }: { status: string }) {
  const { state, kind } = stateOf(status)
  return <Badge kind={kind}>{useWords(paymentStates)[state]}</Badge>
}
