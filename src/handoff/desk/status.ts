import type { Context } from '../../context.ts'
import type { Dialog } from '../../dialogs/dialogs.ts'
import { findBySource } from '../../dialogs/messages.ts'
import type { Locale } from '../../errors.ts'
import { toIsoOrNull } from '../../lib/time.ts'
import * as store from '../store.ts'
import { waitInWords } from '../texts.ts'
import { countOperators } from './presence.ts'
import { waitOf } from './queue.ts'

/** By what the word that nobody came is known, in the wait that began at the given moment. */
export const delayedSource = (at: number | null) => `handoff-delayed:${at}`

/** Where the latest handoff of a dialog stands; position and estimate only while it waits. */
export async function handoffStatus(ctx: Context, dialog: Dialog, locale: Locale) {
  const episode = dialog.handoff_id ? await store.findEpisode(ctx.db, dialog.tenant_id, dialog.handoff_id) : undefined
  const waits = dialog.handoff_status === 'requested'
  const wait = waits ? await waitOf(ctx, dialog) : undefined
  const { handoff_operator_id: id, handoff_operator_name: name } = dialog
  return {
    dialog_id: dialog.id,
    status: dialog.handoff_status === 'cancelled' ? 'none' : dialog.handoff_status,
    assigned_manager: id === null ? null : { id, name: name ?? '', avatar: null },
    reason: dialog.handoff_reason,
    request_id: episode?.request_id ?? null,
    requested_at: toIsoOrNull(episode?.requested_at ?? null),
    started_at: toIsoOrNull(episode?.taken_at ?? null),
    resolved_at: toIsoOrNull(episode?.ended_at ?? null),
    queue_position: wait?.queue_position ?? null,
    estimated_wait_minutes: wait?.estimated_wait_minutes ?? null,
    estimated_wait_time: wait ? waitInWords(wait.estimated_wait_minutes, locale) : null,
    operators_online: wait?.operators_online ?? (await countOperators(ctx, dialog.tenant_id)).online,
    nobody_came: waits
      ? (await findBySource(ctx, dialog, delayedSource(dialog.handoff_touched_at))) !== undefined
      : dialog.handoff_status === 'released' && episode?.ended_by === 'nobody_came',
  }
}
