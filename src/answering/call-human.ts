import type { Context, TxContext } from '../context.ts'
import type { Dialog } from '../dialogs/dialogs.ts'
import { type Message, turnsBefore } from '../dialogs/messages.ts'
import { AppError } from '../errors.ts'
import { handoffPhrases } from '../handoff/desk/phrases.ts'
import { countOperators } from '../handoff/desk/presence.ts'
import { endedAt, openRequest, type Reason, requestHandoff } from '../handoff/request.ts'
import { recogniseWish, wantsHuman } from '../handoff/wish/wish.ts'
import { MINUTE } from '../lib/time.ts'

const LOOK_BACK = 20 // messages in which the last visitor messages are looked for
const RECENT = 4 // visitor messages before this one: two soft signs of five make a wish
const COOLDOWN = 5 * MINUTE // after an operator left, impatience alone does not call the next one
const ENOUGH = 2 // honest «I don't know» of the last five answers, after which a human who is there is called

/** Why the visitor wants a human, if they do. Soft signs count only when somebody is there to come, and not right after an operator has left. */
export async function wishOf(ctx: Context, dialog: Dialog, question: Message): Promise<Reason | undefined> {
  const phrases = await handoffPhrases(ctx, dialog.tenant_id)
  const alone = recogniseWish(question.text, phrases)
  if (alone?.strength !== 'soft') return alone?.reason
  const wish = wantsHuman(question.text, await recentTexts(ctx, question), phrases)
  return wish && (await mayGuess(ctx, dialog)) ? wish.reason : undefined
}

/** Whether a message is nothing but the wish for a human, which needs no answer of its own. */
export async function isWish(ctx: Context, message: Message): Promise<boolean> {
  const phrases = await handoffPhrases(ctx, message.tenant_id)
  return recogniseWish(message.text, phrases)?.strength === 'hard'
}

/** Calls a human because of a message, once however often it is tried; a human who is called or there already is fine. */
export async function callHuman(ctx: Context, dialog: Dialog, question: Message, reason: Reason): Promise<void> {
  const request_id = `message-${question.id}`
  try {
    await requestHandoff(ctx, dialog, { reason, by: 'system', request_id, last_user_text: question.text })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
}

/** After the second «I don't know» of late, in the transaction of the answer: a human is called, if one is there. */
export async function callAfterFailures(ctx: TxContext, dialog: Dialog, answer: Message): Promise<void> {
  const answers = (await turnsBefore(ctx, answer, LOOK_BACK)).filter((one) => one.answered !== null).slice(-RECENT)
  const failed = 1 + answers.filter((one) => one.answered === 0).length
  if (failed < ENOUGH || !(await mayGuess(ctx, dialog))) return
  await openRequest(ctx, dialog, { reason: 'fallback', by: 'system', request_id: `message-${answer.id}` })
}

async function recentTexts(ctx: Context, question: Message): Promise<string[]> {
  const before = await turnsBefore(ctx, question, LOOK_BACK)
  return before
    .filter((one) => one.sender === 'user')
    .slice(-RECENT)
    .map((one) => one.text)
}

async function mayGuess(ctx: Context | TxContext, dialog: Dialog): Promise<boolean> {
  const ended_at = await endedAt(ctx, dialog)
  if (ended_at !== null && ctx.now() - ended_at < COOLDOWN) return false
  return (await countOperators(ctx, dialog.tenant_id)).available > 0
}
