import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Limit } from '../http/route.ts'
import { Profile, profileOf } from '../users/shapes.ts'
import { normaliseEmail } from '../users/users.ts'
import type { Signed } from './sessions.ts'

export const Password = z.string().min(1).max(1000)
export const Tokens = z
  .object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    refresh_token: z.string(),
    expires_in: z.int(),
    user: Profile,
  })
  .meta({ id: 'Tokens' })

/** Counts by the caller's address. */
export const byIp = (name: Limit['name']): Limit => ({ name, by: ({ ip }) => `ip:${ip}` })

/** Counts by the mailbox that the body names, known or not. */
export const byEmail = (name: Limit['name']): Limit => ({
  name,
  needs_body: true,
  by: ({ body }) => `email:${normaliseEmail(String((body as { email: string }).email))}`,
})

/** A session as the wire shows it. */
export const shown = async (ctx: Context, { user, ...tokens }: Signed) => ({
  ...tokens,
  user: await profileOf(ctx, user),
})
