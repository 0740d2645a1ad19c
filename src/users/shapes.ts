import { z } from 'zod'
import { purseOf } from '../billing/ledger.ts'
import type { Context } from '../context.ts'
import { Address } from '../email/kinds.ts'
import { toRoubles } from '../lib/money.ts'
import { toIso } from '../lib/time.ts'
import { type Account, staffOf } from './users.ts'

const CONTROL_OR_BRACKET = /[\p{C}<>]/u

export const PersonName = z
  .string()
  .trim()
  .max(100)
  .refine((name) => !CONTROL_OR_BRACKET.test(name), 'letters, digits and punctuation only')
export const Email = Address

export const Profile = z
  .object({
    id: z.int(),
    email: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    name: z.string().meta({ description: 'Как видят коллеги и посетители' }),
    role: z.enum(['owner', 'operator']),
    tenant_id: z.int(),
    is_admin: z.boolean(),
    is_email_confirmed: z.boolean(),
    balance: z.number().meta({ description: 'Рубли' }),
    welcome_bonus: z.number().meta({ description: 'Начислено бонусов за всё время, рубли' }),
    plan: z.enum(['trial', 'payg']),
    onboarding_completed: z.boolean(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Profile' })

/** An account as the wire shows it, with what its owner has; an operator has no money of their own here. */
export async function profileOf(ctx: Context, user: Account): Promise<z.input<typeof Profile>> {
  const { balance, bonus, plan } = await purseOf(ctx, user.id)
  return {
    ...user,
    ...staffOf(user),
    is_email_confirmed: user.email_confirmed_at !== null,
    onboarding_completed: user.onboarding_completed === 1,
    balance: toRoubles(balance),
    welcome_bonus: toRoubles(bonus),
    plan,
    created_at: toIso(user.created_at),
  }
}
