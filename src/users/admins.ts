import type { Context } from '../context.ts'
import * as store from './store.ts'
import { type Account, accountOf } from './users.ts'

/** Whether somebody can administer this appliance yet. */
export async function hasAdmin(ctx: Context): Promise<boolean> {
  return (await store.countAdmins(ctx.db)) > 0
}

/** Whether nobody could administer this appliance without this account. */
export async function isLastAdmin(ctx: Context, user: Account): Promise<boolean> {
  return user.is_admin === 1 && (await store.countAdmins(ctx.db)) <= 1
}

/** The first admin, who hears of what concerns the appliance itself. */
export async function firstAdmin(ctx: Context): Promise<Account | undefined> {
  const row = await store.findFirstAdmin(ctx.db)
  return row && accountOf(row)
}
