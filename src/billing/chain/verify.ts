import type { Context } from '../../context.ts'
import { emptyPurse, moveCounters, type Purse } from '../ledger.ts'
import type { EntryRow } from '../store.ts'
import * as store from '../store.ts'
import { hashOf } from './chain.ts'

/** The first row that does not follow from the ones before it; without `seq` it is the balance itself. */
export type Broken = { tenant_id: number; seq: number | null; entry_id: number | null; why: string }
export type Verified = { ok: boolean; owners: number; entries: number; broken: Broken[] }

const PAGE = 1000 // entries held at once

/** Adds every ledger up again from its first entry and compares each sum and hash, then the balance; names the first broken row of each owner. */
export async function verifyLedger(ctx: Context): Promise<Verified> {
  const owners = await store.allTenants(ctx.db)
  const result: Verified = { ok: true, owners: owners.length, entries: 0, broken: [] }
  for (const tenant_id of owners) {
    const { entries, broken } = await verifyOwner(ctx, tenant_id)
    result.entries += entries
    if (broken) result.broken.push({ tenant_id, ...broken })
  }
  return { ...result, ok: result.broken.length === 0 }
}

type Fault = Omit<Broken, 'tenant_id'>

async function verifyOwner(ctx: Context, tenant_id: number): Promise<{ entries: number; broken?: Fault }> {
  // Read first: entries that come meanwhile are no fault.
  const kept = await store.findPurse(ctx.db, tenant_id)
  let purse = emptyPurse(tenant_id)
  const upTo = kept?.entries ?? Number.MAX_SAFE_INTEGER
  for (;;) {
    const page = await store.entriesAfter(ctx.db, tenant_id, purse.entries, PAGE)
    for (const entry of page.filter((one) => one.seq <= upTo)) {
      const why = faultOf(entry, purse)
      if (why) return { entries: purse.entries, broken: { seq: entry.seq, entry_id: entry.id, why } }
      purse = after(purse, entry)
    }
    if (page.length < PAGE || purse.entries >= upTo) break
  }
  const why = kept ? difference(purse, kept) : 'there is no balance to these entries'
  return { entries: purse.entries, ...(why ? { broken: { seq: null, entry_id: null, why } } : {}) }
}

function faultOf(entry: EntryRow, before: Purse): string | undefined {
  if (entry.seq !== before.entries + 1) return `entry ${before.entries + 1} is missing`
  if (entry.prev_hash !== before.hash) return 'it does not follow the entry before it'
  if (entry.balance_after !== before.balance + entry.amount) return 'its balance is not the sum of the entries'
  if (entry.hash !== hashOf(entry, entry.prev_hash)) return 'it was changed after it was written'
  return undefined
}

function after(purse: Purse, entry: EntryRow): Purse {
  const { owed = 0 } = JSON.parse(entry.details) as { owed?: number }
  const debt = purse.debt + owed + (entry.reason === 'debt' ? entry.amount : 0)
  const counted = moveCounters(purse, { reason: entry.reason, amount: Math.abs(entry.amount) })
  return { ...counted, debt, balance: entry.balance_after, entries: entry.seq, hash: entry.hash }
}

function difference(counted: Purse, kept: Purse): string | undefined {
  const names = ['entries', 'balance', 'debt', 'spent', 'bonus', 'plan', 'hash'] as const
  const wrong = names.find((name) => counted[name] !== kept[name])
  return wrong && `${wrong} is ${kept[wrong]}, the entries say ${counted[wrong]}`
}
