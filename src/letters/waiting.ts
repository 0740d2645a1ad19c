import { publicUrl } from '../config/config.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type Dialog, getDialog } from '../dialogs/dialogs.ts'
import { listMessages } from '../dialogs/messages.ts'
import { writeLetter } from '../email/write.ts'
import { countOperators } from '../handoff/desk/presence.ts'
import { nameOf } from '../handoff/desk/queue.ts'
import { reasonInWords } from '../handoff/texts.ts'
import { trimTo } from '../lib/text.ts'
import { teamOf } from '../users/team.ts'

const LOOKED_AT = 8 // messages; the visitor's last words are among them
const PREVIEW = 150 // characters: what it is about, not the conversation

/**
 * Tells everybody of a team who could come that a visitor waits, when nobody is there. Once per wait and person, however often this runs; nothing when
 * the wait is over.
 */
export async function tellTeam(ctx: Context, place: { tenant_id: number; dialog_id: number }): Promise<void> {
  if (!ctx.config['email.handoff']) return
  const { tenant_id } = place
  const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, place.dialog_id)
  const message = await lastWords(ctx, dialog)
  await inTransaction(ctx, async (ctx) => {
    const { handoff_status, handoff_touched_at } = await getDialog(ctx, { tenant_id, is_admin: false }, dialog.id)
    if (handoff_status !== 'requested' || (await countOperators(ctx, tenant_id)).online > 0) return
    const wait = `handoff:${dialog.id}:${handoff_touched_at}`
    const { locale } = ctx.config
    const data = aboutWait(ctx, dialog, message)
    for (const { id, email: to } of await whoCouldCome(ctx, tenant_id))
      await writeLetter(ctx, { kind: 'handoff_waiting', to, locale, tenant_id, once: `${wait}:${id}`, data })
  })
}

function aboutWait(ctx: TxContext, dialog: Dialog, message: string) {
  const { locale } = ctx.config
  return {
    visitor: trimTo(nameOf(dialog, locale), 100),
    assistant: trimTo(dialog.assistant_name ?? '', 100),
    reason: reasonInWords(dialog.handoff_reason, locale),
    message,
    url: `${publicUrl(ctx.config)}/console/inbox/${dialog.id}`,
  }
}

async function lastWords(ctx: Context, dialog: Dialog): Promise<string> {
  const { messages } = await listMessages(ctx, dialog, { limit: LOOKED_AT })
  return trimTo(messages.findLast((one) => one.sender === 'user')?.text ?? '', PREVIEW)
}

async function whoCouldCome(ctx: TxContext, tenant_id: number) {
  const team = await teamOf(ctx, tenant_id)
  return team.filter((one) => one.is_blocked === 0 && one.email_confirmed_at !== null)
}
