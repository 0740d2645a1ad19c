/**
 * How far along a payment is, in the bank's words; INIT is ours, before the bank has answered. Notices come late, twice and in any order, so only a
 * later status moves a payment. A refused card is no end (the form lets its payer try another), and a REVERSED payment stays so whatever comes late.
 */
const ORDER = [
  ...['INIT', 'NEW', 'FORM_SHOWED', 'AUTHORIZING', '3DS_CHECKING', '3DS_CHECKED', 'PAY_CHECKING'],
  ...['AUTH_FAIL', 'REJECTED', 'ATTEMPTS_EXPIRED', 'DEADLINE_EXPIRED', 'CANCELED'],
  ...['AUTHORIZED', 'CONFIRM_CHECKING', 'CONFIRMING', 'PARTIAL_REVERSED', 'REVERSING'],
  ...['CONFIRMED', 'REFUNDING', 'PARTIAL_REFUNDED', 'REVERSED', 'REFUNDED'],
]
const RANKS = new Map(ORDER.map((status, rank) => [status, rank]))
const rankOf = (status: string) => RANKS.get(status) ?? -1

// Each of these comes only after CONFIRMED, even when we hear of it first.
const PAID = new Set(['CONFIRMED', 'REFUNDING', 'PARTIAL_REFUNDED', 'REFUNDED'])
const RETURNED = new Set(['REFUNDED', 'REVERSED'])

const FAILED = ['AUTH_FAIL', 'REJECTED']
const GIVEN_UP = ['ATTEMPTS_EXPIRED', 'DEADLINE_EXPIRED', 'CANCELED']

/** The statuses of a payment that may still be paid; the bank is asked about these. */
export const OPEN = ORDER.filter((status) => rankOf(status) < rankOf('CONFIRMED') && !GIVEN_UP.includes(status))
/** Of those, the ones that look to their payer as if something were going on. */
export const PENDING = OPEN.filter((status) => !FAILED.includes(status))

/** Whether its payer may still go to the bank's page: nothing is held, and no end has come. */
export function isPayable(status: string): boolean {
  return status !== 'INIT' && rankOf(status) >= 0 && rankOf(status) <= rankOf('REJECTED')
}

/** Whether this is a status of a payment at all; notices about receipts or cards have others. */
export function isStatus(status: string): boolean {
  return RANKS.has(status)
}

/** Whether the money has come: AUTHORIZED is only a hold. */
export function isPaid(status: string): boolean {
  return PAID.has(status)
}

/** The status after hearing of another: never one step back. What the bank says when asked right now outranks what is not paid yet. */
export function furtherOf(known: string, heard: string, just_asked = false): string {
  if (just_asked && !isPaid(known) && known !== 'REVERSED') return heard
  return rankOf(heard) > rankOf(known) ? heard : known
}

/** How much of a paid sum has gone back: the bank tells what remains (`Amount` of a partial refund), and all of it when it says so. */
export function refundedBy(heard: { status: string; amount: number | undefined }, paid: number): number {
  if (RETURNED.has(heard.status)) return paid
  if (heard.status !== 'PARTIAL_REFUNDED' || heard.amount === undefined) return 0
  return Math.max(0, paid - heard.amount)
}
