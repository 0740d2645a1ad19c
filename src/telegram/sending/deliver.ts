import { z } from 'zod'
import { getBot, tokenOf } from '../../bots/bots.ts'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../db/database.ts'
import { type Dialog, getDialog } from '../../dialogs/dialogs.ts'
import { type MessageCreated, messageCreated } from '../../dialogs/events.ts'
import { getMessage, type Message, setDelivery } from '../../dialogs/messages.ts'
import { AppError } from '../../errors.ts'
import { event } from '../../events/event.ts'
import { publish } from '../../events/publish.ts'
import { messageIdIn } from '../receiving/sources.ts'
import * as store from '../store.ts'
import { composeParts, type Part } from './compose.ts'
import { awaitTurn, type Line } from './pace.ts'
import { type Outcome, sendPart } from './send.ts'

const MOVES = 2 // a chat that has another id each time we ask is a mistake of theirs

/** A message has to wait: Telegram asked for a pause, or the chat has had its share. */
export const deliveryDelayed = event(
  'telegram.delivery.delayed',
  z.intersection(messageCreated.shape, z.object({ wait: z.number() })),
  ({ bot_id }) => `telegram:${bot_id}`,
)

/**
 * Sends what a dialog has to say in Telegram, up to this message, in order. A repeat sends only what was not sent:
 * each part is noted before and after, and one that was begun and not ended (we were killed) is marked `unknown` and never sent again.
 */
export async function deliver(ctx: Context, fact: MessageCreated): Promise<void> {
  const { tenant_id, dialog_id } = fact
  const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, dialog_id)
  for (const message of await store.pendingMessages(ctx.db, { tenant_id, dialog_id, up_to: fact.message.id })) {
    const wait = await deliverOne(ctx, dialog, message)
    // The same lane: what comes after it in this chat waits behind it.
    if (wait > 0) return void (await inTransaction(ctx, (ctx) => publish(ctx, deliveryDelayed, { ...fact, wait })))
  }
}

/** When sending was given up: staff see that nothing of it arrived. */
export async function giveUp(ctx: Context, fact: MessageCreated, error: unknown): Promise<void> {
  const { tenant_id, dialog_id } = fact
  const reason = String((error as Error)?.message ?? error).slice(0, 300)
  for (const message of await store.pendingMessages(ctx.db, { tenant_id, dialog_id, up_to: fact.message.id }))
    await settle(ctx, message, { state: 'failed', error: reason })
}

// Answers how long the rest must wait; 0 when the message is settled.
async function deliverOne(ctx: Context, dialog: Dialog, message: Message): Promise<number> {
  const way = await wayTo(ctx, dialog)
  if ('error' in way) return settle(ctx, message, { state: 'failed', error: way.error })
  const begun = await store.partsOf(ctx.db, message.tenant_id, message.id)
  let state: 'sent' | 'unknown' = 'sent'
  const reply_to = await replyTo(ctx, way.chat_id, message)
  for (const [at, part] of composeParts(message, dialog).entries()) {
    const before = begun.find((row) => row.part === at)?.state
    const outcome =
      before === undefined
        ? await deliverPart(ctx, { message, at, part, way, reply_to })
        : { state: before === 'sent' ? before : ('unknown' as const), error: 'killed' }
    if (outcome.state === 'later') return outcome.wait
    if (outcome.state === 'failed') return settle(ctx, message, { ...outcome, state: 'failed', part: at })
    if (outcome.state === 'unknown') state = await doubt(ctx, message, { part: at, error: errorOf(outcome) })
  }
  return settle(ctx, message, { state })
}

type Way = Line & { token: string }

/** How a dialog's visitor is reached, or why they cannot be. */
export async function wayTo(ctx: Context, dialog: Dialog): Promise<Way | { error: string }> {
  const { bot_id, telegram_chat_id: chat_id, tenant_id, telegram_unreachable } = dialog
  if (bot_id === null || chat_id === null) return { error: 'the dialog has no chat' }
  if (telegram_unreachable) return { error: 'the visitor has blocked the bot' }
  try {
    const bot = await getBot(ctx, { tenant_id, is_admin: false }, bot_id)
    const token = bot.is_enabled ? tokenOf(ctx, bot) : undefined
    return token ? { bot_id, chat_id, token } : { error: 'the bot is switched off' }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { error: 'the bot was removed' }
  }
}

// In a group the answer points at its question.
async function replyTo(ctx: Context, chat_id: string, message: Message): Promise<number | undefined> {
  if (!chat_id.startsWith('-') || message.reply_to === null) return undefined
  const question = await getMessage(ctx, message.tenant_id, message.reply_to)
  return messageIdIn(question.source_id, chat_id)
}

async function deliverPart(
  ctx: Context,
  {
    message,
    at,
    part,
    way,
    reply_to,
  }: { message: Message; at: number; part: Part; way: Way; reply_to: number | undefined },
): Promise<Outcome> {
  const of = { tenant_id: message.tenant_id, message_id: message.id, part: at }
  for (let move = 0; ; move++) {
    const wait = await awaitTurn(ctx, way)
    if (wait > 0) return { state: 'later', wait }
    await store.putPart(ctx.db, { ...of, ...NOTHING, state: 'sending', updated_at: ctx.now() })
    const outcome = await sendPart(ctx, { ...way, part, reply_to: at === 0 ? reply_to : undefined }).catch(
      async (error) => {
        // Nothing was sent, so the next try begins anew.
        await store.deletePart(ctx.db, of)
        throw error
      },
    )
    if (outcome.state === 'sent') await store.putPart(ctx.db, { ...of, ...NOTHING, ...outcome, updated_at: ctx.now() })
    if (outcome.state === 'later' || outcome.state === 'moved') await store.deletePart(ctx.db, of)
    if (outcome.state !== 'moved') return outcome
    if (move === MOVES) return { state: 'failed', error: 'the chat moves on and on' }
    way.chat_id = outcome.chat_id
  }
}

const NOTHING = { telegram_message_id: null, error: null }

function errorOf(outcome: object): string {
  return 'error' in outcome ? String(outcome.error) : ''
}

async function doubt(ctx: Context, message: Message, { part, error }: { part: number; error: string }) {
  const of = { tenant_id: message.tenant_id, message_id: message.id, part }
  await store.putPart(ctx.db, { ...of, ...NOTHING, state: 'unknown', error, updated_at: ctx.now() })
  return 'unknown' as const
}

async function settle(
  ctx: Context,
  message: Message,
  end: { state: 'sent' | 'unknown' } | { state: 'failed'; error: string; part?: number },
): Promise<number> {
  const { tenant_id, id: message_id } = message
  await inTransaction(ctx, async (ctx) => {
    if (end.state === 'failed') {
      // What went out before stays noted as it was.
      const part = end.part ?? (await store.partsOf(ctx.db, tenant_id, message_id)).length
      const row = { tenant_id, message_id, part, ...NOTHING, error: end.error }
      await store.putPart(ctx.db, { ...row, state: 'failed', updated_at: ctx.now() })
    }
    await setDelivery(ctx, { tenant_id, message_id, delivery: end.state })
  })
  return 0
}
