import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { publish } from '../events/publish.ts'
import type { Dialog } from './dialogs.ts'
import { dialogChanged } from './events.ts'
import * as store from './state/store.ts'

type Place = Pick<Dialog, 'id' | 'tenant_id'>
export type HandoffState = store.HandoffState
export type HandoffStatus = Dialog['handoff_status']

/** Moves a dialog's handoff on if it is still in the state `from`: of two who try at once, one gets true. */
export function changeHandoffStatus(
  ctx: TxContext,
  dialog: Place,
  change: { from: HandoffStatus; to: HandoffStatus; set: HandoffState },
): Promise<boolean> {
  const { from, to, set } = change
  return store.changeHandoff(ctx.db, { ...placeOf(dialog), from }, { ...set, handoff_status: to })
}

/** Notes that its operator is at work in a dialog; a stranger's sign changes nothing. */
export async function touchDialog(ctx: Context | TxContext, dialog: Place, operator_id: number): Promise<void> {
  await store.touch(ctx.db, { ...placeOf(dialog), operator_id }, ctx.now())
}

/** Closes a dialog; what its visitor writes next begins a new one. A repeat changes nothing. */
export async function archiveDialog(ctx: Context | TxContext, dialog: Place): Promise<void> {
  await changeDialog(ctx, dialog, (ctx) => store.setStatus(ctx.db, placeOf(dialog), 'archived'))
}

/** Notes that staff has seen a dialog up to a message; it never goes back. */
export async function markSeen(ctx: Context, dialog: Place, message_id: number): Promise<void> {
  await changeDialog(ctx, dialog, (ctx) => store.markSeen(ctx.db, placeOf(dialog), message_id))
}

/** Changes something about a dialog and tells the staff, if it did change. */
export async function changeDialog(
  ctx: Context | TxContext,
  dialog: Place,
  change: (ctx: TxContext) => Promise<boolean>,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    if (await change(ctx)) await publish(ctx, dialogChanged, placeOf(dialog))
  })
}

function placeOf({ id, tenant_id }: Place) {
  return { tenant_id, dialog_id: id }
}
