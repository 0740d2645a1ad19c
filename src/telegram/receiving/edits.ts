import { editMessage } from '../../dialogs/messages.ts'
import * as store from '../store.ts'
import type { Receiver } from './receive.ts'
import { sourceOf } from './sources.ts'

/** A visitor edited what they said: before it was answered the new words are answered, later only the record changes. */
export const edits: Receiver = {
  takes: (_ctx, _bot, incoming) => incoming.kind === 'edit',
  async receive(ctx, bot, incoming) {
    if (incoming.kind !== 'edit') return []
    const { tenant_id, id: bot_id } = bot
    const source_id = sourceOf(incoming)
    const chat = { tenant_id, bot_id, chat_id: incoming.chat.id, source_id }
    // In a group an edit may not mention the bot any more and is still the same question.
    const said = await store.findSaid(ctx.db, chat)
    if (said) await editMessage(ctx, { tenant_id, dialog_id: said.dialog_id, source_id, text: incoming.text })
    return []
  },
}
