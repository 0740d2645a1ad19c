/**
 * How far along a payment is, in the bank's words; INIT is ours, before the bank has answered. Notices come late, twice and in any order, so only a
 * higher rank moves a payment. A refused card is no end (the form lets its payer try another), and a REVERSED payment stays so whatever comes late.
 */
const RANKS: Record<string, number> = {
  INIT: 0,
  NEW: 1,
  FORM_SHOWED: 2,
  AUTHORIZING: 3,
  '3DS_CHECKING': 4,
  '3DS_CHECKED': 5,
  PAY_CHECKING: 5,
  AUTH_FAIL: 6,
  REJECTED: 6,
  CANCELED: 7,
  DEADLINE_EXPIRED: 7,
  ATTEMPTS_EXPIRED: 7,
  AUTHORIZED: 8,
  CONFIRMING: 9,
  CONFIRM_CHECKING: 9,
  REVERSING: 10,
  PARTIAL_REVERSED: 10,
  CONFIRMED: 12,
  REFUNDING: 13,
  PARTIAL_REFUNDED: 14,
  REVERSED: 15,
  REFUNDED: 15,
}

// Each of these comes only after CONFIRMED, even when we hear of it first.
const PAID = new Set(['CONFIRMED', 'REFUNDING', 'PARTIAL_REFUNDED', 'REFUNDED'])
const RETURNED = new Set(['REFUNDED', 'REVERSED'])

/** The statuses of a payment that may still be paid; the bank is asked about these. */
export const OPEN = Object.keys(RANKS).filter((status) => RANKS[status]! < RANKS.CONFIRMED! && RANKS[status] !== 7)
/** Of those, the ones that look to their payer as if something were going on. */
export const PENDING = OPEN.filter((status) => RANKS[status] !== RANKS.REJECTED)

/** Whether this is a status of a payment at all; notices about receipts or cards have others. */
export function isStatus(status: string): boolean {
  return Object.hasOwn(RANKS, status)
}

/** Whether the money has come: AUTHORIZED is only a hold. */
export function isPaid(status: string): boolean {
  return PAID.has(status)
}

/** The status after hearing of another: never one step back. What the bank says when asked right now outranks what is not paid yet. */
export function furtherOf(known: string, heard: string, just_asked = false): string {
  if (just_asked && !isPaid(known) && known !== 'REVERSED') return heard
  return RANKS[heard]! > RANKS[known]! ? heard : known
}

/** How much of a paid sum has gone back: the bank tells what remains (`Amount` of a partial refund), and all of it when it says so. */
export function refundedBy(heard: { status: string; amount: number | undefined }, paid: number): number {
  if (RETURNED.has(heard.status)) return paid
  if (heard.status !== 'PARTIAL_REFUNDED' || heard.amount === undefined) return 0
  return Math.max(0, paid - heard.amount)
}
