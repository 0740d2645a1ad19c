import type { Context } from '../../context.ts'
import { dialogStream } from '../../dialogs/events.ts'
import { tenantTopic } from '../../events/publish.ts'
import { MINUTE, pause, SECOND } from '../../lib/time.ts'
import type { After, Polled } from '../receiving/receive.ts'
import * as store from '../store.ts'

const RENEW = 4 * SECOND // Telegram shows it for five
const GRACE = 300 // ms; an answer that is there by then would only be followed by a late «typing»
const LONGEST = 2 * MINUTE // an answer that takes longer will not come

/** Shows «typing» in the chat of a dialog until anything happens in it, such as the answer. To be done right after the commit of the question. */
export function showThinking(
  bot: Polled,
  { id, telegram_chat_id }: { id: number; telegram_chat_id: string | null },
): After {
  return async (ctx) => {
    if (telegram_chat_id === null) return
    const over = new AbortController()
    const deaf = ctx.bus.listen(dialogStream(id), (signal) => {
      if (!signal) over.abort()
    })
    const end = ctx.now() + LONGEST
    try {
      await pause(GRACE, over.signal)
      while (!over.signal.aborted && ctx.now() < end) {
        await act(ctx, bot.token, telegram_chat_id)
        await pause(RENEW, over.signal)
      }
    } finally {
      deaf()
    }
  }
}

/** Shows «typing» to visitors in Telegram while an operator of this bot's team writes to them, until the returned function is called. */
export function showOperatorsTyping(ctx: Context, bot: Polled): () => void {
  const shown = new Map<number, number>()
  return ctx.bus.listen(tenantTopic(bot.tenant_id), (signal) => {
    if (signal?.type !== 'operator.typing') return
    const dialog_id = Number(signal.dialog_id)
    const now = ctx.now()
    if (now - (shown.get(dialog_id) ?? 0) < RENEW) return
    shown.set(dialog_id, now)
    for (const [id, at] of shown) if (now - at > MINUTE) shown.delete(id)
    actIn(ctx, bot, dialog_id).catch((err) => ctx.log.info({ err }, 'typing could not be shown'))
  })
}

async function actIn(ctx: Context, bot: Polled, dialog_id: number): Promise<void> {
  const chat = await store.findChat(ctx.db, bot.tenant_id, dialog_id)
  if (chat?.bot_id === bot.id) await act(ctx, bot.token, chat.chat_id!)
}

async function act(ctx: Context, token: string, chat_id: string): Promise<void> {
  await ctx.outside.telegram.call(token, 'sendChatAction', { chat_id, action: 'typing' })
}
