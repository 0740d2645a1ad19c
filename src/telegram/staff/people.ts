import type { Context, TxContext } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import { AppError, errors as common } from '../../errors.ts'
import { noteReachable } from '../../handoff/desk/presence.ts'
import type { Staff } from '../../http/route.ts'
import { toIso } from '../../lib/time.ts'
import { colleague, teamOf } from '../../users/team.ts'
import { staffOf } from '../../users/users.ts'
import type { Person } from '../receiving/updates.ts'
import * as store from './store.ts'

/** Links a member of staff with a Telegram account: what it writes in the staff's group counts as theirs. Each has one, the last one wins. NOT_FOUND for who may not work. */
export async function linkPerson(
  ctx: TxContext,
  of: { tenant_id: number; user_id: number },
  from: Person,
): Promise<Staff> {
  const staff = await colleague(ctx, of.tenant_id, of.user_id)
  await store.deletePersonAt(ctx.db, of.tenant_id, from.id)
  const person = { telegram_user_id: from.id, telegram_name: nameOfPerson(from), linked_at: ctx.now() }
  await store.putPerson(ctx.db, { ...of, ...person })
  return staff
}

/** Takes the link away, at once; NOT_FOUND when there is none. Whether the caller may do that is the route's to ask. */
export async function unlinkPerson(ctx: Context, caller: Staff, user_id: number): Promise<void> {
  const isGone = await forgetPerson(ctx, { tenant_id: caller.tenant_id, user_id })
  if (!isGone) throw common.NOT_FOUND({ user_id })
}

/** The same for an account that may not work any more; a repeat changes nothing. */
export async function forgetPerson(ctx: Context, of: { tenant_id: number; user_id: number }): Promise<boolean> {
  return inTransaction(ctx, async (ctx) => {
    if (!(await store.deletePerson(ctx.db, of))) return false
    await noteReachable(ctx, { tenant_id: of.tenant_id, user_ids: [of.user_id], until: 0 })
    return true
  })
}

/** Who of the team a Telegram account is, asked anew each time; undefined for a stranger and for who may not work any more. */
export async function staffBehind(
  ctx: Context | TxContext,
  tenant_id: number,
  from: Person,
): Promise<Staff | undefined> {
  const person = await store.findPerson(ctx.db, tenant_id, from.id)
  if (!person) return undefined
  try {
    // An administrator of the appliance sees every tenant; from a group of this one only this one.
    return { ...(await colleague(ctx, tenant_id, person.user_id)), is_admin: false }
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** Everybody of the team who has linked their Telegram. */
export async function linkedPeople(ctx: Context, tenant_id: number) {
  const names = new Map((await teamOf(ctx, tenant_id)).map((one) => [one.id, staffOf(one).name]))
  const people = await store.listPeople(ctx.db, tenant_id)
  return people.map(({ user_id, telegram_name, linked_at }) => ({
    user_id,
    name: names.get(user_id) ?? '',
    telegram_name,
    linked_at: toIso(linked_at),
  }))
}

function nameOfPerson({ first_name, last_name, username, id }: Person): string {
  const name = [first_name, last_name].filter(Boolean).join(' ')
  return name || (username ? `@${username}` : id)
}
