import type { Context, TxContext } from '../context.ts'
import { errors as common } from '../errors.ts'
import type { Staff } from '../http/route.ts'
import * as store from './store.ts'
import { type Account, accountOf, staffOf } from './users.ts'

/** Everybody of a tenant: the owner first, then the operators in the order they came. */
export async function teamOf(ctx: Context | TxContext, tenant_id: number): Promise<Account[]> {
  return (await store.listTeam(ctx.db, tenant_id)).map(accountOf)
}

/** A member of the tenant's staff who may work; NOT_FOUND for anybody else. */
export async function colleague(ctx: Context | TxContext, tenant_id: number, id: number): Promise<Staff> {
  const found = (await store.listTeam(ctx.db, tenant_id)).find((one) => one.id === id && one.is_blocked === 0)
  if (!found) throw common.NOT_FOUND({ operator_id: id })
  return staffOf(found)
}
