import type { Context } from '../../../context.ts'
import type { Dialog } from '../../../dialogs/dialogs.ts'
import { dialogStream } from '../../../dialogs/events.ts'
import type { Locale } from '../../../errors.ts'
import { lastSeq } from '../../../events/read.ts'
import { nameOf } from '../../../handoff/desk/queue.ts'
import { isWithStaff } from '../../../handoff/states.ts'
import { oneLine, trimTo } from '../../../lib/text.ts'
import type { Desk } from '../group.ts'
import type { Topic } from '../store.ts'
import * as store from '../store.ts'
import { act, hasDoneNothing } from './act.ts'

export type OpenTopic = Topic & { thread_id: number }

const MAX_NAME = 128 // characters of a topic's name (Bot API, createForumTopic)

/** Whether a dialog belongs before the staff's eyes right now. */
export function isBeforeStaff({ handoff_status, status }: Pick<Dialog, 'handoff_status' | 'status'>): boolean {
  return status === 'active' && isWithStaff(handoff_status)
}

/**
 * The dialog's topic in the group, made if it needs one and has none there. It is noted before it is made:
 * if we are killed in between, another is made (a topic cannot be looked up) and its card says that there may be an empty twin.
 */
export async function openTopic(ctx: Context, desk: Desk, dialog: Dialog): Promise<OpenTopic | undefined> {
  const { tenant_id, id: dialog_id } = dialog
  const place = { tenant_id, dialog_id }
  const known = await store.findTopic(ctx.db, place)
  const here = known?.chat_id === desk.chat_id ? known : undefined
  if (here && here.thread_id !== null) return { ...here, thread_id: here.thread_id }
  if (!isBeforeStaff(dialog)) return undefined
  const begun = here ?? (await beginTopic(ctx, desk, place))
  try {
    const name = topicName(dialog, desk.locale)
    const { message_thread_id: thread_id } = await act(ctx, desk, 'createForumTopic', { chat_id: desk.chat_id, name })
    const made = { thread_id, in_doubt: here ? 1 : 0 }
    await store.changeTopic(ctx.db, place, made)
    return { ...begun, ...made }
  } catch (error) {
    if (!here && hasDoneNothing(error)) await store.deleteTopic(ctx.db, place)
    throw error
  }
}

/** Forgets a topic that was deleted by hand. */
export async function forgetTopic(ctx: Context, place: { tenant_id: number; dialog_id: number }): Promise<void> {
  await store.deleteTopic(ctx.db, place)
}

async function beginTopic(ctx: Context, desk: Desk, place: { tenant_id: number; dialog_id: number }): Promise<Topic> {
  await store.deleteTopic(ctx.db, place)
  const seq = await lastSeq(ctx, dialogStream(place.dialog_id))
  return store.insertTopic(ctx.db, { ...place, chat_id: desk.chat_id, thread_id: null, seq, created_at: ctx.now() })
}

function topicName(dialog: Dialog, locale: Locale): string {
  const number = ` · №${dialog.id}`
  return `${trimTo(oneLine(nameOf(dialog, locale)).trim() || '…', MAX_NAME - number.length)}${number}`
}
