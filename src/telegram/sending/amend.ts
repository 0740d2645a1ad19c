import type { Context } from '../../context.ts'
import { getDialog } from '../../dialogs/dialogs.ts'
import { getMessage } from '../../dialogs/messages.ts'
import { TelegramRefused } from '../../outside/telegram.ts'
import * as store from '../store.ts'
import { composeParts } from './compose.ts'
import { wayTo } from './deliver.ts'
import { htmlOf } from './spans.ts'

type Edited = { tenant_id: number; dialog_id: number; message: { id: number } }

/**
 * An operator put right what has gone out already: the visitor sees the new words in the same place. A repeat changes nothing.
 * What has not gone out yet goes out with the new words anyway.
 */
export async function amend(ctx: Context, { tenant_id, dialog_id, message: { id } }: Edited): Promise<void> {
  const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, dialog_id)
  const sent = await store.partsOf(ctx.db, tenant_id, id)
  const way = await wayTo(ctx, dialog)
  if (sent.length === 0 || 'error' in way) return
  const parts = composeParts(await getMessage(ctx, tenant_id, id), dialog)
  for (const { part, telegram_message_id } of sent) {
    const words = parts[part]
    if (telegram_message_id === null || !words) continue
    const message_id = Number(telegram_message_id)
    const look = { text: htmlOf(words.spans), parse_mode: 'HTML' as const }
    await edit(ctx, way.token, { chat_id: way.chat_id, message_id, ...look })
  }
}

async function edit(
  ctx: Context,
  token: string,
  args: { chat_id: string; message_id: number; text: string; parse_mode: 'HTML' },
): Promise<void> {
  try {
    await ctx.outside.telegram.call(token, 'editMessageText', {
      ...args,
      link_preview_options: { is_disabled: true },
    })
  } catch (error) {
    // It reads like this already, was deleted, or is too old to be edited (48 hours).
    const isFinal = error instanceof TelegramRefused && error.code >= 400 && error.code < 500 && error.code !== 429
    if (isFinal) return ctx.log.info({ description: error.description }, 'a message could not be amended')
    throw error
  }
}
