import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type Dialog, getDialog } from '../dialogs/dialogs.ts'
import { addMessage } from '../dialogs/messages.ts'
import { archiveDialog, changeHandoffStatus } from '../dialogs/state.ts'
import { errors as common } from '../errors.ts'
import { publish } from '../events/publish.ts'
import type { Staff } from '../http/route.ts'
import { toIso } from '../lib/time.ts'
import { colleague } from '../users/team.ts'
import { capacityOf, noteAtWork } from './desk/presence.ts'
import { waitOf } from './desk/queue.ts'
import { errors } from './errors.ts'
import { handoffReleased, handoffStarted } from './events.ts'
import { announceWait, openRequest, placeOf } from './request.ts'
import { isWithStaff, stepTo } from './states.ts'
import * as store from './store.ts'
import { texts } from './texts.ts'

export type Taken = {
  status: 'active'
  dialog_id: number
  operator: { id: number; name: string; email: string }
  taken_at: string
}
export type Taking = {
  dialog_id: number
  /** Without an open request: refuse (HANDOFF_NOT_FOUND), or make one and take it. */
  strict: boolean
  operator_id?: number | undefined
  /** Only the name that is shown. */
  operator_name?: string | undefined
  operator_comment?: string | undefined
}
export type Resolution = 'completed' | 'unresolved' | 'transferred' | 'spam'
const URGENT = 3 // whoever was left in the middle of a conversation is served first

/**
 * Gives a dialog to an operator: of any number who try at once one wins, the others get HANDOFF_CONFLICT. What the winner sends again answers the same.
 * The operator's load is counted in the same transaction (OPERATOR_CAPACITY_EXCEEDED). Only an owner or admin may assign somebody else.
 */
export async function takeDialog(ctx: Context | TxContext, staff: Staff, taking: Taking): Promise<Taken> {
  return inTransaction(ctx, async (ctx) => {
    const dialog = await getDialog(ctx, staff, taking.dialog_id)
    const operator = await whoTakes(ctx, staff, dialog, taking)
    if (dialog.handoff_status === 'active' && dialog.handoff_operator_id === operator.id)
      return takenView(ctx, dialog, operator)
    if (isWithStaff(dialog.handoff_status) || taking.strict) return assign(ctx, dialog, operator, taking)
    await openRequest(ctx, dialog, { reason: 'manual', by: 'staff', silent: true })
    return assign(ctx, await getDialog(ctx, staff, dialog.id), operator, taking)
  })
}

/** Ends an operator's part: the assistant answers again, or nobody does (`return_to_ai: false`), and a completed dialog is archived then. Assignee, owner or admin. */
export async function releaseDialog(
  ctx: Context | TxContext,
  staff: Staff,
  release: {
    dialog_id: number
    resolution?: Resolution | undefined
    operator_comment?: string | undefined
    return_to_ai?: boolean | undefined
  },
) {
  const { resolution = null, operator_comment = null, return_to_ai = true } = release
  return inTransaction(ctx, async (ctx) => {
    const dialog = await getDialog(ctx, staff, release.dialog_id)
    const to = stepTo('release', dialog.handoff_status)
    assertMayEnd(staff, dialog)
    const released_at = ctx.now()
    const { handoff_operator_id, handoff_operator_name } = dialog
    await endEpisode(ctx, dialog, { by: 'released', resolution, comment: operator_comment, to, return_to_ai })
    const told = return_to_ai ? texts.released : texts.ended
    await addMessage(ctx, { ...dialog, handoff_status: to }, systemMessage(told[dialog.locale]))
    if (!return_to_ai && resolution === 'completed') await archiveDialog(ctx, dialog)
    return {
      status: to,
      dialog_id: dialog.id,
      resolution,
      return_to_ai,
      released_at: toIso(released_at),
      operator: { id: handoff_operator_id!, name: handoff_operator_name! },
    }
  })
}

/** Hands an active dialog to a colleague (whose load is counted), or without one back to the head of the queue. Assignee, owner or admin. */
export async function transferDialog(
  ctx: Context,
  staff: Staff,
  { dialog_id, operator_id }: { dialog_id: number; operator_id?: number | undefined },
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const dialog = await getDialog(ctx, staff, dialog_id)
    stepTo('transfer', dialog.handoff_status)
    assertMayEnd(staff, dialog)
    if (operator_id === undefined) return requeue(ctx, dialog)
    const operator = await colleague(ctx, dialog.tenant_id, operator_id)
    if (operator_id !== dialog.handoff_operator_id) await assign(ctx, dialog, operator, {}, 'transfer')
  })
}

