import type { Context } from '../../../context.ts'
import { inTransaction } from '../../../db/database.ts'
import { type Dialog, getDialog } from '../../../dialogs/dialogs.ts'
import { publish } from '../../../events/publish.ts'
import { MINUTE, SECOND } from '../../../lib/time.ts'
import { htmlOf, MAX_MESSAGE, type Span, splitSpans } from '../../sending/spans.ts'
import { topicDue } from '../events.ts'
import { type Desk, deskOf } from '../group.ts'
import * as store from '../store.ts'
import { texts } from '../texts.ts'
import { act, Hindered, hasDoneNothing } from './act.ts'
import { postCard, refreshCard } from './card.ts'
import { nextBatch } from './lines.ts'
import { forgetTopic, isBeforeStaff, type OpenTopic, openTopic } from './open.ts'

type Place = { tenant_id: number; dialog_id: number }

const DELETED_REST = SECOND // before a topic is made anew: whoever deletes several is not chased
const GIVEN_UP_REST = 5 * MINUTE // between two rounds of tries while Telegram cannot be reached

/**
 * Brings a dialog's topic up to what happened in the dialog: the topic, its card, what was said, who has it. Facts are shown in order;
 * what was begun and not ended (we were killed) is sent again and marked as a possible repeat, for a message staff never sees is worse than one seen twice.
 */
export async function syncTopic(ctx: Context, { tenant_id, dialog_id }: Place): Promise<void> {
  const desk = await deskOf(ctx, tenant_id)
  if (!desk) return
  try {
    await bring(ctx, desk, dialog_id)
  } catch (error) {
    if (!(error instanceof Hindered)) throw error
    if (error.why === 'no_topic') await forgetTopic(ctx, { tenant_id, dialog_id })
    const wait = error.why === 'no_topic' ? DELETED_REST : error.wait
    // Without a group nothing is owed; when it is back, everything open is brought.
    if (error.why === 'no_topic' || error.why === 'later') await tryAgain(ctx, { tenant_id, dialog_id }, wait)
  }
}

/** When a round of tries was in vain: what staff must see is never given up. */
export async function tryLater(ctx: Context, place: Place): Promise<void> {
  await tryAgain(ctx, place, GIVEN_UP_REST)
}

async function tryAgain(ctx: Context, { tenant_id, dialog_id }: Place, wait: number): Promise<void> {
  await inTransaction(ctx, (ctx) => publish(ctx, topicDue, { tenant_id, dialog_id, wait }))
}

async function bring(ctx: Context, desk: Desk, dialog_id: number): Promise<void> {
  const opened = await openTopic(ctx, desk, await readDialog(ctx, desk, dialog_id))
  if (!opened) return
  const topic = await catchUp(ctx, desk, opened)
  const dialog = await readDialog(ctx, desk, dialog_id)
  await refreshCard(ctx, desk, dialog, topic)
  await openOrClose(ctx, desk, dialog, topic)
}

async function catchUp(ctx: Context, desk: Desk, opened: OpenTopic): Promise<OpenTopic> {
  let topic = opened
  for (;;) {
    const dialog = await readDialog(ctx, desk, topic.dialog_id)
    if (topic.card_id === null) topic = await postCard(ctx, desk, dialog, topic)
    const batch = await nextBatch(ctx, desk, dialog, topic.seq)
    if (!batch) return topic
    if (batch.card) topic = await postNextCard(ctx, desk, topic)
    if (batch.spans.length > 0) await say(ctx, desk, topic, batch.spans)
    const shown = { seq: batch.upto, in_doubt: 0 }
    await store.changeTopic(ctx.db, topic, shown)
    topic = { ...topic, ...shown }
  }
}

// Read after the fact that calls for the card: before it, the wish may not have been there yet.
async function postNextCard(ctx: Context, desk: Desk, topic: OpenTopic): Promise<OpenTopic> {
  const dialog = await readDialog(ctx, desk, topic.dialog_id)
  return isBeforeStaff(dialog) ? postCard(ctx, desk, dialog, topic) : topic
}

function readDialog(ctx: Context, { tenant_id }: Desk, id: number): Promise<Dialog> {
  return getDialog(ctx, { tenant_id, is_admin: false }, id)
}

async function say(ctx: Context, desk: Desk, topic: OpenTopic, spans: Span[]): Promise<void> {
  const doubt: Span[] = topic.in_doubt ? [{ text: `${texts.again[desk.locale]}\n`, marks: ['i'] }] : []
  await store.changeTopic(ctx.db, topic, { in_doubt: 1 })
  for (const [at, part] of splitSpans([...doubt, ...spans], MAX_MESSAGE).entries()) {
    try {
      await act(ctx, desk, 'sendMessage', { ...addressOf(desk, topic), text: htmlOf(part), ...LOOK })
    } catch (error) {
      // Words that Telegram does not take stand in the console; the ones after them must not wait for ever.
      if (error instanceof Hindered && error.why === 'refused') continue
      if (at === 0 && hasDoneNothing(error)) await store.changeTopic(ctx.db, topic, { in_doubt: topic.in_doubt })
      throw error
    }
  }
}

// An open topic is a dialog that concerns staff now; the list of topics is then the list of what is to do.
async function openOrClose(ctx: Context, desk: Desk, dialog: Dialog, topic: OpenTopic): Promise<void> {
  const is_open = isBeforeStaff(dialog) ? 1 : 0
  if (topic.is_open === is_open) return
  try {
    await act(ctx, desk, is_open ? 'reopenForumTopic' : 'closeForumTopic', addressOf(desk, topic))
  } catch (error) {
    // Somebody did it by hand.
    if (!(error instanceof Hindered) || error.why !== 'refused') throw error
  }
  await store.changeTopic(ctx.db, topic, { is_open })
}

const LOOK = { parse_mode: 'HTML' as const, link_preview_options: { is_disabled: true } }

function addressOf({ chat_id }: Desk, { thread_id }: OpenTopic) {
  return { chat_id, message_thread_id: thread_id }
}
