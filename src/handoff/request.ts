import { randomUUID } from 'node:crypto'
import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { type Dialog, getDialog } from '../dialogs/dialogs.ts'
import { addMessage } from '../dialogs/messages.ts'
import { PRIORITIES } from '../dialogs/shapes.ts'
import { changeHandoffStatus } from '../dialogs/state.ts'
import type { Locale } from '../errors.ts'
import { publish } from '../events/publish.ts'
import { MINUTE, SECOND, toIso } from '../lib/time.ts'
import { type Wait, waitOf } from './desk/queue.ts'
import { errors } from './errors.ts'
import { handoffCancelled, handoffRequested } from './events.ts'
import { stepTo } from './states.ts'
import * as store from './store.ts'
import { texts, waitInWords } from './texts.ts'

export const REASONS = ['keyword', 'manual', 'fallback', 'retries', 'complaint', 'low_confidence'] as const
export type Reason = (typeof REASONS)[number]
export type Wish = {
  reason: Reason
  by: 'visitor' | 'staff' | 'system'
  request_id?: string | undefined
  last_user_text?: string | undefined
  /** Without a word to the visitor: the operator is there already. */
  silent?: boolean
}
export type Requested = {
  status: 'requested'
  dialog_id: number
  reason: string
  queue_position: number
  estimated_wait_time: string
  estimated_wait_minutes: number
  request_id: string
  created_at: string
}

const MAX_TRIES = 3 // a minute and dialog (the API document); repeats of one request_id don't count
const NORMAL = 1
const HIGH = 2 // whoever complains is served before whoever asks

/**
 * Calls a human into a dialog; the assistant is silent from here on. The same `request_id` again answers what it was answered first.
 * Throws HANDOFF_ALREADY_REQUESTED (with the place kept), HANDOFF_CONFLICT while an operator has it, HANDOFF_RATE_LIMIT for the fourth try in a minute.
 */
export async function requestHandoff(ctx: Context, dialog: Dialog, wish: Wish): Promise<Requested> {
  const known = await findAnswer(ctx, dialog, wish)
  if (known) return known
  if (wish.by !== 'system') await countTry(ctx, dialog)
  return inTransaction(ctx, async (ctx) => {
    // Asked again: of two equal requests at once, the second finds the first one's answer.
    return (await findAnswer(ctx, dialog, wish)) ?? openRequest(ctx, dialog, wish)
  })
}

/** Opens a request in the caller's transaction; throws what the state machine refuses. */
export async function openRequest(ctx: TxContext, { id, tenant_id }: Dialog, wish: Wish): Promise<Requested> {
  const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, id)
  if (dialog.handoff_status === 'requested') throw errors.HANDOFF_ALREADY_REQUESTED({ ...(await waitOf(ctx, dialog)) })
  const to = stepTo('request', dialog.handoff_status, { operator_name: dialog.handoff_operator_name })
  const at = ctx.now()
  const { reason, request_id = randomUUID() } = wish
  const set = {
    handoff_reason: reason,
    handoff_priority: reason === 'complaint' ? HIGH : NORMAL,
    handoff_requested_at: at,
    handoff_operator_id: null,
    handoff_operator_name: null,
    handoff_touched_at: at,
    ai_off: 0,
  }
  const asked = { ...dialog, ...set, handoff_status: to }
  const wait = await waitOf(ctx, asked)
  const answer = answerOf(asked, wait, request_id)
  const row = { tenant_id, dialog_id: id, request_id, answer: JSON.stringify(answer), reason, requested_at: at }
  const { id: handoff_id } = await store.insertEpisode(ctx.db, row)
  await changeHandoffStatus(ctx, dialog, { from: dialog.handoff_status, to, set: { ...set, handoff_id } })
  const waiting = { ...asked, handoff_id }
  await announceWait(ctx, waiting, wait, { requeued: false, at })
  if (wish.silent) return answer
  const said = wait.operators_online > 0 ? texts.requested(answer.estimated_wait_time) : texts.requestedNobodyThere
  await addMessage(ctx, waiting, { sender: 'system', kind: 'system', text: said[dialog.locale] })
  return answer
}

