import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { adjustBalance } from '../../billing/charge.ts'
import { errors as billing } from '../../billing/errors.ts'
import { listPurses, type Purse, purseOf } from '../../billing/ledger.ts'
import type { Context } from '../../context.ts'
import { toRoubles } from '../../lib/money.ts'
import { addressesOf } from '../../users/addresses.ts'
import { getUser, userMeantBy } from '../../users/users.ts'

const MOST = 1_000_000_000 // kopecks; a sum beyond ten million roubles is a slip of the hand

export const OwnerBalance = z
  .object({
    owner_id: z.int(),
    email: z.string().nullable().meta({ description: 'null: учётной записи больше нет' }),
    balance: z.number().meta({ description: 'Рубли' }),
    debt: z.number(),
    total_spent: z.number(),
    welcome_bonus: z.number(),
    plan: z.enum(['trial', 'payg']),
  })
  .meta({ id: 'OwnerBalance' })

/** What owners have, or the one meant by an address or ID; NOT_FOUND when there is no such account. */
export async function listBalances(
  ctx: Context,
  { owner, ...page }: { owner?: string | undefined; limit: number; offset: number },
) {
  if (owner !== undefined) {
    const { id, email } = await userMeantBy(ctx, owner)
    return { rows: [viewOf(await purseOf(ctx, id), email)], total: 1 }
  }
  const { purses, total } = await listPurses(ctx, page)
  const emails = await addressesOf(
    ctx,
    purses.map((one) => one.tenant_id),
  )
  return { rows: purses.map((one) => viewOf(one, emails.get(one.tenant_id) ?? null)), total }
}

/** Moves an owner's balance by hand. The same Idempotency-Key with the same sum again moves nothing more. Throws INVALID_AMOUNT for no sum, INSUFFICIENT_BALANCE rather than below zero, NOT_FOUND. */
export async function adjust(
  ctx: Context,
  by: { owner_id: number; amount: number; reason: string; admin_id: number; idempotency_key: string | undefined },
): Promise<z.input<typeof OwnerBalance>> {
  const { owner_id: tenant_id, amount: kopecks, reason: why } = by
  if (kopecks === 0 || Math.abs(kopecks) > MOST) throw billing.INVALID_AMOUNT({ max: toRoubles(MOST) })
  const { email } = await getUser(ctx, tenant_id)
  const reference = `user:${by.admin_id}:${tenant_id}:${kopecks}:${by.idempotency_key ?? randomUUID()}`
  await adjustBalance(ctx, { tenant_id, kopecks, why, reference })
  return viewOf(await purseOf(ctx, tenant_id), email)
}

function viewOf(purse: Purse, email: string | null): z.input<typeof OwnerBalance> {
  return {
    owner_id: purse.tenant_id,
    email,
    balance: toRoubles(purse.balance),
    debt: toRoubles(purse.debt),
    total_spent: toRoubles(purse.spent),
    welcome_bonus: toRoubles(purse.bonus),
    plan: purse.plan,
  }
}
