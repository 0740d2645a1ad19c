import { type Assistant, getAssistant } from '../assistants/assistants.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type Dialog, getDialog } from '../dialogs/dialogs.ts'
import { dialogStream, type MessageCreated } from '../dialogs/events.ts'
import { addMessage, getMessage, type Message, turnsBefore, waitsForAnswer } from '../dialogs/messages.ts'
import { AppError } from '../errors.ts'
import { keepEvidence } from './evidence.ts'
import { PAST_TURNS } from './prompt.ts'
import { texts } from './texts.ts'
import { type Hear, type Thought, think } from './think.ts'
import { triage } from './triage.ts'

/** Answers one visitor message. Safe to repeat: a message that has its answer, or that a human has replied to, is left alone. */
export async function answerMessage(ctx: Context, { tenant_id, dialog_id, message }: MessageCreated): Promise<void> {
  const question = await getMessage(ctx, tenant_id, message.id)
  const turn = await ourTurn(ctx, question)
  if (!turn) return
  const past = await turnsBefore(ctx, question, PAST_TURNS)
  const asked = { assistant: turn.assistant, text: question.text, past, locale: turn.dialog.locale }
  const thought = await think(ctx, asked, streamTo(ctx, dialog_id, question.id)).finally(() =>
    ctx.bus.keep(dialogStream(dialog_id), undefined),
  )
  await inTransaction(ctx, (ctx) => settle(ctx, question, thought))
}

/** When answering was given up: the visitor is told, so no dialog is left mute. A repeat finds the question settled. */
export async function apologise(ctx: Context, { tenant_id, message }: MessageCreated): Promise<void> {
  const question = await getMessage(ctx, tenant_id, message.id)
  await inTransaction(ctx, async (ctx) => {
    const turn = await ourTurn(ctx, question)
    if (turn)
      await addMessage(ctx, turn.dialog, {
        sender: 'assistant',
        text: texts.failed[turn.dialog.locale],
        reply_to: question.id,
        answered: false,
      })
  })
}

// The world may have changed while we thought, so it is asked again inside the transaction that stores the answer.
async function settle(ctx: TxContext, question: Message, thought: Thought): Promise<void> {
  const turn = await ourTurn(ctx, question)
  if (!turn) return
  const { text, answered } = thought
  const answer = await addMessage(ctx, turn.dialog, {
    sender: 'assistant',
    text,
    answered,
    reply_to: question.id,
    sources: sourcesOf(thought),
  })
  if (!answer) return
  const { tenant_id } = question
  await keepEvidence(
    ctx,
    { tenant_id, message_id: answer.id, question_id: question.id, question: question.text },
    thought,
  )
}

async function ourTurn(
  ctx: Context | TxContext,
  question: Message,
): Promise<{ dialog: Dialog; assistant: Assistant } | undefined> {
  const scope = { tenant_id: question.tenant_id, is_admin: false }
  const dialog = await getDialog(ctx, scope, question.dialog_id)
  const assistant = await getAssistant(ctx, scope, dialog.assistant_id).catch(noneIfGone)
  if (!assistant || triage(dialog, assistant) === 'silent') return undefined
  return (await waitsForAnswer(ctx, question)) ? { dialog, assistant } : undefined
}

function noneIfGone(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined
  throw error
}

/** Passes pieces on to whoever listens; whoever comes in the middle is told the whole so far. */
function streamTo(ctx: Context, dialog_id: number, reply_to: number): Hear {
  let whole = ''
  const delta = (offset: number, text: string) => ({ type: 'dialog.message.delta', dialog_id, reply_to, offset, text })
  return (text, offset) => {
    whole = whole.slice(0, offset) + text
    ctx.bus.keep(dialogStream(dialog_id), delta(0, whole))
    ctx.bus.signal(dialogStream(dialog_id), delta(offset, text))
  }
}

function sourcesOf({ sources }: Thought) {
  return sources.map(({ n, text, passage }) => ({
    n,
    text,
    title: passage.title,
    document_id: passage.document_id,
    score: Number(passage.score.toFixed(3)),
  }))
}
