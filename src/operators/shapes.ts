import { z } from 'zod'
import { toIso, toIsoOrNull } from '../lib/time.ts'
import { type Account, staffOf } from '../users/users.ts'

export const OperatorView = z
  .object({
    id: z.int(),
    name: z.string(),
    email: z.string(),
    role: z.enum(['owner', 'operator']),
    is_blocked: z.boolean(),
    created_at: z.iso.datetime(),
    last_login_at: z.iso.datetime().nullable().meta({ description: 'null: ещё ни разу не входил' }),
  })
  .meta({ id: 'Operator' })

/** A member of a team as colleagues see them. */
export function viewOf(user: Account): z.input<typeof OperatorView> {
  const { id, name, email, role } = staffOf(user)
  return {
    id,
    name,
    email,
    role,
    is_blocked: user.is_blocked === 1,
    created_at: toIso(user.created_at),
    last_login_at: toIsoOrNull(user.last_login_at),
  }
}
