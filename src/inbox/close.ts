import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { getDialog } from '../dialogs/dialogs.ts'
import { archiveDialog } from '../dialogs/state.ts'
import { cancelHandoff } from '../handoff/request.ts'
import { releaseDialog } from '../handoff/take.ts'
import type { Staff } from '../http/route.ts'

/** Closes a dialog for good: an open wish for a human is taken back, and the operator who has it is done. HANDOFF_CONFLICT when a colleague has it. */
export async function closeDialog(ctx: Context | TxContext, staff: Staff, dialog_id: number) {
  return inTransaction(ctx, async (ctx) => {
    const dialog = await getDialog(ctx, staff, dialog_id)
    if (dialog.handoff_status === 'requested') await cancelHandoff(ctx, dialog, { cancel_reason: 'archived' })
    if (dialog.handoff_status === 'active')
      await releaseDialog(ctx, staff, { dialog_id, resolution: 'completed', return_to_ai: false })
    await archiveDialog(ctx, dialog)
    return getDialog(ctx, staff, dialog_id)
  })
}
