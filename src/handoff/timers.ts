import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type Dialog, getDialog } from '../dialogs/dialogs.ts'
import { addMessage } from '../dialogs/messages.ts'
import { publish } from '../events/publish.ts'
import { delayedSource } from './desk/status.ts'
import { type HandoffRequested, handoffDelayed } from './events.ts'
import { placeOf } from './request.ts'
import { stepTo } from './states.ts'
import * as store from './store.ts'
import { endEpisode, requeue, systemMessage } from './take.ts'
import { texts } from './texts.ts'

type Wait = Pick<HandoffRequested, 'tenant_id' | 'dialog_id' | 'at'>

/** After some minutes without an operator the visitor is told, and may leave an address. A repeat, or a wait that is over, does nothing. */
export async function tellNobodyCame(ctx: Context, wait: Wait): Promise<void> {
  await whileWaiting(ctx, wait, async (ctx, dialog) => {
    await publish(ctx, handoffDelayed, placeOf(dialog))
    const source_id = delayedSource(wait.at)
    await addMessage(ctx, dialog, { ...systemMessage(texts.delayed[dialog.locale]), source_id })
  })
}

/** After some more minutes the assistant answers again, so that no dialog is ever left mute. */
export async function giveBack(ctx: Context, wait: Wait): Promise<void> {
  await whileWaiting(ctx, wait, async (ctx, dialog) => {
    const to = stepTo('give_back', dialog.handoff_status)
    const end = { by: 'nobody_came', resolution: 'unresolved', comment: null, to, return_to_ai: true } as const
    await endEpisode(ctx, dialog, end)
    await addMessage(ctx, { ...dialog, handoff_status: to }, systemMessage(texts.givenBack[dialog.locale]))
  })
}

/** An operator of whom a waiting visitor has heard nothing since `since` loses the dialog to the queue. */
export async function noticeSilence(
  ctx: Context,
  { tenant_id, dialog_id, since }: { tenant_id: number; dialog_id: number; since: number },
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, dialog_id)
    const isSilent = dialog.handoff_status === 'active' && (dialog.handoff_touched_at ?? 0) <= since
    if (isSilent) await requeue(ctx, dialog)
  })
}

/** Whatever an operator who may not work any more had goes back to the queue. */
export async function returnDialogsOf(
  ctx: Context,
  { tenant_id, user_id }: { tenant_id: number; user_id: number },
): Promise<void> {
  for (const { id } of await store.dialogsOfOperator(ctx.db, tenant_id, user_id))
    await inTransaction(ctx, async (ctx) => {
      const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, id)
      if (dialog.handoff_status === 'active' && dialog.handoff_operator_id === user_id) await requeue(ctx, dialog)
    })
}

// A dialog that was taken, cancelled or asked for anew meanwhile is another wait, with timers of its own.
async function whileWaiting(
  ctx: Context,
  { tenant_id, dialog_id, at }: Wait,
  work: (ctx: TxContext, dialog: Dialog) => Promise<void>,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, dialog_id)
    if (dialog.handoff_status === 'requested' && dialog.handoff_touched_at === at) await work(ctx, dialog)
  })
}
