import { makeInvitation } from '../auth/codes.ts'
import { closeEndedStreams } from '../auth/sessions.ts'
import type { Context } from '../context.ts'
import { errors as common } from '../errors.ts'
import { randomId } from '../lib/ids.ts'
import { teamOf } from '../users/team.ts'
import { type Account, addUser, deleteUser } from '../users/users.ts'

export type NewOperator = { email: string; name: string; password?: string | undefined }

/**
 * Adds an operator to an owner's team. Without a password they choose one by the returned invitation, a code that works once and for a week.
 * Throws EMAIL_ALREADY_REGISTERED for a known address, VALIDATION_ERROR for a weak password.
 */
export async function addOperator(
  ctx: Context,
  owner_id: number,
  { email, name, password }: NewOperator,
): Promise<{ operator: Account; invitation: string | null }> {
  // Nobody knows the stand-in, so nobody gets in before the link was followed.
  const given = { email, first_name: name, password: password ?? randomId('', 32), owner_id, confirmed: true }
  const operator = await addUser(ctx, given)
  return { operator, invitation: password === undefined ? await makeInvitation(ctx, operator.id) : null }
}

/** A fresh invitation by which an operator of this owner sets their password; the earlier one stops working. */
export async function inviteAgain(ctx: Context, owner_id: number, id: number): Promise<string> {
  await operatorOf(ctx, owner_id, id)
  return makeInvitation(ctx, id)
}

/** Removes an operator: every session and stream of theirs ends, and what they had goes back to the queue. NOT_FOUND for anybody but an operator of this owner. */
export async function removeOperator(ctx: Context, owner_id: number, id: number): Promise<void> {
  await operatorOf(ctx, owner_id, id)
  await deleteUser(ctx, id)
  await closeEndedStreams(ctx)
}

async function operatorOf(ctx: Context, owner_id: number, id: number): Promise<Account> {
  const found = (await teamOf(ctx, owner_id)).find((one) => one.id === id && one.owner_id === owner_id)
  if (!found) throw common.NOT_FOUND({ operator_id: id })
  return found
}
