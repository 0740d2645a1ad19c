import type { Assistant } from '../assistants/assistants.ts'
import { chargeAnswer, noteUnpaid } from '../billing/charge.ts'
import type { TxContext } from '../context.ts'
import type { Dialog } from '../dialogs/dialogs.ts'
import { addMessage, type Message } from '../dialogs/messages.ts'
import { AppError } from '../errors.ts'
import { openRequest } from '../handoff/request.ts'
import { texts } from './texts.ts'
import type { Thought } from './think.ts'

/** Charges an answer in the transaction that delivers it; false when its owner cannot pay. Stored answers word for word and an honest «I don't know» are free. */
export async function payFor(ctx: TxContext, dialog: Dialog, question: Message, thought: Thought): Promise<boolean> {
  if (!thought.answered || thought.route === 'qa') return true
  const { tenant_id, id: dialog_id, platform: channel } = dialog
  return chargeAnswer(ctx, { tenant_id, channel, model: thought.route, dialog_id, question_id: question.id })
}

/** Instead of an answer that cannot be paid: a polite sentence without a word of money, a human is called, and the owner is told once. */
export async function handOverUnpaid(
  ctx: TxContext,
  { dialog, assistant }: { dialog: Dialog; assistant: Assistant },
  question: Message,
): Promise<void> {
  const { tenant_id, locale, platform: channel } = dialog
  const said = await addMessage(ctx, dialog, {
    sender: 'assistant',
    text: texts.handed_over[locale],
    reply_to: question.id,
  })
  if (!said) return
  await noteUnpaid(ctx, { tenant_id, channel, model: assistant.ai_model })
  await openRequest(ctx, dialog, { reason: 'fallback', by: 'system', request_id: `message-${said.id}` })
}

/** Nothing, for the refusal to think without money; any other failure goes on. */
export function noneIfUnpaid(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'INSUFFICIENT_BALANCE') return undefined
  throw error
}
