import type { Context, TxContext } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import { tenantTopic } from '../../events/publish.ts'
import type { Staff } from '../../http/route.ts'
import { SECOND } from '../../lib/time.ts'
import { teamOf } from '../../users/team.ts'
import { staffOf } from '../../users/users.ts'
import type { Presence } from '../store.ts'
import * as store from '../store.ts'

const GONE_AFTER = 90 * SECOND // three missed heartbeats of a page that sends one each 30 s
const MAX_CAPACITY = 50

type Reader = Pick<Context, 'db' | 'now'>
export type Heartbeat = {
  status: Presence['status']
  max_capacity?: number | undefined
}
export type OperatorState = {
  status: Presence['status']
  current_load: number
  max_capacity: number
  /** Whether they would come if called, load aside. */
  comes: boolean
}

/** Keeps an operator present for the next 90 seconds. What they may carry stays as it was said last; their load is counted, not believed. */
export async function heartbeat(
  ctx: Context,
  staff: Staff,
  { status, max_capacity: wanted }: Heartbeat,
): Promise<Omit<OperatorState, 'comes'>> {
  const { before, max_capacity } = await inTransaction(ctx, async (ctx) => {
    const known = await store.findPresence(ctx.db, staff.id)
    const max_capacity = Math.min(MAX_CAPACITY, wanted ?? known?.max_capacity ?? ctx.config['handoff.capacity'])
    await store.putPresence(ctx.db, rowOf(staff, status, max_capacity, ctx.now()))
    return { before: known && presentNow(ctx, known), max_capacity }
  })
  if (before !== status)
    ctx.bus.signal(tenantTopic(staff.tenant_id), { type: 'operator.presence', operator_id: staff.id, status })
  return { status, current_load: await store.countLoad(ctx.db, staff.id), max_capacity }
}

/** Whoever takes or answers a dialog is there, with or without a page that says so. */
export async function noteAtWork(ctx: TxContext, staff: Staff): Promise<void> {
  const known = await store.findPresence(ctx.db, staff.id)
  const status = known && isSeen(ctx, known) && known.status !== 'offline' ? known.status : 'available'
  await store.putPresence(
    ctx.db,
    rowOf(staff, status, known?.max_capacity ?? ctx.config['handoff.capacity'], ctx.now()),
  )
}

/** Notes until when these people can be called where no page of ours shows them, such as in a messenger. */
export async function noteReachable(
  ctx: Context | TxContext,
  of: { tenant_id: number; user_ids: number[]; until: number },
): Promise<void> {
  const { tenant_id, user_ids, until: reachable_until } = of
  const unseen = { tenant_id, status: 'offline' as const, max_capacity: ctx.config['handoff.capacity'], seen_at: 0 }
  const rows = user_ids.map((user_id) => ({ user_id, ...unseen, reachable_until }))
  if (rows.length > 0) await store.putReachable(ctx.db, rows, reachable_until)
}

/** How many dialogs an operator may have at once. */
export async function capacityOf(ctx: TxContext, operator_id: number): Promise<number> {
  return (await store.findPresence(ctx.db, operator_id))?.max_capacity ?? ctx.config['handoff.capacity']
}

/** Who of a tenant is there, by user id: what they said last, `offline` when that was too long ago, and how much they carry. */
export async function operatorStates(ctx: Reader, tenant_id: number): Promise<Map<number, OperatorState>> {
  const loads = new Map(
    (await store.loads(ctx.db, tenant_id)).map(({ operator_id, n }) => [Number(operator_id), Number(n)]),
  )
  const rows = await store.presences(ctx.db, tenant_id)
  return new Map(
    rows.map((row) => [
      row.user_id,
      {
        status: presentNow(ctx, row),
        comes: isSeen(ctx, row) ? row.status === 'available' : isReachable(ctx, row),
        current_load: loads.get(row.user_id) ?? 0,
        max_capacity: row.max_capacity,
      },
    ]),
  )
}

/** How many operators are there at all, and how many of them could take one more dialog. */
export async function countOperators(ctx: Reader, tenant_id: number): Promise<{ online: number; available: number }> {
  const states = [...(await operatorStates(ctx, tenant_id)).values()]
  const isFree = (one: OperatorState) => one.comes && one.current_load < one.max_capacity
  return {
    online: states.filter((one) => one.status !== 'offline').length,
    available: states.filter(isFree).length,
  }
}

/** Everybody of a tenant who may work, with who of them is there and what they carry. */
export async function teamPresence(ctx: Context, tenant_id: number) {
  const states = await operatorStates(ctx, tenant_id)
  const absent = { status: 'offline' as const, current_load: 0, max_capacity: ctx.config['handoff.capacity'] }
  const team = (await teamOf(ctx, tenant_id)).filter((one) => one.is_blocked === 0).map(staffOf)
  return team.map(({ id, name, role }) => ({ operator_id: id, name, role, ...(states.get(id) ?? absent) }))
}

// Whoever has no page open but can be called in a messenger is away, not gone.
function presentNow(ctx: Pick<Context, 'now'>, row: Presence): Presence['status'] {
  if (isSeen(ctx, row)) return row.status
  return isReachable(ctx, row) ? 'away' : 'offline'
}

function isSeen(ctx: Pick<Context, 'now'>, { seen_at }: Presence): boolean {
  return ctx.now() - seen_at <= GONE_AFTER
}

function isReachable(ctx: Pick<Context, 'now'>, { reachable_until }: Presence): boolean {
  return ctx.now() < reachable_until
}

function rowOf(staff: Staff, status: Presence['status'], max_capacity: number, seen_at: number) {
  return { user_id: staff.id, tenant_id: staff.tenant_id, status, max_capacity, seen_at }
}
