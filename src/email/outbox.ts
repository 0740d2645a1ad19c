import type { Context, TxContext } from '../context.ts'
import { inTransaction } from '../db/database.ts'
import { errors as common } from '../errors.ts'
import { DAY, HOUR } from '../lib/time.ts'
import { composeLetter } from './composing/compose.ts'
import { errors } from './errors.ts'
import { type Kind, kinds } from './kinds.ts'
import type { LetterRow } from './store.ts'
import * as store from './store.ts'
import { askToSend, contentOf } from './write.ts'

const BODIES_KEPT = 30 * DAY
const LETTERS_KEPT = 90 * DAY // that something was sent is asked for a quarter later, what it said is not
const NEWS = 7 * DAY // older failures are history, not something to repair

export type LetterView = Omit<LetterRow, 'sealed'>
export type Outbox = { waiting: number; failed: number; sent: number; trouble: { reason: string; detail: string }[] }

/** What was written, newest first, without what it says. */
export async function listLetters(
  ctx: Context,
  filter: { state?: LetterRow['state'] | undefined; limit: number; offset: number },
): Promise<LetterView[]> {
  return (await store.listLetters(ctx.db, filter)).map(viewOf)
}

/** One letter with what it says; that is null once forgotten. NOT_FOUND when there is none. */
export async function readLetter(ctx: Context, id: number) {
  const letter = await letterWith(ctx, id)
  const content = contentOf(ctx, letter)
  const body = content ? composeLetter(ctx.config, letter, content.data) : null
  return {
    ...viewOf(letter),
    reply_to: content?.reply_to ?? null,
    subject: body?.subject ?? null,
    text: body?.text ?? null,
  }
}

/** Sends a letter again that waits or failed, for another day; LETTER_ENDED for one that was sent, is forgotten, or whose code has expired. */
export async function retryLetter(ctx: Context, id: number): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const letter = await letterWith(ctx, id)
    const good_until = goodUntil(letter, ctx.now())
    const reopened =
      letter.sealed === null || good_until <= ctx.now()
        ? undefined
        : await store.reopenLetter(ctx.db, letter, ctx.now(), good_until)
    if (!reopened) throw errors.LETTER_ENDED({ letter_id: id })
    await askToSend(ctx, reopened)
  })
}

/** Letters that rest are tried at once: a start is when settings have changed. Nothing without a mail server. */
export async function wakeOutbox(ctx: Context): Promise<void> {
  if (!ctx.outside.smtp) return
  for (const letter of await store.waitingBeyond(ctx.db, ctx.now()))
    await inTransaction(ctx, async (ctx) => {
      const change = { turn: letter.turn + 1, due_at: ctx.now() }
      const woken = await store.changeLetter(ctx.db, letter, change)
      if (woken) await askToSend(ctx, woken)
    })
}

/** How many letters wait, failed and went out in the last week, and what stands in the way. */
export async function outboxState(ctx: Pick<Context, 'db' | 'now'>): Promise<Outbox> {
  const counted = await store.countLetters(ctx.db, ctx.now() - NEWS)
  const sum = (state: LetterRow['state']) =>
    counted.filter((one) => one.state === state).reduce((total, { n }) => total + n, 0)
  const trouble = counted
    .filter(({ state, reason }) => state === 'waiting' && reason !== null)
    .map(({ reason, detail }) => ({ reason: reason ?? '', detail: detail ?? '' }))
  return { waiting: sum('waiting'), failed: sum('failed'), sent: sum('sent'), trouble }
}

/** Ends letters nobody wants any more, forgets what old ones said, and at last the letters themselves. */
export async function tidyOutbox(ctx: Context): Promise<void> {
  const now = ctx.now()
  await store.endOverdue(ctx.db, now, now - HOUR)
  await store.forgetBodies(ctx.db, now - BODIES_KEPT)
  await store.deleteLettersBefore(ctx.db, now - LETTERS_KEPT)
}

async function letterWith(ctx: Context | TxContext, id: number): Promise<LetterRow> {
  const letter = await store.findLetter(ctx.db, id)
  if (!letter) throw common.NOT_FOUND({ letter_id: id })
  return letter
}

// A code does not live longer because its letter is late.
function goodUntil(letter: LetterRow, now: number): number {
  return kinds[letter.kind as Kind].secret ? letter.good_until : now + DAY
}

function viewOf({ sealed: _, ...letter }: LetterRow): LetterView {
  return letter
}
