import type { Context } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { HOUR, MINUTE, SECOND } from '../lib/time.ts'
import { MailFailed, type Smtp } from '../outside/smtp.ts'
import { composeLetter } from './composing/compose.ts'
import { type Kind, kinds } from './kinds.ts'
import type { LetterRow } from './store.ts'
import * as store from './store.ts'
import { askToSend, contentOf } from './write.ts'

// A code is waited for at a screen, so the first tries come soon; a mail server in trouble gets hours.
const RESTS = [10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR]
// Only a person can put our settings right, and some servers shut out who tries a wrong password too often.
const SLOW_RESTS = [5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR]
const MAX_UNANSWERED = 2 // one letter that may have come, and one more to be sure

export type Reason = MailFailed['why'] | 'no_smtp' | 'unanswered' | 'expired' | 'broken' | 'restored'
type Due = { letter_id: number; turn: number }

/**
 * Sends a letter that waits, and notes how that ended: sent, failed for good, or due again after a rest. A repeat after a kill sends the same letter
 * with the same Message-ID, and not even that once two went out whose fate nobody knows. A letter that ended, or has another turn, is left alone.
 */
export async function sendLetter(ctx: Context, { letter_id, turn }: Due): Promise<void> {
  const letter = await store.findLetter(ctx.db, letter_id)
  if (letter?.state !== 'waiting' || letter.turn !== turn) return
  if (letter.good_until <= ctx.now()) return giveUp(ctx, letter, 'expired')
  if (letter.unanswered >= MAX_UNANSWERED) return giveUp(ctx, letter, 'unanswered')
  const { smtp } = ctx.outside
  if (!smtp) return restUntil(ctx, letter, 'no_smtp', letter.good_until)
  const failure = await handOver(ctx, smtp, letter)
  if (failure) return settle(ctx, letter, failure)
  await store.endSent(ctx.db, letter.id, {
    ...{ ended_at: ctx.now(), reason: null, detail: null },
    ...(kinds[letter.kind as Kind].secret ? { sealed: null } : {}),
  })
}

/** A letter whose current task was given up is broken: nobody would ever look at it again. One that has another turn by now is left alone. */
export async function noteBroken(ctx: Context, { letter_id, turn }: Due, error: unknown): Promise<void> {
  const letter = await store.findLetter(ctx.db, letter_id)
  if (letter?.turn === turn) await giveUp(ctx, letter, 'broken', error instanceof Error ? error.name : 'unknown')
}

async function handOver(ctx: Context, smtp: Smtp, letter: LetterRow): Promise<MailFailed | undefined> {
  const content = contentOf(ctx, letter)
  if (!content) throw new Error('a waiting letter was forgotten')
  const composed = composeLetter(ctx.config, letter, content.data)
  const { recipient: to, message_id } = letter
  try {
    await smtp.send({ to, message_id, reply_to: content.reply_to, ...composed }, async () => {
      await store.noteHanded(ctx.db, letter.id)
    })
  } catch (error) {
    if (error instanceof MailFailed) return error
    throw error
  }
  return undefined
}

async function settle(ctx: Context, before: LetterRow, failure: MailFailed): Promise<void> {
  const { why, detail, answered } = failure
  const now = await store.findLetter(ctx.db, before.id)
  if (!now) return
  // What the server said no to is not with it, after all.
  const letter = { ...now, turn: before.turn, unanswered: answered ? before.unanswered : now.unanswered }
  if (why === 'refused') return giveUp(ctx, letter, why, detail)
  if (letter.unanswered >= MAX_UNANSWERED) return giveUp(ctx, letter, 'unanswered', detail)
  const rests = why === 'login' || why === 'sender' ? SLOW_RESTS : RESTS
  const rest = rests[Math.min(letter.attempts, rests.length - 1)] ?? HOUR
  const next = ctx.now() + rest
  if (next >= letter.good_until) return giveUp(ctx, letter, why, detail)
  ctx.log.warn({ letter_id: letter.id, why, detail, rest }, 'a letter was not taken and will be tried again')
  await restUntil(ctx, letter, why, next, detail)
}

async function restUntil(
  ctx: Context,
  letter: LetterRow,
  reason: Reason,
  due_at: number,
  detail: string | null = null,
) {
  await inTransaction(ctx, async (ctx) => {
    const change = { turn: letter.turn + 1, attempts: letter.attempts + 1, unanswered: letter.unanswered }
    const changed = await store.changeLetter(ctx.db, letter, { ...change, due_at, reason, detail })
    if (changed) await askToSend(ctx, changed, due_at - ctx.now())
  })
}

async function giveUp(ctx: Context, letter: LetterRow, reason: Reason, detail = letter.detail): Promise<void> {
  ctx.log.error({ letter_id: letter.id, kind: letter.kind, reason, detail }, 'a letter was given up')
  const why = reason === 'expired' ? (letter.reason ?? reason) : reason
  const attempts = letter.attempts + (reason === 'expired' ? 0 : 1)
  const change = { state: 'failed' as const, reason: why, detail, attempts, unanswered: letter.unanswered }
  await store.changeLetter(ctx.db, letter, { ...change, ended_at: ctx.now() })
}