/** Puts an active dialog back at the head of the queue: its operator left it. The visitor keeps the first time they asked. */
export async function requeue(ctx: TxContext, before: Dialog): Promise<void> {
  const to = stepTo('requeue', before.handoff_status)
  const at = ctx.now()
  const left = { handoff_operator_id: null, handoff_operator_name: null, handoff_touched_at: at }
  await changeHandoffStatus(ctx, before, { from: 'active', to, set: { ...left, handoff_priority: URGENT } })
  await store.changeEpisode(ctx.db, before.tenant_id, before.handoff_id!, { operator_id: null, taken_at: null })
  const dialog = await getDialog(ctx, { tenant_id: before.tenant_id, is_admin: false }, before.id)
  await announceWait(ctx, dialog, await waitOf(ctx, dialog), { requeued: true, at })
  await addMessage(ctx, dialog, systemMessage(texts.requeued[dialog.locale]))
}

/** Closes the open episode of a dialog and says so; the words for the visitor are the caller's. */
export async function endEpisode(
  ctx: TxContext,
  dialog: Dialog,
  end: {
    by: 'released' | 'nobody_came'
    resolution: Resolution | null
    comment: string | null
    to: Dialog['handoff_status']
    return_to_ai: boolean
  },
): Promise<void> {
  const { by, resolution, comment, to, return_to_ai } = end
  const freed = { handoff_operator_id: null, handoff_operator_name: null, ai_off: return_to_ai ? 0 : 1 }
  await changeHandoffStatus(ctx, dialog, { from: dialog.handoff_status, to, set: freed })
  const ended = { ended_at: ctx.now(), ended_by: by, resolution, ...(comment === null ? {} : { comment }) }
  await store.changeEpisode(ctx.db, dialog.tenant_id, dialog.handoff_id!, ended)
  const nobody_came = by === 'nobody_came'
  await publish(ctx, handoffReleased, { ...placeOf(dialog), resolution, return_to_ai, nobody_came })
}

export function systemMessage(text: string) {
  return { sender: 'system' as const, kind: 'system' as const, text }
}

async function whoTakes(ctx: TxContext, staff: Staff, dialog: Dialog, { operator_id }: Taking): Promise<Staff> {
  if (operator_id === undefined || operator_id === staff.id) return staff
  if (staff.role === 'operator' && !staff.is_admin) throw common.INSUFFICIENT_PERMISSIONS({ operator_id })
  return colleague(ctx, dialog.tenant_id, operator_id)
}

async function assign(
  ctx: TxContext,
  dialog: Dialog,
  operator: Staff,
  shown: Pick<Taking, 'operator_name' | 'operator_comment'>,
  change: 'take' | 'transfer' = 'take',
): Promise<Taken> {
  const { handoff_operator_id: holder, handoff_operator_name: holder_name } = dialog
  const to = stepTo(change, dialog.handoff_status, { operator_id: holder, operator_name: holder_name })
  await assertRoom(ctx, operator)
  const name = shown.operator_name || operator.name
  const at = ctx.now()
  const set = { handoff_operator_id: operator.id, handoff_operator_name: name, handoff_touched_at: at }
  if (!(await changeHandoffStatus(ctx, dialog, { from: dialog.handoff_status, to, set })))
    throw errors.HANDOFF_CONFLICT()
  const comment = shown.operator_comment === undefined ? {} : { comment: shown.operator_comment }
  const taken = { operator_id: operator.id, taken_at: at, ...comment }
  await store.changeEpisode(ctx.db, dialog.tenant_id, dialog.handoff_id!, taken)
  const transferred_from = change === 'transfer' ? holder_name : null
  const who = { id: operator.id, name }
  await publish(ctx, handoffStarted, { ...placeOf(dialog), operator: { ...who, avatar: null }, at, transferred_from })
  const now = { ...dialog, ...set, handoff_status: to }
  const said = { kind: 'system' as const, text: texts.joined(name)[dialog.locale] }
  await addMessage(ctx, now, { ...said, sender: 'operator', operator: who })
  if (change === 'take') await noteAtWork(ctx, operator)
  return { status: 'active', dialog_id: dialog.id, operator: { ...who, email: operator.email }, taken_at: toIso(at) }
}

async function assertRoom(ctx: TxContext, operator: Staff): Promise<void> {
  const current_load = await store.countLoad(ctx.db, operator.id)
  const max_capacity = await capacityOf(ctx, operator.id)
  if (current_load >= max_capacity) throw errors.OPERATOR_CAPACITY_EXCEEDED({ current_load, max_capacity })
}

function assertMayEnd(staff: Staff, { handoff_operator_id, handoff_operator_name }: Dialog): void {
  if (staff.id === handoff_operator_id || staff.role === 'owner' || staff.is_admin) return
  throw errors.HANDOFF_CONFLICT({ operator_id: handoff_operator_id, operator_name: handoff_operator_name })
}

async function takenView(ctx: TxContext, dialog: Dialog, { id, email }: Staff): Promise<Taken> {
  const episode = await store.findEpisode(ctx.db, dialog.tenant_id, dialog.handoff_id!)
  const operator = { id, name: dialog.handoff_operator_name!, email }
  return { status: 'active', dialog_id: dialog.id, operator, taken_at: toIso(episode!.taken_at!) }
}