/** Tells everybody that a dialog waits for a human; `at` is when this wait began. */
export async function announceWait(
  ctx: TxContext,
  dialog: Dialog,
  wait: Wait,
  { requeued, at }: { requeued: boolean; at: number },
): Promise<void> {
  await publish(ctx, handoffRequested, {
    ...placeOf(dialog),
    reason: dialog.handoff_reason ?? 'manual',
    priority: PRIORITIES[dialog.handoff_priority] ?? 'normal',
    queue_position: wait.queue_position,
    estimated_wait_time: waitInWords(wait.estimated_wait_minutes, dialog.locale),
    requeued,
    at,
  })
}

/** Takes the wish back; HANDOFF_NOT_FOUND when there is none, HANDOFF_CONFLICT when an operator has come already. */
export async function cancelHandoff(
  ctx: Context | TxContext,
  { id, tenant_id }: Dialog,
  why: { cancel_reason?: string | undefined; comment?: string | undefined } = {},
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const dialog = await getDialog(ctx, { tenant_id, is_admin: false }, id)
    const to = stepTo('cancel', dialog.handoff_status)
    await changeHandoffStatus(ctx, dialog, { from: dialog.handoff_status, to, set: {} })
    const comment = [why.cancel_reason, why.comment].filter(Boolean).join(': ') || null
    const ended = { ended_at: ctx.now(), ended_by: 'cancelled' as const, comment }
    await store.changeEpisode(ctx.db, tenant_id, dialog.handoff_id!, ended)
    await publish(ctx, handoffCancelled, placeOf(dialog))
    const now = { ...dialog, handoff_status: to }
    await addMessage(ctx, now, { sender: 'system', kind: 'system', text: texts.cancelled[dialog.locale] })
  })
}

/** When the last handoff of a dialog ended; null when there was none or it goes on. */
export async function endedAt(ctx: Context | TxContext, dialog: Dialog): Promise<number | null> {
  if (dialog.handoff_id === null) return null
  return (await store.findEpisode(ctx.db, dialog.tenant_id, dialog.handoff_id))?.ended_at ?? null
}

/** What every fact of a handoff says about where it happened. */
export function placeOf(dialog: Dialog) {
  const { tenant_id, assistant_id, id, platform, handoff_id, bot_id, telegram_chat_id } = dialog
  return { tenant_id, assistant_id, dialog_id: id, platform, handoff_id: handoff_id ?? 0, bot_id, telegram_chat_id }
}

async function findAnswer(ctx: Context | TxContext, dialog: Dialog, wish: Wish): Promise<Requested | undefined> {
  const known = wish.request_id && (await store.findRequest(ctx.db, dialog.id, wish.request_id))
  return known ? (JSON.parse(known.answer) as Requested) : undefined
}

// In a transaction of its own: a refused try counts, too.
async function countTry(ctx: Context, { id }: Dialog): Promise<void> {
  const now = ctx.now()
  const { n, oldest } = await inTransaction(ctx, async (ctx) => {
    await store.forgetTries(ctx.db, id, now - MINUTE)
    const before = await store.countTries(ctx.db, id)
    if (Number(before.n) < MAX_TRIES) await store.insertTry(ctx.db, id, now)
    return before
  })
  if (Number(n) >= MAX_TRIES)
    throw errors.HANDOFF_RATE_LIMIT({
      limit: MAX_TRIES,
      retry_after: Math.ceil((Number(oldest) + MINUTE - now) / SECOND),
    })
}

function answerOf(dialog: Dialog, wait: Wait, request_id: string): Requested {
  return {
    status: 'requested',
    dialog_id: dialog.id,
    reason: dialog.handoff_reason!,
    queue_position: wait.queue_position,
    estimated_wait_time: waitInWords(wait.estimated_wait_minutes, dialog.locale as Locale),
    estimated_wait_minutes: wait.estimated_wait_minutes,
    request_id,
    created_at: toIso(dialog.handoff_requested_at!),
  }
}
