import { type Assistant, getAssistant } from '../assistants/assistants.ts'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type Dialog, getDialog } from '../dialogs/dialogs.ts'
import { dialogStream, type MessageCreated } from '../dialogs/events.ts'
import { addMessage, getMessage, lastQuestion, type Message, turnsBefore, waitsForAnswer } from '../dialogs/messages.ts'
import { AppError, type Locale } from '../errors.ts'
import { tenantTopic } from '../events/publish.ts'
import { callAfterFailures, callHuman, isWish, wishOf } from './call-human.ts'
import { keepEvidence } from './evidence.ts'
import { PAST_TURNS } from './prompt.ts'
import { texts } from './texts.ts'
import { type Hear, type Thought, think } from './think.ts'
import { triage } from './triage.ts'
import { handOverUnpaid, noneIfUnpaid, payFor } from './unpaid.ts'

/** Answers one visitor message. Safe to repeat: a message that has its answer, or that a human has replied to, is left alone. */
export async function answerMessage(ctx: Context, { tenant_id, message }: MessageCreated): Promise<void> {
  await answer(ctx, await getMessage(ctx, tenant_id, message.id))
}

async function answer(ctx: Context, question: Message): Promise<void> {
  const { dialog_id } = question
  const turn = await ourTurn(ctx, question)
  if (!turn) return
  const reason = turn.verdict === 'human' ? 'manual' : await wishOf(ctx, turn.dialog, question)
  if (reason) return callHuman(ctx, turn.dialog, question, reason)
  if (question.text.trim() === '') return void (await sayPlainly(ctx, question, texts.file))
  const past = (await turnsBefore(ctx, question, PAST_TURNS)).filter((one) => one.kind !== 'system')
  const { locale, platform: channel } = turn.dialog
  const asked = { assistant: turn.assistant, text: question.text, past, locale, channel }
  const thought = await think(ctx, asked, streamTo(ctx, question))
    .catch(noneIfUnpaid)
    .finally(() => ctx.bus.keep(dialogStream(dialog_id), undefined))
  await inTransaction(ctx, (ctx) => settle(ctx, question, thought))
}

/** When answering was given up: the visitor is told and a human is called, so no dialog is left mute. A repeat finds the question settled. */
export async function apologise(ctx: Context, { tenant_id, message }: MessageCreated): Promise<void> {
  const question = await getMessage(ctx, tenant_id, message.id)
  const dialog = await sayPlainly(ctx, question, texts.failed, false)
  if (dialog) await callHuman(ctx, dialog, question, 'fallback')
}

/** Goes on where the assistant was silenced: the visitor's last question of the time nobody came, unless it only called a human again or the dialog was closed meanwhile. */
export async function resumeAnswering(
  ctx: Context,
  { tenant_id, dialog_id }: { tenant_id: number; dialog_id: number },
): Promise<void> {
  const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, dialog_id)
  if (dialog.status === 'archived') return
  const question = await lastQuestion(ctx, dialog, dialog.handoff_requested_at ?? 0)
  if (question && !(await isWish(ctx, question))) await answer(ctx, question)
}

// Answers a question with our own words, if it is still our turn; says in which dialog.
async function sayPlainly(
  ctx: Context,
  question: Message,
  words: Record<Locale, string>,
  answered?: boolean,
): Promise<Dialog | undefined> {
  return inTransaction(ctx, async (ctx) => {
    const turn = await ourTurn(ctx, question)
    if (!turn) return undefined
    const text = words[turn.dialog.locale]
    const said = { sender: 'assistant' as const, text, reply_to: question.id }
    await addMessage(ctx, turn.dialog, answered === undefined ? said : { ...said, answered })
    return turn.dialog
  })
}

// The world may have changed while we thought, so it is asked again inside the transaction that stores the answer.
async function settle(ctx: TxContext, question: Message, thought: Thought | undefined): Promise<void> {
  const turn = await ourTurn(ctx, question)
  if (!turn) return
  if (!thought || !(await payFor(ctx, turn.dialog, question, thought))) return handOverUnpaid(ctx, turn, question)
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
  if (!answered) await callAfterFailures(ctx, turn.dialog, answer)
  await keepEvidence(
    ctx,
    { tenant_id, message_id: answer.id, question_id: question.id, question: question.text },
    thought,
  )
}

async function ourTurn(
  ctx: Context | TxContext,
  question: Message,
): Promise<{ dialog: Dialog; assistant: Assistant; verdict: 'human' | 'answer' } | undefined> {
  const scope = { tenant_id: question.tenant_id, is_admin: false }
  const dialog = await getDialog(ctx, scope, question.dialog_id)
  const assistant = await getAssistant(ctx, scope, dialog.assistant_id).catch(noneIfGone)
  const verdict = triage(dialog, assistant)
  if (!assistant || verdict === 'silent') return undefined
  return (await waitsForAnswer(ctx, question)) ? { dialog, assistant, verdict } : undefined
}

function noneIfGone(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined
  throw error
}

/** Passes pieces on to whoever listens to the dialog or the whole desk; whoever comes to the dialog in the middle is told the whole so far. */
function streamTo(ctx: Context, { id: reply_to, dialog_id, tenant_id }: Message): Hear {
  let whole = ''
  const delta = (offset: number, text: string) => ({ type: 'dialog.message.delta', dialog_id, reply_to, offset, text })
  return (text, offset) => {
    whole = whole.slice(0, offset) + text
    ctx.bus.keep(dialogStream(dialog_id), delta(0, whole))
    for (const topic of [dialogStream(dialog_id), tenantTopic(tenant_id)]) ctx.bus.signal(topic, delta(offset, text))
  }
}

/** The sources of an answer as a visitor may see them. */
export function sourcesOf({ sources }: Thought) {
  return sources.map(({ n, text, passage }) => ({
    n,
    text,
    title: passage.title,
    document_id: passage.document_id,
    score: Number(passage.score.toFixed(3)),
  }))
}
