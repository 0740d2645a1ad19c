import { makeInvitation } from '../auth/codes.ts'
import { closeEndedStreams } from '../auth/sessions.ts'
import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { hasHadEnough, writeLetter } from '../email/write.ts'
import { errors as common, type Locale } from '../errors.ts'
import { randomId } from '../lib/ids.ts'
import { teamOf } from '../users/team.ts'
import { type Account, addUser, deleteUser } from '../users/users.ts'

/** Who invites, in which language, and the link that an invitation becomes. */
export type Invitation = { by: string; locale: Locale; linkOf: (invitation: string) => string }
export type NewOperator = { email: string; name: string; password?: string | undefined; letter?: Invitation }

/**
 * Adds an operator to an owner's team. Without a password they choose one by the returned invitation, a code that works once and for a week,
 * and get it by letter as well when there is a mail server.
 * Throws EMAIL_ALREADY_REGISTERED for a known address, VALIDATION_ERROR for a weak password.
 */
export async function addOperator(
  ctx: Context,
  owner_id: number,
  { email, name, password, letter }: NewOperator,
): Promise<{ operator: Account; invitation: string | null }> {
  // Nobody knows the stand-in, so nobody gets in before the link was followed.
  const given = { email, first_name: name, password: password ?? randomId('', 32), owner_id, confirmed: true }
  const operator = await addUser(ctx, given)
  return { operator, invitation: password === undefined ? await inviteByLetter(ctx, operator, letter) : null }
}

/**
 * A fresh invitation by which an operator of this owner sets their password; the earlier one stops working.
 * RATE_LIMIT_EXCEEDED when their mailbox has had enough of them; the one it has stays good then.
 */
export async function inviteAgain(
  ctx: Context,
  owner_id: number,
  { id, letter }: { id: number; letter?: Invitation },
): Promise<string> {
  const operator = await operatorOf(ctx, owner_id, id)
  if (letter && ctx.outside.smtp && (await hasHadEnough(ctx, 'invitation', operator.email)))
    throw common.RATE_LIMIT_EXCEEDED({ operator_id: id })
  return inviteByLetter(ctx, operator, letter)
}

/** Removes an operator: every session and stream of theirs ends, and what they had goes back to the queue. NOT_FOUND for anybody but an operator of this owner. */
export async function removeOperator(ctx: Context, owner_id: number, id: number): Promise<void> {
  await operatorOf(ctx, owner_id, id)
  await deleteUser(ctx, id)
  await closeEndedStreams(ctx)
}

// Without a mail server the owner passes the link on; a letter in the outbox would only be a second copy of it.
async function inviteByLetter(ctx: Context, operator: Account, letter: Invitation | undefined): Promise<string> {
  const { id, email: to, owner_id } = operator
  const isMailed = ctx.outside.smtp !== undefined
  return inTransaction(ctx, async (ctx) => {
    const invitation = await makeInvitation(ctx, id)
    if (!letter || !isMailed) return invitation
    const { by, locale, linkOf } = letter
    const data = { by, url: linkOf(invitation) }
    await writeLetter(ctx, { kind: 'invitation', to, tenant_id: owner_id ?? id, locale, data })
    return invitation
  })
}

async function operatorOf(ctx: Context, owner_id: number, id: number): Promise<Account> {
  const found = (await teamOf(ctx, owner_id)).find((one) => one.id === id && one.owner_id === owner_id)
  if (!found) throw common.NOT_FOUND({ operator_id: id })
  return found
}
