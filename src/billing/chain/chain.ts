import { sha256 } from '../../lib/crypto.ts'

/** One movement of money as it is written down; `amount` is signed, all sums are kopecks. */
export type Entry = {
  tenant_id: number
  seq: number
  amount: number
  reason: string
  reference: string
  balance_after: number
  details: string
  created_at: number
}
export type Sealed = Entry & { prev_hash: string; hash: string }

/** What the first entry of every owner follows. */
export const GENESIS = '0'.repeat(64)

/** Binds an entry to the one before it: whoever changes or removes one breaks every later hash of that owner. */
export function seal(entry: Entry, prev_hash: string): Sealed {
  return { ...entry, prev_hash, hash: hashOf(entry, prev_hash) }
}

/** The hash an entry must have after its predecessor. An array has an order, and JSON says where a text ends. */
export function hashOf(entry: Entry, prev_hash: string): string {
  const { tenant_id, seq, amount, reason, reference, balance_after, details, created_at } = entry
  return sha256(
    JSON.stringify([prev_hash, tenant_id, seq, amount, reason, reference, balance_after, details, created_at]),
  )
}
